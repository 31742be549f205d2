internal import CNcurses
import Synchronization

/// Wakes an `EventWaiter`, from any thread.
package final class Wakeup: Sendable {
  let descriptor: Int32
  private let isPending = Atomic(false)

  init() {
    descriptor = cn_wake_open()
    precondition(descriptor >= 0, "The system gives no more descriptors.")
  }

  deinit {
    cn_wake_close(descriptor)
  }

  /// Ends the wait that is under way, or else the next one. Costs a system call only the first time
  /// after a wait.
  package func post() {
    if !isPending.exchange(true, ordering: .acquiringAndReleasing) { cn_wake(descriptor) }
  }

  /// Whether there was a post. One that comes between the two lines is counted now.
  func take() -> Bool {
    cn_wake_drain(descriptor)
    return isPending.exchange(false, ordering: .acquiringAndReleasing)
  }
}

/// What a crash of this program may leave behind: one line, and no memory.
package enum CrashGuard {
  package static func begin() { cn_guard_process() }
}
