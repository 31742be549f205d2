/// What a plan reports while it runs. `index` is the position in `Plan.actions`.
package enum RunEvent: Hashable, Sendable {
  case started(index: Int, Action)
  /// What the running command prints.
  case output(index: Int, OutputChunk)
  /// A wait looked once more and it was not yet so.
  case stillWaiting(index: Int, elapsed: Duration)
  case finished(index: Int, elapsed: Duration)
  case ended(RunOutcome)
}

package enum RunOutcome: Hashable, Sendable {
  case done
  /// What was reached before stays; nothing after it was started.
  case failed(UserMessage)
  /// Stopped on purpose.
  case stopped
}
