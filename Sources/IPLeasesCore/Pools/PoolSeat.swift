import Addresses
import Algorithms

/// One Service on one address: who would lose it if the address left its pool.
package struct PoolSeat: Hashable, Sendable {
  package var address: IPAddress
  package var holder: AddressHolder

  package init(address: IPAddress, holder: AddressHolder) {
    self.address = address
    self.holder = holder
  }
}

extension [PoolSeat] {
  /// Upwards by address, those who share one by name.
  package init(_ holders: [AddressHolder]) {
    self = holders.flatMap { holder in
      holder.addresses.map { PoolSeat(address: $0, holder: holder) }
    }
    sort { left, right in
      left.address == right.address
        ? left.holder.title < right.holder.title : left.address < right.address
    }
  }

  /// Those of an interval, where they go upwards by address. O(log n) and one step for each of them.
  func within(_ interval: AddressInterval) -> ArraySlice<PoolSeat> {
    let start = partitioningIndex { $0.address >= interval.first }
    return self[start...].prefix { interval.contains($0.address) }
  }
}
