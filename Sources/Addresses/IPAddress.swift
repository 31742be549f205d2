/// An IPv4 or IPv6 address. Parsed by the rules of Go's `netip.ParseAddr`, because MetalLB reads
/// addresses by those: no leading zeros, no zones, no short forms. IPv4 written inside IPv6
/// (`::ffff:10.0.0.1`) is the IPv4 address.
package struct IPAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  package enum Family: UInt8, Hashable, Sendable, Comparable {
    case v4 = 4
    case v6 = 6

    /// Bits of an address.
    package var width: Int { self == .v4 ? 32 : 128 }
    package var highest: UInt128 { self == .v4 ? 0xFFFF_FFFF : .max }

    package static func < (left: Family, right: Family) -> Bool { left.rawValue < right.rawValue }
  }

  package let family: Family
  /// The address as a number; below 2^32 for IPv4.
  package let value: UInt128

  package init(family: Family, value: UInt128) {
    precondition(value <= family.highest, "an IPv4 address has 32 bits")
    self.family = family
    self.value = value
  }

  /// nil for everything that is not one complete address.
  package init?(parsing text: some StringProtocol) {
    guard let written = WrittenAddress(parsing: text) else { return nil }
    self = written.address
  }

  package static func < (left: IPAddress, right: IPAddress) -> Bool {
    left.family == right.family ? left.value < right.value : left.family < right.family
  }

  /// Dotted decimal, or the short lower-case form of RFC 5952.
  package var description: String { family == .v4 ? dotted : hexadecimal }

  private var dotted: String {
    let bits = UInt32(truncatingIfNeeded: value)
    return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
  }

  private var hexadecimal: String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = max(end, start + 1)
    }
    func joined(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return joined(groups[...]) }
    return joined(groups[..<longest.lowerBound]) + "::" + joined(groups[longest.upperBound...])
  }
}

/// An address as its digits say, before IPv4 inside IPv6 is read as IPv4: a prefix length counts
/// from the bits that were written.
package struct WrittenAddress {
  /// 32 or 128.
  let width: Int
  let bits: UInt128

  /// `::ffff:0:0/96`, where IPv4 stands inside IPv6.
  package static let mappedPrefix: UInt128 = 0xFFFF_0000_0000

  var isMapped: Bool { width == 128 && bits >> 32 == 0xFFFF }

  var address: IPAddress {
    if width == 32 { return IPAddress(family: .v4, value: bits) }
    if isMapped { return IPAddress(family: .v4, value: bits & 0xFFFF_FFFF) }
    return IPAddress(family: .v6, value: bits)
  }

  init?(parsing text: some StringProtocol) {
    let parsed = text.utf8.withContiguousStorageIfAvailable { WrittenAddress(bytes: $0) }
    guard let written = parsed ?? Array(text.utf8).withUnsafeBufferPointer(Self.init(bytes:))
    else { return nil }
    self = written
  }

  private init(width: Int, bits: UInt128) {
    self.width = width
    self.bits = bits
  }

  init?(bytes: UnsafeBufferPointer<UInt8>) {
    guard let sign = bytes.first(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") })
    else { return nil }
    if sign == UInt8(ascii: ".") {
      guard let bits = Self.dotted(bytes, from: 0) else { return nil }
      self.init(width: 32, bits: UInt128(bits))
    } else {
      guard let bits = Self.hexadecimal(bytes) else { return nil }
      self.init(width: 128, bits: bits)
    }
  }

  private static func dotted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> UInt32? {
    var result: UInt32 = 0
    var field: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in start..<bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits == 1, field == 0 { return nil }
        field = field * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        if field > 255 { return nil }
      case UInt8(ascii: "."):
        if digits == 0 || dots == 3 { return nil }
        result = result << 8 | field
        (field, digits, dots) = (0, 0, dots + 1)
      default: return nil
      }
    }
    return digits > 0 && dots == 3 ? result << 8 | field : nil
  }

  private static func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    let colon = UInt8(ascii: ":")
    var index = 0
    var high: UInt128 = 0
    var groups = 0
    /// Groups before "::".
    var gap: Int?
    func at(_ position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

    if at(0) == colon, at(1) == colon {
      gap = 0
      index = 2
    }
    while groups < 8, index < bytes.count {
      let start = index
      var group: UInt128 = 0
      while let byte = at(index), let digit = hexDigit(byte) {
        if index - start == 4 { return nil }
        group = group << 4 | UInt128(digit)
        index += 1
      }
      if index == start { return nil }
      if at(index) == UInt8(ascii: ".") {
        guard groups <= 6, gap != nil || groups == 6, let tail = dotted(bytes, from: start)
        else { return nil }
        high = high << 32 | UInt128(tail)
        groups += 2
        index = bytes.count
        break
      }
      high = high << 16 | group
      groups += 1
      if index == bytes.count { break }
      guard at(index) == colon, index + 1 < bytes.count else { return nil }
      index += 1
      if at(index) == colon {
        guard gap == nil else { return nil }
        gap = groups
        index += 1
      }
    }
    guard index == bytes.count else { return nil }
    guard let gap else { return groups == 8 ? high : nil }
    guard groups < 8 else { return nil }
    // What stands before the gap moves up by the groups the gap stands for.
    let tailBits = UInt128(16 * (groups - gap))
    let tail = high & ((1 << tailBits) - 1)
    let head = gap == 0 ? 0 : (high >> tailBits) << UInt128(128 - 16 * gap)
    return head | tail
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
