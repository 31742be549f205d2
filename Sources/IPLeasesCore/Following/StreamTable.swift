import Logs

/// Which containers are followed, and when to look for others.
struct StreamTable {
  /// Between two looks for new pods where nothing hints at any.
  private static let lookInterval = Duration.seconds(15)
  /// After a pod's end; its successor is rarely there sooner.
  private static let soon = Duration.milliseconds(300)

  private var running: Set<LogContainer.Key> = []
  /// The restart up to which a container was followed to its end.
  private var finished: [LogContainer.Key: Int] = [:]
  private var pause = BackOff(most: lookInterval)
  /// Programs that were followed, and those that are.
  private var roles: Set<LogRole> = []
  private var present: Set<LogRole> = []

  private var number = 0
  private var isLooking = true
  /// Something ended while it was being looked: that look may have come too early.
  private var isOutdated = false

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
    return new
  }

  // MARK: When to look

  /// A look is through: how long to wait for the next one, and its number.
  mutating func nextLook() -> (Duration, Int) {
    defer { isOutdated = false }
    isLooking = false
    number += 1
    // A program that was followed has no pod now.
    if roles.isSubset(of: present) {
      pause.reset()
      return (isOutdated ? Self.soon : Self.lookInterval, number)
    }
    return (pause.next(), number)
  }

  /// A container was followed to its end. The same as `nextLook`; nil while it is being looked.
  mutating func end(_ key: LogContainer.Key, restart: Int) -> (Duration, Int)? {
    running.remove(key)
    finished[key] = restart
    if isLooking {
      isOutdated = true
      return nil
    }
    number += 1
    return (Self.soon, number)
  }

  /// False where another look was asked for since.
  mutating func mayLook(_ number: Int) -> Bool {
    guard number == self.number, !isLooking else { return false }
    isLooking = true
    return true
  }
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
