import Addresses
import Algorithms
import Basics
import Cluster

/// A pool with who holds which of its addresses, made ready for looking things up in it:
/// its tenants sorted, its problems found. The console and the command line show this.
package struct LivePool: Hashable, Sendable {
  package let name: String
  /// False for a pool that is wanted but not in the cluster.
  package let exists: Bool
  package let entries: [PoolEntry]
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
  /// False where the Services could not be read.
  package let isUseKnown: Bool
  package let used: AddressSet
  /// What is wrong with its ranges and settings.
  package let problems: [PoolProblem]
  /// What applying it would do, for one that is given and not applied.
  package var consequences: [PoolProblem] = []
  /// No two ranges share an address.
  package let isDisjoint: Bool
  /// Places of the entries that are ranges, upwards by their first address.
  private let order: [Int]

  package init(
    name: String, exists: Bool = true, entries: [PoolEntry], object: IPAddressPool? = nil,
    advertisements: [L2Advertisement] = [], announcedBy: [String] = [],
    announcedBeside: [String: [String]] = [:], context: PoolContext = PoolContext(),
    holders: [AddressHolder]? = [], isJudged: Bool = true
  ) {
    self.init(
      name: name, exists: exists, entries: entries, object: object,
      advertisements: advertisements, announcedBy: announcedBy, announcedBeside: announcedBeside,
      context: context, everySeat: holders.map([PoolSeat].init), isJudged: isJudged)
  }

  /// - Parameter everySeat: those of other pools too; nil where they are not known.
  private init(
    name: String, exists: Bool, entries: [PoolEntry], object: IPAddressPool?,
    advertisements: [L2Advertisement], announcedBy: [String],
    announcedBeside: [String: [String]], context: PoolContext, everySeat: [PoolSeat]?,
    isJudged: Bool
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
    let addresses = AddressSet(entries.ranges)
    self.addresses = addresses
    isDisjoint = AddressSet.overlaps(in: entries.ranges.map(\.interval)).isEmpty
    order = entries.indices.filter { entries[$0].range != nil }.sorted { left, right in
      guard let left = entries[left].interval, let right = entries[right].interval else {
        return false
      }
      return (left.family, left.lower) < (right.family, right.lower)
    }
    elsewhere = AddressSet((context.otherPools ?? []).flatMap(\.addresses.intervals))
    isUseKnown = everySeat != nil
    seats = addresses.intervals.flatMap { (everySeat ?? []).within($0) }
    used = AddressSet(seats.map { AddressInterval($0.address) })
    problems = isJudged ? PoolProblems.find(in: entries, context: context) : []
  }

  /// A pool of this shape among what was read, whatever the pool of its name is like now.
  package init(_ shape: PoolShape, in snapshot: ClusterSnapshot) {
    let context = snapshot.poolContext(for: shape.name).with(shape)
    let objects = snapshot.pools.value ?? PoolObjects()
    let object = objects.pool(shape.name)
    self.init(
      name: shape.name, exists: object != nil, entries: shape.entries, object: object,
      advertisements: objects.advertisements,
      announcedBy: object.map { objects.announcers(of: $0) } ?? [],
      announcedBeside: objects.announcedBeside(shape.name), context: context,
      holders: snapshot.addressHolders)
  }

  /// The pool Akash counts comes first, also where the cluster has none of that name.
  package static func all(
    of objects: PoolObjects, holders: [AddressHolder]? = [],
    contexts: [String: PoolContext] = [:]
  ) -> [LivePool] {
    let wanted = ConsoleSettings.poolName
    let seats = holders.map([PoolSeat].init)
    let pools = objects.pools.map { pool in
      let shape = PoolShape(pool)
      let context = contexts[shape.name] ?? PoolContext(isForTenants: shape.name == wanted)
      return LivePool(
        name: shape.name, exists: true, entries: shape.entries, object: pool,
        advertisements: objects.advertisements, announcedBy: objects.announcers(of: pool),
        announcedBeside: objects.announcedBeside(shape.name), context: context.with(shape),
        everySeat: seats, isJudged: true)
    }
    let first =
      pools.filter { $0.name == wanted }.first
      ?? LivePool(
        name: wanted, exists: false, entries: [], advertisements: objects.advertisements,
        context: contexts[wanted] ?? PoolContext(), holders: holders, isJudged: false)
    return [first] + pools.filter { $0.name != wanted }
  }

  package var shape: PoolShape {
    PoolShape(
      name: name, entries: entries, autoAssign: context.autoAssign,
      avoidBuggyIPs: context.avoidBuggyIPs)
  }

  // MARK: Who sits where

  /// The tenants of an interval. O(log n) and one step for each of them.
  package func seats(in interval: AddressInterval) -> ArraySlice<PoolSeat> {
    seats.within(interval)
  }

  /// What of a range is in use, of this pool or of a draft of it.
  package func use(of range: AddressRange, avoidsBuggyIPs: Bool? = nil) -> RangeUse {
    RangeUse(
      range, seats: seats(in: range.interval),
      avoidsBuggyIPs: avoidsBuggyIPs ?? context.avoidBuggyIPs, isKnown: isUseKnown)
  }

  /// Of each range, in the order written; entries that are no ranges are left out. What two ranges
  /// share is in use in the first of them.
  package var uses: [RangeUse] {
    let ranges = entries.ranges
    if isDisjoint { return ranges.map { use(of: $0) } }
    var earlier = AddressSet()
    return ranges.map { range in
      defer { earlier = earlier.union(AddressSet([range.interval])) }
      return RangeUse(
        range, seats: seats(in: range.interval).filter { !earlier.contains($0.address) }[...],
        avoidsBuggyIPs: context.avoidBuggyIPs, isKnown: isUseKnown)
    }
  }

  /// Distinct addresses that nobody holds and MetalLB would hand out.
  package var free: AddressCount {
    let isAvoiding = context.avoidBuggyIPs
    return addresses.usableCount(avoidingBuggyIPs: isAvoiding)
      - used.usableCount(avoidingBuggyIPs: isAvoiding)
  }

  /// The addresses MetalLB would take next, in its order: the ranges as written, each upwards.
  package func nextFree(_ count: Int) -> [IPAddress] {
    var result: [IPAddress] = []
    for entry in entries where result.count < count {
      guard let range = entry.range else { continue }
      let more = use(of: range).nextFree(count).filter { isDisjoint || !result.contains($0) }
      result += more.prefix(count - result.count)
    }
    return result
  }

  /// That nobody announces it; nil where somebody does, or there is no such pool yet.
  package var silence: PoolProblem? {
    guard exists, announcedBy.isEmpty else { return nil }
    return PoolProblem(
      .error, "No L2Advertisement announces the pool: no machine answers for its addresses.",
      fix: Advice(own: ["apply", "pools"]))
  }

  /// All that is to be said against it as it stands.
  package var allProblems: [PoolProblem] {
    problems + [silence].compactMap(\.self) + consequences
  }

  // MARK: Places

  /// Places of the entries that share an address with an interval, upwards by address. O(log n) where
  /// no two ranges of the pool overlap, however many they are.
  package func places(overlapping interval: AddressInterval) -> ArraySlice<Int> {
    guard isDisjoint else {
      return entries.indices.filter { entries[$0].interval?.overlaps(interval) ?? false }[...]
    }
    let start = firstInOrder { ($0.family, $0.upper) >= (interval.family, interval.lower) }
    let end = firstInOrder { ($0.family, $0.lower) > (interval.family, interval.upper) }
    return order[start..<max(start, end)]
  }

  private func firstInOrder(where isReached: (AddressInterval) -> Bool) -> Int {
    order.partitioningIndex { entries[$0].interval.map(isReached) ?? false }
  }
}
