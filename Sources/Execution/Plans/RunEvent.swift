import Basics

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
  /// Nothing was run: somebody else, or time, has brought the cluster to where the plan leads.
  case reached
}

/// What became of a plan between its showing and its run.
package enum PlanValidity: Hashable, Sendable {
  case holds
  /// The cluster is where it leads.
  case reached
  case void(UserMessage)
}
