import Cluster

/// What of a pool is not its ranges, as it is wanted. nil, and an advertisement that is not named,
/// mean: as it is.
package struct PoolOptions: Hashable, Sendable, Codable {
  package var autoAssign: Bool?
  package var avoidBuggyIPs: Bool?
  /// L2Advertisements by name: whether each is to name the pool.
  package var announcements: [String: Bool]
  /// L2Advertisements by name: from where each is to announce.
  package var reaches: [String: AnnouncementReach]

  package init(
    autoAssign: Bool? = nil, avoidBuggyIPs: Bool? = nil, announcements: [String: Bool] = [:],
    reaches: [String: AnnouncementReach] = [:]
  ) {
    self.autoAssign = autoAssign
    self.avoidBuggyIPs = avoidBuggyIPs
    self.announcements = announcements
    self.reaches = reaches
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      autoAssign: values.decodeIfPresent(Bool.self, forKey: .autoAssign),
      avoidBuggyIPs: values.decodeIfPresent(Bool.self, forKey: .avoidBuggyIPs),
      announcements: values.decodeIfPresent([String: Bool].self, forKey: .announcements) ?? [:],
      reaches: values.decodeIfPresent([String: AnnouncementReach].self, forKey: .reaches) ?? [:])
  }

  package var isEmpty: Bool { self == PoolOptions() }

  package var count: Int {
    [autoAssign, avoidBuggyIPs].count { $0 != nil } + announcements.count
      + reaches.values.reduce(0) { $0 + $1.count }
  }

  /// Names of the advertisements that are to change.
  package var advertisements: [String] {
    Set(announcements.keys).union(reaches.keys).sorted()
  }

  /// What `other` wants goes before what was wanted.
  mutating func merge(_ other: PoolOptions) {
    autoAssign = other.autoAssign ?? autoAssign
    avoidBuggyIPs = other.avoidBuggyIPs ?? avoidBuggyIPs
    announcements.merge(other.announcements) { _, new in new }
    for (name, reach) in other.reaches { reaches[name, default: AnnouncementReach()].merge(reach) }
  }

  /// What is left to do over a pool as it is now.
  package func missing(in live: LivePool) -> PoolOptions {
    func now(_ name: String) -> L2Advertisement? {
      live.advertisements.first { $0.metadata.name == name }
    }
    return PoolOptions(
      autoAssign: autoAssign == live.context.autoAssign ? nil : autoAssign,
      avoidBuggyIPs: avoidBuggyIPs == live.context.avoidBuggyIPs ? nil : avoidBuggyIPs,
      announcements: announcements.filter { name, wanted in
        guard let advertisement = now(name) else { return false }
        let change = try? AnnouncementChange.make(advertisement, pool: live.object, wanted)
        return change != nil
      },
      reaches: Dictionary(
        uniqueKeysWithValues: reaches.compactMap { name, reach in
          guard let missing = now(name).map(reach.missing), !missing.isEmpty else { return nil }
          return (name, missing)
        }))
  }

  /// - Parameter others: by the advertisement's name, the other pools it announces.
  func reachProblems(
    nodes: [String: [String: String]]?, beside others: [String: [String]]
  ) -> [PoolProblem] {
    reaches.sorted { $0.key < $1.key }.flatMap { name, reach in
      reach.problems(of: name, nodes: nodes, others: others[name] ?? [])
    }
  }
}
