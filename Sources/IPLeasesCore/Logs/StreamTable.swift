/// Which containers are followed, and whether a successor is awaited.
struct StreamTable {
  private var running: Set<LogContainer.Key> = []
  /// The restart up to which a container was followed to its end.
  private var finished: [LogContainer.Key: Int] = [:]
  private var pause = BackOff(most: .seconds(15))
  private var roles: Set<LogRole> = []
  private var present: Set<LogRole> = []
  private(set) var sources: [LogSource] = []
  private(set) var hasChanged = false

  /// Those of the containers that nobody follows yet; they count as followed from here on.
  mutating func new(of containers: [LogContainer]) -> [LogContainer] {
    let new = containers.filter { container in
      !running.contains(container.key)
        && finished[container.key].map { $0 < container.restart } ?? true
    }
    running.formUnion(new.map(\.key))
    present = Set(containers.filter { running.contains($0.key) }.map(\.source.role))
    roles.formUnion(present)
    let keys = Set(containers.map(\.key))
    // What is gone from the cluster does not come back under the same key.
    finished = finished.filter { keys.contains($0.key) }
    let found = containers.map(\.source)
    hasChanged = found != sources
    sources = found
    if !isExpecting { pause.reset() }
    return new
  }

  mutating func end(_ key: LogContainer.Key, restart: Int) {
    running.remove(key)
    finished[key] = restart
  }

  /// A program that was followed has no pod now.
  var isExpecting: Bool { !roles.isSubset(of: present) }

  mutating func nextPause() -> Duration { pause.next() }
}

/// Growing pauses between tries that come to nothing.
struct BackOff: Sendable {
  private static let first = Duration.milliseconds(300)
  private let most: Duration
  private var upcoming = Self.first

  init(most: Duration = .seconds(10)) { self.most = most }

  mutating func next() -> Duration {
    defer { upcoming = min(upcoming * 2, most) }
    return upcoming
  }

  mutating func reset() { upcoming = Self.first }
}
