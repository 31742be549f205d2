import Addresses

/// So that a test writes ranges as a pool does.
extension PoolEntry: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self.init(text) }
}

extension AddressRange {
  /// - Throws: `Refusal`, which says why it is no range.
  package init(parsing text: String) throws(Refusal) {
    switch PoolEntry(text) {
    case .range(let range): self = range
    case .unreadable(let text): throw RangeHint.refusal(of: text)
    }
  }
}
