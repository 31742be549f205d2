import Addresses
import Basics
import Cluster
import Execution

/// What a pool shall be, over whatever it is when the plan is made.
package struct PoolWish: Hashable, Sendable {
  package enum Ranges: Hashable, Sendable {
    case whole([PoolEntry])
    case edits(add: [PoolEntry], remove: [AddressRange])
  }

  package var name: String
  package var ranges: Ranges
  package var options: PoolOptions
  package var reach: AnnouncementReach
  /// Whose reach is meant; nil: of the only one that announces the pool.
  package var advertisement: String?
  /// The file the ranges come from.
  package var file: File?

  package struct File: Hashable, Sendable {
    package var pool: ImportedPool
    package var contents: PoolFileContents

    package init(pool: ImportedPool, contents: PoolFileContents) {
      self.pool = pool
      self.contents = contents
    }
  }

  package init(
    name: String, ranges: Ranges, options: PoolOptions = PoolOptions(),
    reach: AnnouncementReach = AnnouncementReach(), advertisement: String? = nil
  ) {
    self.name = name
    self.ranges = ranges
    self.options = options
    self.reach = reach
    self.advertisement = advertisement
  }

  func entries(over live: [PoolEntry]) throws(UserMessage) -> [PoolEntry] {
    switch ranges {
    case .whole(let entries): entries
    case .edits(let add, let remove):
      // Asked for once more, it is there already.
      try PoolShape.entries(live, without: remove) + add.filter { !live.contains($0) }
    }
  }

  func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage) -> Plan {
    let live = snapshot.pools.value?.pool(name)?.spec.addresses ?? []
    var options = options
    if !reach.isEmpty, let objects = snapshot.pools.value, let pool = objects.pool(name) {
      let whose: String
      if let advertisement {
        whose = advertisement
      } else {
        whose = try Self.only(of: pool, objects)
      }
      options.reaches[whose] = reach
    }
    let found =
      file.map { $0.contents.problems(of: $0.pool, for: name, isWhole: false, snapshot) } ?? []
    if let error = found.first(where: { $0.severity == .error }) {
      throw UserMessage("The file's pool cannot be taken: \(error.message)", advice: error.fix)
    }
    var plan = try PoolEdit.plan(
      snapshot, settings, entries: try entries(over: live), options: options, pool: name,
      inventory: snapshot.inventory.value)
    plan.notes += found.map { $0.note($0.message) }
    return plan
  }

  private static func only(
    of pool: IPAddressPool, _ objects: PoolObjects
  ) throws(UserMessage) -> String {
    let names = objects.advertisements.filter { $0.covers(pool: pool) }.map(\.metadata.name)
    guard names.count != 1 else { return names[0] }
    let listed = names.map { SafeText.line($0, limit: 80) }.joined(separator: ", ")
    let name = SafeText.line(pool.metadata.name, limit: 80)
    throw names.isEmpty
      ? UserMessage(
        "No L2Advertisement announces the pool \(name).",
        advice: "Let one name it: --advertise NAME, or \(own: "apply pools").")
      : UserMessage(
        "Several L2Advertisements announce the pool \(name): \(listed).",
        advice: "Say which one is meant: --l2advertisement NAME.")
  }
}
