/// A span of time in whole nanoseconds, as Go reads and writes it (`1m30s`).
package struct GoDuration: Hashable, Sendable {
  package var nanoseconds: Int64

  package static func seconds(_ seconds: Int64) -> GoDuration {
    GoDuration(nanoseconds: seconds * 1_000_000_000)
  }

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Whole seconds, cut towards zero.
  package var seconds: Int64 { nanoseconds / 1_000_000_000 }

  /// Signs, numbers with units and fractions, as in `1h2m3.5s`; nil for everything else.
  package init?(parsing text: String) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if rest.elementsEqual("0".utf8) {
      nanoseconds = 0
      return
    }
    if rest.isEmpty { return nil }
    var sum: Int128 = 0
    while !rest.isEmpty {
      let whole = rest.prefix(while: Self.isDigit)
      rest = rest.dropFirst(whole.count)
      var fraction = rest[rest.startIndex..<rest.startIndex]
      if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        fraction = rest.prefix(while: Self.isDigit)
        rest = rest.dropFirst(fraction.count)
      }
      if whole.isEmpty && fraction.isEmpty { return nil }
      let unit = rest.prefix { $0 != UInt8(ascii: ".") && !Self.isDigit($0) }
      rest = rest.dropFirst(unit.count)
      guard let size = Self.units[String(decoding: unit, as: UTF8.self)],
        let count = whole.isEmpty ? 0 : Int64(String(decoding: whole, as: UTF8.self))
      else { return nil }
      // More digits than these say nothing in nanoseconds.
      let digits = String(decoding: fraction.prefix(18), as: UTF8.self)
      var scale: Int128 = 1
      for _ in digits { scale *= 10 }
      sum += Int128(count) * size + (Int128(digits) ?? 0) * size / scale
      if sum > Int128(Int64.max) { return nil }
    }
    nanoseconds = Int64(isNegative ? -sum : sum)
  }

  /// Of a span of whole seconds.
  package var text: String {
    let total = seconds.magnitude
    let sign = seconds < 0 ? "-" : ""
    if total < 60 { return "\(sign)\(total)s" }
    let minutes = total / 60
    if minutes < 60 { return "\(sign)\(minutes)m\(total % 60)s" }
    return "\(sign)\(minutes / 60)h\(minutes % 60)m\(total % 60)s"
  }

  private static let units: [String: Int128] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
    "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
