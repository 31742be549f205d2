import Addresses

/// Which addresses a pool holds, made for many questions.
package struct PoolSpace: Hashable, Sendable {
  package let shape: PoolShape
  /// In the order written; entries MetalLB would not read are left out.
  package let ranges: [AddressRange]
  package let addresses: AddressSet

  package init(_ shape: PoolShape) {
    self.shape = shape
    ranges = shape.ranges
    addresses = AddressSet(ranges)
  }

  package var name: String { shape.name }

  /// As MetalLB asks it: an address that `avoidBuggyIPs` leaves out is not in the pool.
  func contains(_ address: IPAddress) -> Bool {
    addresses.contains(address) && !(shape.avoidBuggyIPs && address.isBuggy)
  }
}
