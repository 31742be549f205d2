/// How many addresses a pool has: truly, and by MetalLB's gauge, which is what Akash reads.
package struct PoolSize: Hashable, Sendable {
  /// Distinct addresses.
  package let exact: AddressCount
  /// `metallb_allocator_addresses_total` (MetalLB: allocator.poolCount@v0.14.8): overlaps count
  /// twice, a `/32` that `avoidBuggyIPs` leaves out counts -1, a block of 2^62 addresses and more
  /// sets the sum to the greatest Int, and a block after such a one makes it negative.
  package let metallb: Int

  package init(of ranges: [AddressRange], avoidBuggyIPs: Bool = false) {
    exact = AddressSet(ranges).count
    var total: Int64 = 0
    for range in ranges {
      switch range.form {
      case .block(let length, let width, _):
        Self.add(range.interval, length: length, width: width, avoidBuggyIPs, to: &total)
      case .span:
        for block in range.interval.blocks {
          Self.add(
            block.interval, length: block.prefixLength, width: block.base.family.width,
            avoidBuggyIPs, to: &total)
        }
      }
    }
    metallb = Int(total)
  }

  /// The exact number, decimal: it may exceed every machine integer.
  package var text: String { exact.description }

  private static func add(
    _ interval: AddressInterval, length: Int, width: Int, _ avoidBuggyIPs: Bool,
    to total: inout Int64
  ) {
    let hostBits = width - length
    if hostBits >= 62 {
      total = .max
      return
    }
    var size: Int64 = 1 << Int64(hostBits)
    if avoidBuggyIPs {
      if length <= 24 {
        size -= 2 << Int64(24 - length)
      } else if interval.family == .v4 {
        if isBuggy(interval.lower) { size -= 1 }
        if isBuggy(interval.upper) { size -= 1 }
      }
    }
    // As in Go, where the sum of 64-bit integers wraps.
    total &+= size
  }

  /// Last octet 0 or 255: what `avoidBuggyIPs` leaves out.
  package static func isBuggy(_ value: UInt128) -> Bool {
    value & 255 == 0 || value & 255 == 255
  }
}

extension AddressInterval {
  /// How many of its addresses MetalLB would hand out.
  package func usableCount(avoidingBuggyIPs: Bool) -> AddressCount {
    avoidingBuggyIPs ? count - buggyCount : count
  }

  /// How many of its addresses `avoidBuggyIPs` leaves out.
  var buggyCount: AddressCount {
    guard family == .v4 else { return 0 }
    func below(_ end: UInt128) -> UInt128 { (end + 255) / 256 + end / 256 }
    return AddressCount(below(upper + 1) - below(lower))
  }
}

extension AddressSet {
  /// How many of its addresses MetalLB would hand out.
  package func usableCount(avoidingBuggyIPs: Bool) -> AddressCount {
    intervals.reduce(0) { $0 + $1.usableCount(avoidingBuggyIPs: avoidingBuggyIPs) }
  }
}

extension IPAddress {
  /// What `avoidBuggyIPs` leaves out.
  package var isBuggy: Bool { family == .v4 && PoolSize.isBuggy(value) }
}
