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
  /// Names of the L2Advertisements that announce it.
  package let announcedBy: [String]
  package let context: PoolContext
  /// The addresses of the other pools.
  package let elsewhere: AddressSet
  /// Upwards by address; those of this pool only.
  package let seats: [PoolSeat]
  package let used: AddressSet
  package let problems: [PoolProblem]

  package init(
    name: String, exists: Bool = true, entries: [String], announcedBy: [String] = [],
    context: PoolContext = PoolContext(), seats: [PoolSeat] = []
  ) {
    self.name = name
    self.exists = exists
    self.entries = entries
    self.announcedBy = announcedBy
    self.context = context
    ranges = entries.map { AddressRange(valid: $0) }
    let addresses = AddressSet(ranges.compactMap(\.self))
    self.addresses = addresses
    elsewhere = AddressSet(
      (context.otherPools ?? []).flatMap(\.entries).compactMap { AddressRange(valid: $0) })
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
      var context = contexts[pool.metadata.name] ?? PoolContext()
      context.autoAssign = pool.spec.autoAssign ?? true
      context.avoidBuggyIPs = pool.spec.avoidBuggyIPs ?? false
      return LivePool(
        name: pool.metadata.name, entries: pool.spec.addresses,
        announcedBy: objects.announcers(of: pool),
        context: context, seats: seats)
    }
    let first =
      pools.filter { $0.name == wanted }.first
      ?? LivePool(
        name: wanted, exists: false, entries: [], context: contexts[wanted] ?? PoolContext())
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
}
