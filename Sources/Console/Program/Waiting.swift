/// Why the loop woke up.
package enum WakeReason: Hashable, Sendable {
  /// The terminal has keys.
  case input
  /// The inbox has events.
  case inbox
  case resized
  /// Asked to end, or the terminal is gone.
  case terminated
  /// Asked to go to the background.
  case suspendRequested
  /// Back from being suspended by somebody else.
  case resumed
}

/// What the loop sleeps on: the terminal, the inbox, the signals.
package protocol Waiting: AnyObject {
  /// Sleeps until something happens; an empty answer means the time is over. nil waits for ever.
  func wait(timeout: Duration?) -> [WakeReason]
}

/// What is done with the terminal apart from frames and keys. On the thread of the loop.
package protocol TerminalDesk: AnyObject {
  /// To the clipboard of the terminal.
  func copy(_ text: String)
  /// Leaves the screen, prints the lines, and comes back after a key.
  func printPlain(_ lines: [String])
  /// To the shell; returns when the program is in front again.
  func suspend()
  /// The next frame is written whole.
  func forgetFrame()
}
