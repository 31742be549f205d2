import Foundation
import Synchronization

/// The reads this process has started and that have not ended: each is a process group of its own,
/// which no signal from the terminal reaches and which would go on without us.
package final class RunningReads: Sendable {
  private struct State {
    var groups: Set<pid_t> = []
    /// Those between their announcement and the moment their process id is known.
    var starting = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// How long a read has after SIGTERM.
  private static let patience = Duration.milliseconds(300)

  package init() {}

  /// - Throws: `CancellationError` once all are ended: nothing new is started.
  func announce() throws {
    try state.withLock { state in
      if state.isOver { throw CancellationError() }
      state.starting += 1
    }
  }

  func insert(_ group: pid_t) {
    let isTooLate = state.withLock { state in
      state.starting -= 1
      state.groups.insert(group)
      return state.isOver
    }
    if isTooLate { kill(-group, SIGKILL) }
  }

  /// - Parameter group: nil for one that could not be started.
  func remove(_ group: pid_t?) {
    state.withLock { state in
      if let group { state.groups.remove(group) } else { state.starting -= 1 }
    }
  }

  /// Ends them all, and what is started from now on; for a program that is about to end itself.
  /// Blocks its thread for less than half a second.
  package func endAll() {
    let groups = state.withLock { state in
      state.isOver = true
      return state.groups
    }
    for group in groups { kill(-group, SIGTERM) }
    let end = ContinuousClock.now + Self.patience
    while ContinuousClock.now < end,
      state.withLock({ $0.starting > 0 || !$0.groups.isEmpty })
    {
      usleep(5_000)
    }
    // A leader that ended at once may have left a child that ignores SIGTERM.
    for group in groups.union(state.withLock { $0.groups }) { kill(-group, SIGKILL) }
  }
}
