/// What of a pool is not its ranges, as it is wanted. nil, and an advertisement that is not named,
/// mean: as it is.
package struct PoolOptions: Hashable, Sendable, Codable {
  package var autoAssign: Bool?
  package var avoidBuggyIPs: Bool?
  /// L2Advertisements by name: whether each is to name the pool.
  package var announcements: [String: Bool]

  package init(
    autoAssign: Bool? = nil, avoidBuggyIPs: Bool? = nil, announcements: [String: Bool] = [:]
  ) {
    self.autoAssign = autoAssign
    self.avoidBuggyIPs = avoidBuggyIPs
    self.announcements = announcements
  }

  package var isEmpty: Bool { self == PoolOptions() }

  package var count: Int {
    [autoAssign, avoidBuggyIPs].count { $0 != nil } + announcements.count
  }

  /// What `other` wants goes before what was wanted.
  mutating func merge(_ other: PoolOptions) {
    autoAssign = other.autoAssign ?? autoAssign
    avoidBuggyIPs = other.avoidBuggyIPs ?? avoidBuggyIPs
    announcements.merge(other.announcements) { _, new in new }
  }

  /// What is left to do over a pool as it is now.
  package func missing(in live: LivePool) -> PoolOptions {
    PoolOptions(
      autoAssign: autoAssign == live.context.autoAssign ? nil : autoAssign,
      avoidBuggyIPs: avoidBuggyIPs == live.context.avoidBuggyIPs ? nil : avoidBuggyIPs,
      announcements: announcements.filter { name, wanted in
        guard let advertisement = live.advertisements.first(where: { $0.metadata.name == name })
        else { return false }
        let change = try? AnnouncementChange.make(advertisement, pool: live.object, wanted)
        return change != nil
      })
  }
}
