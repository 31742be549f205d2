import Basics
import Console
import Terminal

/// The terminal's wakes in the words of the loop.
final class TerminalWaiting: Waiting {
  private let waiter: EventWaiter

  init(_ waiter: EventWaiter) { self.waiter = waiter }

  func wait(timeout: Duration?) -> [WakeReason] {
    let wake = waiter.wait(timeout: timeout)
    var reasons: [WakeReason] = []
    if wake.hasInput { reasons.append(.input) }
    if wake.isPosted { reasons.append(.inbox) }
    if wake.isResized { reasons.append(.resized) }
    if wake.isResumed { reasons.append(.resumed) }
    if wake.isStopRequested { reasons.append(.suspendRequested) }
    if wake.termination != nil || wake.isHungUp { reasons.append(.terminated) }
    return reasons
  }
}

/// What is done with the terminal apart from frames and keys.
final class NcursesDesk: TerminalDesk {
  private let screen: NcursesScreen
  private let call: Call

  init(_ screen: NcursesScreen, _ call: Call) {
    self.screen = screen
    self.call = call
  }

  func copy(_ text: String) {
    call.control(Clipboard.sequence(for: SafeText.shown(text), call.environment))
  }

  func printPlain(_ lines: [String]) {
    screen.print(lines.joined(separator: "\n") + "\n", thenAsk: "Press a key to go back.")
  }

  func suspend() { screen.suspend() }
  func forgetFrame() { screen.redraw() }
}
