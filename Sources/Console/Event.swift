import Foundation
import IPLeasesCore
import Terminal

/// Something that happened. Everything the console learns arrives as one of these.
package enum Event: Sendable {
  case started
  case key(Key)
  /// Every key that had arrived when the last frame was shown has been taken.
  case inputDrained
  case resized(Size)
  case tick(Date)
  case factsRead(Facts)
  case readFailed(UserMessage)
  case planMade(Plan, for: PlanRequest)
  case planRefused(PlanRequest, UserMessage)
  case run(RunEvent)
  case activityRead([JournalEntry])
  /// The step's setting aside was written; new facts follow when they are read.
  case setAsideSaved(StepID)
  case saved(path: String)
  /// The store of log lines has changed.
  case logsChanged(LogView)
  case logNews(LogNews)
  case logHitsCounted(LogHits)
  /// Entries read from a file, for the draft of a pool.
  case rangesImported([String], pool: String)
  /// Something asked for was not done (a file, the setting aside of a step).
  case refused(UserMessage)
  case terminate
  case resumed
}

/// A plan that was asked for.
package struct PlanRequest: Hashable, Sendable {
  package var step: StepID
  /// The way back instead of the way forward.
  package var isRollback: Bool
  /// The draft of a pool instead of what the step itself would do.
  package var pool: WantedPool?
  /// What the settings leave open, as typed.
  package var input: PlanInput?

  package init(
    _ step: StepID, isRollback: Bool = false, pool: WantedPool? = nil, input: PlanInput? = nil
  ) {
    self.step = step
    self.isRollback = isRollback
    self.pool = pool
    self.input = input
  }
}

/// The entries a pool is to have.
package struct WantedPool: Hashable, Sendable {
  package var name: String
  package var entries: [String]

  package init(name: String, entries: [String]) {
    self.name = name
    self.entries = entries
  }
}
