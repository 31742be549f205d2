/// One entry of a pool's `addresses`, as written and as MetalLB reads it (config.ParseCIDR,
/// unchanged from 0.12.1 to 0.16.1). One difference: a range from IPv4 to IPv6 is refused here,
/// while MetalLB takes it and finds no address in it.
package struct AddressRange: Hashable, Sendable {
  package let text: String
  package let interval: AddressInterval
  package let form: Form

  package enum Form: Hashable, Sendable {
    /// `address/length`. `width` is 32 or 128: what the length counts from.
    case block(prefixLength: Int, width: Int, hasHostBits: Bool)
    /// `first-last`.
    case span
  }

  /// Why an entry is no range of addresses, for people.
  package struct Refusal: Error, Hashable, Sendable {
    package var reason: String
    package var fix: String?
  }

  package init(parsing text: String) throws(Refusal) {
    guard let range = AddressRange(valid: text) else { throw RangeHint.refusal(of: text) }
    self = range
  }

  /// The same without the work of finding out why.
  init?(valid text: String) {
    self.text = text
    if let (start, end) = Self.halves(of: text) {
      guard let first = IPAddress(parsing: start), let last = IPAddress(parsing: end),
        first.family == last.family, first <= last
      else { return nil }
      interval = AddressInterval(family: first.family, lower: first.value, upper: last.value)
      form = .span
    } else {
      guard let cidr = WrittenCIDR(parsing: text) else { return nil }
      interval = cidr.interval
      form = .block(
        prefixLength: cidr.prefixLength, width: cidr.width, hasHostBits: cidr.hasHostBits)
    }
  }

  /// Both sides of the first hyphen, trimmed; nil where there is none.
  static func halves(of text: String) -> (start: Substring, end: Substring)? {
    guard let hyphen = text.utf8.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    return (trimmed(text[..<hyphen]), trimmed(text[text.utf8.index(after: hyphen)...]))
  }

  package var family: IPAddress.Family { interval.family }
  package var first: IPAddress { interval.first }
  package var last: IPAddress { interval.last }
  package var count: AddressCount { interval.count }

  package var hasHostBits: Bool {
    switch form {
    case .block(_, _, let hasHostBits): hasHostBits
    case .span: false
    }
  }

  /// White space as Go's `strings.TrimSpace` knows it.
  static func trimmed(_ text: Substring) -> Substring {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return text[first..<scalars.index(after: last)]
  }
}
