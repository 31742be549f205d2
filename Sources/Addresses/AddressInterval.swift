/// All addresses from one to another, both included, of one family.
package struct AddressInterval: Hashable, Sendable, CustomStringConvertible {
  package let family: IPAddress.Family
  package let lower: UInt128
  /// Never below `lower`.
  package let upper: UInt128

  package init(family: IPAddress.Family, lower: UInt128, upper: UInt128) {
    precondition(lower <= upper && upper <= family.highest, "an interval runs upwards")
    self.family = family
    self.lower = lower
    self.upper = upper
  }

  package init(_ address: IPAddress) {
    self.init(family: address.family, lower: address.value, upper: address.value)
  }

  package var first: IPAddress { IPAddress(family: family, value: lower) }
  package var last: IPAddress { IPAddress(family: family, value: upper) }

  package var count: AddressCount { AddressCount(upper - lower) + 1 }

  package func contains(_ address: IPAddress) -> Bool {
    address.family == family && lower <= address.value && address.value <= upper
  }

  package func overlaps(_ other: AddressInterval) -> Bool {
    family == other.family && lower <= other.upper && other.lower <= upper
  }

  package func contains(_ other: AddressInterval) -> Bool {
    family == other.family && lower <= other.lower && other.upper <= upper
  }

  /// The fewest blocks that make up the interval, upwards: how MetalLB stores a range.
  package var blocks: [CIDR] {
    var result: [CIDR] = []
    var start = lower
    while true {
      let left = upper - start
      // The block may not begin before `start` nor end after `upper`.
      var hosts = min(start == 0 ? family.width : start.trailingZeroBitCount, family.width)
      if left != .max { hosts = min(hosts, 127 - (left + 1).leadingZeroBitCount) }
      result.append(
        CIDR(
          containing: IPAddress(family: family, value: start),
          prefixLength: family.width - hosts))
      let step: UInt128 = hosts == 128 ? .max : (1 << UInt128(hosts)) - 1
      if step >= left { return result }
      start += step + 1
    }
  }

  /// One address alone, one block as CIDR, everything else as `first-last`: what can be written
  /// into a pool as it stands.
  package var entry: String { AddressRange(self).text }

  package var description: String { lower == upper ? "\(first)" : "\(first)-\(last)" }
}
