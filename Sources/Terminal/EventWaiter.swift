internal import CNcurses

/// What ended a wait; several at once are possible. None of them means that the time was over, or
/// that something came which has been dealt with already.
package struct Wake: Hashable, Sendable {
  /// The terminal has sent something: call `readKeys`.
  package var hasInput = false
  /// Somebody called `post` since the last wait.
  package var isPosted = false
  /// The terminal has another size: ask the screen and draw.
  package var isResized = false
  /// The program was stopped from outside and goes on: repaint.
  package var isResumed = false
  /// SIGTSTP has come, as Ctrl-Z sends it: suspend the screen.
  package var isStopRequested = false
  /// SIGTERM, SIGHUP or SIGINT has come: end. Where the loop has not closed its screen 2 s later,
  /// because nobody reads the terminal, the process ends with 130.
  package var termination: Int32?
  /// The terminal is gone; every later wait returns at once.
  package var isHungUp = false

  package init() {}

  package var isEmpty: Bool { self == Wake() }
}

/// The one place where the program's loop waits: for the terminal, for messages of other threads
/// and for signals. Costs nothing at rest.
package final class EventWaiter {
  /// Wakes the waiter from any thread; outlives it without harm.
  package let wakeup: Wakeup
  private let input: Int32
  private let catchesSignals: Bool

  /// With `catchesSignals`, SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGCONT and SIGTSTP arrive as wakes
  /// until this waiter is gone, and SIGPIPE is ignored from now on. Only one waiter of a process can
  /// do that. Make it on the thread of the loop, before the screen.
  package init(input: Int32 = 0, catchesSignals: Bool = true) {
    self.input = input
    self.catchesSignals = catchesSignals
    wakeup = Wakeup()
    if catchesSignals {
      let isFirst = cn_signals_begin(wakeup.descriptor)
      precondition(isFirst, "Signals go to one waiter only.")
    }
  }

  deinit {
    if catchesSignals { cn_signals_end() }
  }

  /// Waits until something happens or `timeout` is over; without one for ever.
  package func wait(timeout: Duration? = nil) -> Wake {
    let ready = cn_wait(input, wakeup.descriptor, timeout.map(Self.nanoseconds) ?? -1)
    var wake = Wake()
    wake.hasInput = ready.input
    wake.isHungUp = ready.hung_up
    guard ready.wake else { return wake }
    wake.isPosted = wakeup.take()
    guard catchesSignals else { return wake }
    let signals = cn_signals_take()
    wake.isResized = signals.resized
    wake.isResumed = signals.resumed
    wake.isStopRequested = signals.stop_requested
    wake.termination = signals.termination == 0 ? nil : signals.termination
    return wake
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isTooLong
      ? .max : whole.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }
}
