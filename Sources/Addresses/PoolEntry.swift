/// One entry of a pool's `addresses`, read once, where it comes in: from the cluster, a file, the
/// command line or a key press.
package enum PoolEntry: Sendable {
  case range(AddressRange)
  /// MetalLB refuses a pool with such an entry.
  case unreadable(String)

  package init(_ text: String) {
    self = AddressRange(valid: text).map(PoolEntry.range) ?? .unreadable(text)
  }

  /// As it is shortest written.
  package init(_ interval: AddressInterval) { self = .range(AddressRange(interval)) }

  /// As written.
  package var text: String {
    switch self {
    case .range(let range): range.text
    case .unreadable(let text): text
    }
  }

  package var range: AddressRange? {
    if case .range(let range) = self { range } else { nil }
  }

  package var interval: AddressInterval? { range?.interval }

  /// Why it is no range; nil for one.
  package var refusal: AddressRange.Refusal? {
    if case .unreadable(let text) = self { RangeHint.refusal(of: text) } else { nil }
  }
}

/// Two entries are the same where they are written alike.
extension PoolEntry: Hashable {
  package static func == (left: PoolEntry, right: PoolEntry) -> Bool { left.text == right.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension PoolEntry: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension Sequence<PoolEntry> {
  package var texts: [String] { map(\.text) }
  /// What MetalLB would not read is left out.
  package var ranges: [AddressRange] { compactMap(\.range) }
}
