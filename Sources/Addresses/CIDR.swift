/// A block of addresses: a prefix and how many bits of it are fixed. The host bits are zero.
package struct CIDR: Hashable, Sendable, CustomStringConvertible {
  package let base: IPAddress
  /// 0...32 or 0...128.
  package let prefixLength: Int

  /// Host bits of `address` are cleared.
  package init(containing address: IPAddress, prefixLength: Int) {
    let width = address.family.width
    precondition((0...width).contains(prefixLength), "a prefix is no longer than its address")
    let hosts = UInt128(width - prefixLength)
    let mask: UInt128 = hosts == 128 ? .max : (1 << hosts) - 1
    self.base = IPAddress(family: address.family, value: address.value & ~mask)
    self.prefixLength = prefixLength
  }

  /// `10.0.0.0/8`; host bits may be set and are cleared. nil for everything else.
  package init?(parsing text: some StringProtocol) {
    guard let written = WrittenCIDR(parsing: text) else { return nil }
    self.init(
      containing: written.interval.first,
      prefixLength: written.prefixLength - (written.width - written.interval.family.width))
  }

  package var interval: AddressInterval {
    let hosts = UInt128(base.family.width - prefixLength)
    let mask: UInt128 = hosts == 128 ? .max : (1 << hosts) - 1
    return AddressInterval(family: base.family, lower: base.value, upper: base.value | mask)
  }

  package func contains(_ address: IPAddress) -> Bool { interval.contains(address) }

  package var description: String { "\(base)/\(prefixLength)" }
}

/// `address/prefix length` as written, by the rules of Go's `net.ParseCIDR`: zeros before the
/// prefix length pass, host bits are cleared, blanks are refused.
struct WrittenCIDR {
  let written: WrittenAddress
  /// Counted in the bits that were written, so up to 128 also for IPv4 inside IPv6.
  let prefixLength: Int
  let interval: AddressInterval

  var width: Int { written.width }
  var hasHostBits: Bool { written.address != interval.first }

  init?(parsing text: some StringProtocol) {
    let parsed = text.utf8.withContiguousStorageIfAvailable { WrittenCIDR(bytes: $0) }
    guard let cidr = parsed ?? Array(text.utf8).withUnsafeBufferPointer(Self.init(bytes:))
    else { return nil }
    self = cidr
  }

  init?(bytes: UnsafeBufferPointer<UInt8>) {
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), slash + 1 < bytes.count,
      let written = WrittenAddress(bytes: UnsafeBufferPointer(rebasing: bytes[..<slash]))
    else { return nil }
    var length = 0
    for index in (slash + 1)..<bytes.count {
      let byte = bytes[index]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      length = length * 10 + Int(byte - UInt8(ascii: "0"))
      if length > written.width { return nil }
    }

    self.written = written
    self.prefixLength = length
    let hosts = UInt128(written.width - length)
    let mask: UInt128 = hosts == 128 ? .max : (1 << hosts) - 1
    let first = written.bits & ~mask
    if written.isMapped, length >= 96 {
      let low = first & 0xFFFF_FFFF
      self.interval = AddressInterval(family: .v4, lower: low, upper: low | mask)
    } else {
      self.interval = AddressInterval(
        family: written.width == 32 ? .v4 : .v6, lower: first, upper: first | mask)
    }
  }
}
