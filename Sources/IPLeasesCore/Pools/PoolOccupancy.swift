import Addresses
import Cluster

/// Who sits where in the pools: addresses in use by Service, counts and free places per range.
package struct PoolOccupancy: Hashable, Sendable {
  package var pools: [Pool]
  /// Services that hold an address of no pool.
  package var strangers: [AddressHolder]

  package struct Pool: Hashable, Sendable {
    package var shape: PoolShape
    /// In the order written; entries that are no ranges are left out.
    package var ranges: [RangeUse]

    package init(shape: PoolShape, ranges: [RangeUse]) {
      self.shape = shape
      self.ranges = ranges
    }

    package var used: Int { ranges.reduce(0) { $0 + $1.used.count } }
    package var free: AddressCount { ranges.reduce(0) { $0 + $1.free } }

    /// The addresses MetalLB would take next, in its order: the ranges as written, each upwards.
    package func nextFree(_ count: Int) -> [IPAddress] {
      var result: [IPAddress] = []
      for range in ranges where result.count < count {
        result += range.nextFree(count - result.count)
      }
      return result
    }
  }

  /// An address with the Services on it; more than one where they share it.
  package struct UsedAddress: Hashable, Sendable {
    package var address: IPAddress
    package var holders: [AddressHolder]
  }

  /// One cell of a strip.
  package enum Place: Hashable, Sendable {
    case free
    case used
    /// Some of the addresses the cell stands for.
    case partlyUsed
    /// `avoidBuggyIPs` leaves it out.
    case avoided
  }

  package init(pools shapes: [PoolShape], holders: [AddressHolder]) {
    let index = RangeIndex(shapes)
    var byRange: [Int: [IPAddress: [AddressHolder]]] = [:]
    strangers = []
    for holder in holders {
      var isInside = holder.addresses.isEmpty
      for address in holder.addresses {
        guard let range = index.range(of: address) else { continue }
        byRange[range, default: [:]][address, default: []].append(holder)
        isInside = true
      }
      if !isInside { strangers.append(holder) }
    }
    var number = 0
    pools = shapes.map { shape in
      let ranges = shape.ranges.map { range in
        defer { number += 1 }
        let used = (byRange[number] ?? [:]).sorted { $0.key < $1.key }.map {
          UsedAddress(
            address: $0.key,
            holders: $0.value.sorted { $0.title < $1.title })
        }
        return RangeUse(range: range, used: used, avoidBuggyIPs: shape.avoidBuggyIPs)
      }
      return Pool(shape: shape, ranges: ranges)
    }
  }

  /// nil where the pools or the Services could not be read. Pools that cannot be there count as
  /// none.
  package init?(_ snapshot: ClusterSnapshot) {
    guard let shapes = snapshot.poolShapes, let holders = snapshot.addressHolders else {
      return nil
    }
    self.init(pools: shapes, holders: holders)
  }

  package func pool(_ name: String) -> Pool? { pools.first { $0.shape.name == name } }

  /// Distinct addresses that can be handed out.
  static func usable(_ ranges: [AddressRange], avoidBuggyIPs: Bool) -> AddressCount {
    AddressSet(ranges).intervals.reduce(0) { sum, interval in
      let all = interval.count
      return sum + (avoidBuggyIPs ? all - interval.buggyCount : all)
    }
  }
}

/// One range of a pool and what of it is in use.
package struct RangeUse: Hashable, Sendable {
  package let range: AddressRange
  /// By address.
  package let used: [PoolOccupancy.UsedAddress]
  package let avoidBuggyIPs: Bool

  package var count: AddressCount { range.count }

  package var free: AddressCount {
    let usable = PoolOccupancy.usable([range], avoidBuggyIPs: avoidBuggyIPs)
    let taken = AddressCount(UInt128(used.count { !isAvoided($0.address.value) }))
    return usable < taken ? 0 : usable - taken
  }

  package func nextFree(_ count: Int) -> [IPAddress] {
    var result: [IPAddress] = []
    var taken = used[...]
    var value = range.interval.lower
    while result.count < count {
      if taken.first?.address.value == value {
        taken = taken.dropFirst()
      } else if !isAvoided(value) {
        result.append(IPAddress(family: range.family, value: value))
      }
      if value == range.interval.upper { break }
      value += 1
    }
    return result
  }

  /// The range from its first to its last address in at most `cells` cells; each stands for as many
  /// addresses as the others, the last one for the rest.
  package func strip(cells: Int) -> [PoolOccupancy.Place] {
    guard cells > 0 else { return [] }
    let interval = range.interval
    let step = (interval.upper - interval.lower) / UInt128(cells) + 1
    var places: [PoolOccupancy.Place] = []
    var taken = used[...]
    var lower = interval.lower
    while true {
      let upper = interval.upper - lower < step ? interval.upper : lower + (step - 1)
      let inside = taken.prefix { $0.address.value <= upper }
      taken = taken.dropFirst(inside.count)
      places.append(place(lower, upper, used: inside.count))
      if upper == interval.upper { return places }
      lower = upper + 1
    }
  }

  private func place(_ lower: UInt128, _ upper: UInt128, used: Int) -> PoolOccupancy.Place {
    if used == 0 { return lower == upper && isAvoided(lower) ? .avoided : .free }
    return AddressCount(UInt128(used)) == AddressCount(upper - lower) + 1 ? .used : .partlyUsed
  }

  private func isAvoided(_ value: UInt128) -> Bool {
    avoidBuggyIPs && range.family == .v4 && PoolSize.isBuggy(value)
  }
}

extension AddressInterval {
  /// How many of its addresses `avoidBuggyIPs` leaves out.
  var buggyCount: AddressCount {
    guard family == .v4 else { return 0 }
    func below(_ end: UInt128) -> UInt128 { (end + 255) / 256 + end / 256 }
    return AddressCount(below(upper + 1) - below(lower))
  }
}

extension ClusterSnapshot {
  /// nil where the pools were not read; none where their kind is not in the cluster.
  package var poolShapes: [PoolShape]? {
    pools.isAbsent ? [] : pools.value?.pools.map(PoolShape.init)
  }
}

/// Finds the range that holds an address: O(log n) while ranges do not overlap.
private struct RangeIndex {
  private struct Entry {
    var interval: AddressInterval
    /// The place of the range in the ranges of all pools.
    var number: Int
  }

  private let entries: [Entry]
  private let hasOverlaps: Bool

  init(_ shapes: [PoolShape]) {
    let intervals = shapes.flatMap(\.ranges).map(\.interval)
    hasOverlaps = !AddressSet.overlaps(in: intervals).isEmpty
    entries = intervals.enumerated().map { Entry(interval: $0.element, number: $0.offset) }
      .sorted { left, right in
        (left.interval.family, left.interval.lower) < (right.interval.family, right.interval.lower)
      }
  }

  func range(of address: IPAddress) -> Int? {
    if hasOverlaps {
      return entries.filter { $0.interval.contains(address) }.map(\.number).min()
    }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      let interval = entries[middle].interval
      let isAfter = (address.family, address.value) < (interval.family, interval.lower)
      if isAfter { high = middle } else { low = middle + 1 }
    }
    guard low > 0, entries[low - 1].interval.contains(address) else { return nil }
    return entries[low - 1].number
  }
}
