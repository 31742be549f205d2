import Addresses
import Cluster

/// A pool as the cluster has it, made ready for looking things up in it: its ranges are parsed, its
/// tenants sorted, its problems found.
package struct LivePool: Hashable, Sendable {
  package let name: String
  /// False for a pool that is wanted but not in the cluster.
  package let exists: Bool
  package let entries: [String]
  /// One for each entry; nil where MetalLB would not read it.
  package let ranges: [AddressRange?]
  package let addresses: AddressSet
  /// The object, for what depends on its labels; an empty one for a pool that is not there.
  package let object: IPAddressPool
  /// Every L2Advertisement of the cluster, by name.
  package let advertisements: [L2Advertisement]
  /// Names of the advertisements that announce it, whatever their protocol.
  package let announcedBy: [String]
  /// By the advertisement's name, the other pools it announces.
  package let announcedBeside: [String: [String]]
  package let context: PoolContext
  /// The addresses of the other pools.
  package let elsewhere: AddressSet
  /// Upwards by address; those of this pool only.
  package let seats: [PoolSeat]
  package let used: AddressSet
  package let problems: [PoolProblem]
  /// No two ranges share an address.
  package let isDisjoint: Bool
  /// Places of the ranges, upwards by their first address.
  private let order: [Int]

  package init(
    name: String, exists: Bool = true, entries: [String], object: IPAddressPool? = nil,
    advertisements: [L2Advertisement] = [], announcedBy: [String] = [],
    announcedBeside: [String: [String]] = [:], context: PoolContext = PoolContext(),
    seats: [PoolSeat] = []
  ) {
    let object =
      object
      ?? IPAddressPool(
        metadata: ObjectMeta(name: name), spec: IPAddressPool.Spec(addresses: entries))
    self.name = name
    self.exists = exists
    self.entries = entries
    self.object = object
    self.advertisements = advertisements.sorted { $0.metadata.name < $1.metadata.name }
    self.announcedBy = announcedBy
    self.announcedBeside = announcedBeside
    self.context = context
    ranges = entries.map { AddressRange(valid: $0) }
    let ranges = ranges
    let addresses = AddressSet(ranges.compactMap(\.self))
    self.addresses = addresses
    isDisjoint = AddressSet.overlaps(in: ranges.compactMap { $0?.interval }).isEmpty
    order = ranges.indices.filter { ranges[$0] != nil }.sorted { left, right in
      guard let left = ranges[left]?.interval, let right = ranges[right]?.interval else {
        return false
      }
      return (left.family, left.lower) < (right.family, right.lower)
    }
    elsewhere = AddressSet((context.otherPools ?? []).flatMap(\.addresses.intervals))
    self.seats = seats.filter { addresses.contains($0.address) }
      .sorted { $0.address < $1.address }
    used = AddressSet(self.seats.map { AddressInterval($0.address) })
    problems = exists ? PoolProblems.find(in: entries, context: context) : []
  }

  /// The pool Akash counts comes first, also where the cluster has none of that name.
  package static func all(
    of objects: PoolObjects, seats: [PoolSeat] = [], contexts: [String: PoolContext] = [:]
  ) -> [LivePool] {
    let wanted = ConsoleSettings.poolName
    let pools = objects.pools.map { pool in
      let isForTenants = pool.metadata.name == wanted
      var context = contexts[pool.metadata.name] ?? PoolContext(isForTenants: isForTenants)
      context.autoAssign = pool.spec.autoAssign ?? true
      context.avoidBuggyIPs = pool.spec.avoidBuggyIPs ?? false
      return LivePool(
        name: pool.metadata.name, entries: pool.spec.addresses, object: pool,
        advertisements: objects.advertisements, announcedBy: objects.announcers(of: pool),
        announcedBeside: objects.announcedBeside(pool.metadata.name), context: context,
        seats: seats)
    }
    let first =
      pools.filter { $0.name == wanted }.first
      ?? LivePool(
        name: wanted, exists: false, entries: [], advertisements: objects.advertisements,
        context: contexts[wanted] ?? PoolContext())
    return [first] + pools.filter { $0.name != wanted }
  }

  /// The tenants of an interval. O(log n) and one step for each of them.
  package func seats(in interval: AddressInterval) -> ArraySlice<PoolSeat> {
    let start = firstSeat { $0 >= interval.first }
    var end = start
    while end < seats.endIndex, interval.contains(seats[end].address) { end += 1 }
    return seats[start..<end]
  }

  private func firstSeat(where isReached: (IPAddress) -> Bool) -> Int {
    var (low, high) = (0, seats.count)
    while low < high {
      let middle = (low + high) / 2
      if isReached(seats[middle].address) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Places of the ranges that share an address with an interval, upwards by address. O(log n) where
  /// no two ranges of the pool overlap, however many they are.
  package func places(overlapping interval: AddressInterval) -> ArraySlice<Int> {
    guard isDisjoint else {
      return ranges.indices.filter { ranges[$0]?.interval.overlaps(interval) ?? false }[...]
    }
    let start = firstInOrder { ($0.family, $0.upper) >= (interval.family, interval.lower) }
    let end = firstInOrder { ($0.family, $0.lower) > (interval.family, interval.upper) }
    return order[start..<max(start, end)]
  }

  private func firstInOrder(where isReached: (AddressInterval) -> Bool) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if let range = ranges[order[middle]], isReached(range.interval) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }

  /// The first addresses of an interval that nobody holds and MetalLB would hand out.
  package func nextFree(_ count: Int, in interval: AddressInterval) -> [IPAddress] {
    var result: [IPAddress] = []
    let isAvoiding = context.avoidBuggyIPs && interval.family == .v4
    for gap in AddressSet([interval]).subtracting(used(in: interval)).intervals {
      var value = gap.lower
      while result.count < count {
        if !isAvoiding || !PoolSize.isBuggy(value) {
          result.append(IPAddress(family: interval.family, value: value))
        }
        if value == gap.upper { break }
        value += 1
      }
      if result.count == count { break }
    }
    return result
  }

  /// The first free addresses in MetalLB's order: the ranges as written, each upwards.
  package func nextFree(_ count: Int) -> [IPAddress] {
    var result: [IPAddress] = []
    for range in ranges where result.count < count {
      guard let range else { continue }
      result += nextFree(count - result.count, in: range.interval)
    }
    return result
  }

  private func used(in interval: AddressInterval) -> AddressSet {
    AddressSet(seats(in: interval).map { AddressInterval($0.address) })
  }
}
