import Execution
import Synchronization

extension RehearsalExecutor {
  /// A pause between two commands is as long as theirs are; the cluster's clock makes up for the rest.
  package nonisolated var runClock: RunClock {
    guard pace < 1 else { return .system }
    let real = RunClock.system
    let leap = Leap()
    return RunClock(
      now: { real.now() + leap.length },
      sleep: { [pace] duration in
        try await real.sleep(duration * pace)
        let rest = duration * (1 - pace)
        try await self.letPass(rest)
        leap.add(rest)
      },
      date: real.date)
  }
}

/// How far a run's time is ahead of the real one.
private final class Leap: Sendable {
  private let sum = Mutex(Duration.zero)

  var length: Duration { sum.withLock { $0 } }

  func add(_ duration: Duration) { sum.withLock { $0 += duration } }
}
