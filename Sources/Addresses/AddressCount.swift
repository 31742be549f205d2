/// A number of addresses. Wider than 128 bits, because `::/0` alone has 2^128.
package struct AddressCount: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  private let high: UInt128
  private let low: UInt128

  private init(high: UInt128, low: UInt128) {
    self.high = high
    self.low = low
  }

  package init(_ number: UInt128) { self.init(high: 0, low: number) }
  package init(integerLiteral number: UInt64) { self.init(UInt128(number)) }

  /// nil where the number does not fit.
  package var int: Int? { high == 0 ? Int(exactly: low) : nil }

  package static func + (left: AddressCount, right: AddressCount) -> AddressCount {
    let (low, carry) = left.low.addingReportingOverflow(right.low)
    return AddressCount(high: left.high + right.high + (carry ? 1 : 0), low: low)
  }

  /// `right` must not be greater.
  package static func - (left: AddressCount, right: AddressCount) -> AddressCount {
    precondition(right <= left, "a count is never negative")
    let (low, borrow) = left.low.subtractingReportingOverflow(right.low)
    return AddressCount(high: left.high - right.high - (borrow ? 1 : 0), low: low)
  }

  /// What is left without so many; 0 where there are not as many.
  package func less(_ taken: Int) -> AddressCount {
    let taken = AddressCount(UInt128(taken))
    return self < taken ? 0 : self - taken
  }

  package static func += (left: inout AddressCount, right: AddressCount) { left = left + right }

  package static func < (left: AddressCount, right: AddressCount) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// Decimal, without separators.
  package var description: String {
    if high == 0 { return "\(low)" }
    let chunk: UInt64 = 1_000_000_000_000_000_000
    var limbs = [high >> 64, high, low >> 64, low].map { UInt64(truncatingIfNeeded: $0) }
    var parts: [String] = []
    while limbs.contains(where: { $0 != 0 }) {
      var rest: UInt64 = 0
      for index in limbs.indices {
        (limbs[index], rest) = chunk.dividingFullWidth((rest, limbs[index]))
      }
      parts.append("\(rest)")
    }
    let padded = parts.dropLast().map { String(repeating: "0", count: 18 - $0.count) + $0 }
    return (padded + [parts.last ?? "0"]).reversed().joined()
  }
}
