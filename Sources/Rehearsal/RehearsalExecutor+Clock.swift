import Execution
import Foundation
import Synchronization

extension RehearsalExecutor {
  /// The cluster's own clock. A pause between two commands is as long as theirs are; the lead of the
  /// cluster makes up for the rest.
  package nonisolated var runClock: RunClock {
    let real = RunClock.system
    let lead = lead
    let start = lead.seconds
    return RunClock(
      now: { real.now() + .seconds(lead.seconds - start) },
      sleep: { [pace] duration in
        try await real.sleep(duration * pace)
        if pace < 1 { try await self.letPass(duration * (1 - pace)) }
      },
      date: { [clock] in clock().addingTimeInterval(lead.seconds) })
  }
}

/// Seconds by which the cluster's clock is ahead of the machine's, as this executor saw it last.
final class ClockLead: Sendable {
  private let known = Mutex(0.0)

  var seconds: Double { known.withLock { $0 } }

  /// The cluster's time never goes back.
  func learn(_ seconds: Double) { known.withLock { $0 = max($0, seconds) } }
}
