import Glibc

/// One CIDR block of a pool, as MetalLB cuts its entries.
struct PoolBlock: Hashable, Sendable {
  var first: UInt128
  var prefixLength: Int
  var isIPv6: Bool

  private var width: Int { isIPv6 ? 128 : 32 }
  private var hostBits: Int { width - prefixLength }

  var last: UInt128 {
    hostBits >= 128 ? .max : first + ((UInt128(1) << UInt128(hostBits)) - 1)
  }

  /// MetalLB counts blocks of 62 and more host bits as endless.
  var count: Int { hostBits >= 62 ? .max : 1 << hostBits }

  var text: String { "\(AddressText.text(first, isIPv6: isIPv6))/\(prefixLength)" }

  func overlaps(_ other: PoolBlock) -> Bool {
    isIPv6 == other.isIPv6 && first <= other.last && other.first <= last
  }

  func contains(_ address: UInt128, isIPv6: Bool) -> Bool {
    self.isIPv6 == isIPv6 && first <= address && address <= last
  }
}

/// The reading of one `addresses` entry (MetalLB: internal/config/config.go, ParseCIDR).
enum PoolBlocks {
  struct Refusal: Error, Equatable {
    var message: String
  }

  static func blocks(of entry: String) throws(Refusal) -> [PoolBlock] {
    guard let hyphen = entry.firstIndex(of: "-") else { return [try block(of: entry)] }
    let halves = [entry[..<hyphen], entry[entry.index(after: hyphen)...]]
    var ends: [(value: UInt128, isIPv6: Bool)] = []
    for (word, half) in zip(["start", "end"], halves) {
      let trimmed = half.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
      guard let address = AddressText.parse(String(trimmed)) else {
        throw Refusal(
          message: "invalid IP range \"\(entry)\": invalid \(word) IP \"\(half)\"")
      }
      ends.append(address)
    }
    // Mixed families give no address and no error.
    guard ends[0].isIPv6 == ends[1].isIPv6 else { return [] }
    guard ends[0].value <= ends[1].value else {
      throw Refusal(
        message: "invalid IP range \"\(entry)\": start IP \"\(halves[0])\" is after the end IP "
          + "\"\(halves[1])\"")
    }
    return cut(from: ends[0].value, through: ends[1].value, isIPv6: ends[0].isIPv6)
  }

  private static func block(of entry: String) throws(Refusal) -> PoolBlock {
    let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = AddressText.parse(String(parts[0])),
      !parts[1].isEmpty, parts[1].allSatisfy({ $0.isASCII && $0.isNumber }),
      let length = Int(parts[1]), length <= (address.isIPv6 ? 128 : 32)
    else { throw Refusal(message: "invalid CIDR \"\(entry)\"") }
    let hostBits = (address.isIPv6 ? 128 : 32) - length
    let mask = hostBits >= 128 ? 0 : UInt128.max << UInt128(hostBits)
    return PoolBlock(
      first: address.value & mask, prefixLength: length, isIPv6: address.isIPv6)
  }

  /// The fewest blocks that make up a range.
  private static func cut(from start: UInt128, through end: UInt128, isIPv6: Bool)
    -> [PoolBlock]
  {
    let width = isIPv6 ? 128 : 32
    var blocks: [PoolBlock] = []
    var next = start
    while true {
      var bits = min(width, next.trailingZeroBitCount)
      while bits > 0 {
        let last = bits >= 128 ? UInt128.max : next | ((UInt128(1) << UInt128(bits)) - 1)
        if last <= end { break }
        bits -= 1
      }
      let block = PoolBlock(first: next, prefixLength: width - bits, isIPv6: isIPv6)
      blocks.append(block)
      if block.last >= end { return blocks }
      next = block.last + 1
    }
  }
}

enum AddressText {
  static func parse(_ text: String) -> (value: UInt128, isIPv6: Bool)? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      return (UInt128(UInt32(bigEndian: four.s_addr)), false)
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    let value = withUnsafeBytes(of: &six) { bytes in
      bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    }
    return value >> 32 == 0xFFFF ? (value & 0xFFFF_FFFF, false) : (value, true)
  }

  static func text(_ value: UInt128, isIPv6: Bool) -> String {
    if !isIPv6 {
      return (0..<4).map { String(value >> UInt128(24 - 8 * $0) & 255) }.joined(separator: ".")
    }
    var six = in6_addr()
    withUnsafeMutableBytes(of: &six) { bytes in
      for index in 0..<16 {
        bytes[index] = UInt8(truncatingIfNeeded: value >> UInt128(120 - 8 * index))
      }
    }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count)) != nil else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
