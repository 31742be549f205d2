import Addresses
import Basics
import Cluster

/// What of a pool decides which addresses MetalLB hands out of it, made for many questions.
package struct PoolShape: Hashable, Sendable {
  package var name: String
  /// The entries of `addresses`, as written.
  package var entries: [PoolEntry] {
    didSet { addresses = AddressSet(entries.ranges) }
  }
  package var autoAssign: Bool
  package var avoidBuggyIPs: Bool
  /// What the entries hold; MetalLB would refuse the pool for those that are no ranges.
  package private(set) var addresses: AddressSet

  package init(
    name: String = ConsoleSettings.poolName, entries: [PoolEntry], autoAssign: Bool = true,
    avoidBuggyIPs: Bool = false
  ) {
    self.name = name
    self.entries = entries
    self.autoAssign = autoAssign
    self.avoidBuggyIPs = avoidBuggyIPs
    addresses = AddressSet(entries.ranges)
  }

  package init(_ pool: IPAddressPool) {
    self.init(
      name: pool.metadata.name, entries: pool.spec.addresses,
      autoAssign: pool.spec.autoAssign ?? true, avoidBuggyIPs: pool.spec.avoidBuggyIPs ?? false)
  }

  package var size: PoolSize { PoolSize(of: entries.ranges, avoidBuggyIPs: avoidBuggyIPs) }

  /// As MetalLB asks it: an address that `avoidBuggyIPs` leaves out is not in the pool.
  package func contains(_ address: IPAddress) -> Bool {
    addresses.contains(address) && !(avoidBuggyIPs && address.isBuggy)
  }

  /// What is left of the entries without some ranges. Entries that lose nothing stay as written.
  ///
  /// - Throws: where a range holds no address of the pool.
  package static func entries(_ entries: [PoolEntry], without removed: [AddressRange])
    throws(UserMessage) -> [PoolEntry]
  {
    let taken = AddressSet(removed)
    let own = AddressSet(entries.ranges)
    for range in removed where !own.overlaps(range.interval) {
      throw UserMessage(
        "\(SafeText.line(range.text, limit: 100)) is not in the pool.",
        advice: "See \(own: "pools show").")
    }
    return entries.flatMap { entry -> [PoolEntry] in
      guard let interval = entry.interval, taken.overlaps(interval) else { return [entry] }
      return AddressSet([interval]).subtracting(taken).intervals.map(PoolEntry.init)
    }
  }
}

extension ClusterSnapshot {
  /// nil where the pools were not read; none where their kind is not in the cluster.
  package var poolShapes: [PoolShape]? {
    pools.isAbsent ? [] : pools.value?.pools.map(PoolShape.init)
  }
}
