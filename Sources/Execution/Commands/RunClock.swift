import Foundation

/// The time a run goes by; tests give one that does not wait.
package struct RunClock: Sendable {
  /// Time since some fixed moment; never goes back.
  package var now: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async throws -> Void
  package var date: @Sendable () -> Date

  package init(
    now: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    date: @escaping @Sendable () -> Date
  ) {
    self.now = now
    self.sleep = sleep
    self.date = date
  }

  package static var system: RunClock {
    let start = ContinuousClock.now
    return RunClock(
      now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) },
      date: { Date() })
  }
}
