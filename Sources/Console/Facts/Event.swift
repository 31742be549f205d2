import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Logs
import Terminal

/// Something that happened. Everything the console learns arrives as one of these.
package enum Event: Sendable {
  case started
  case key(Key)
  /// Every key that had arrived when the last frame was shown has been taken.
  case inputDrained
  case resized(Size)
  case tick(Date)
  /// What is known so far of a first reading that takes long.
  case factsComing(Facts)
  case factsRead(Facts)
  /// They changed by themselves.
  case factsChanged(Facts)
  case readFailed(UserMessage)
  /// Something was seen that changes what the watch tells; also while a plan runs.
  case watchChanged(WatchLook)
  /// The baseline was taken because somebody asked, and is kept.
  case baselineTaken(WatchLook)
  case planMade(Plan, for: PlanRequest)
  case planRefused(PlanRequest, UserMessage)
  case run(RunEvent)
  case activityRead([JournalEntry])
  /// The step's setting aside was written; new facts follow when they are read.
  case setAsideSaved(StepID)
  /// The same of a finding, by its code.
  case findingKept(String)
  /// Plans are made by this way from now on.
  case wayChosen(Way)
  case saved(path: String)
  /// The store of log lines has changed.
  case logsChanged(LogView)
  case logNews(LogNews)
  /// nil: no line matches.
  case logLineFound(LogSearch.Hit?, of: LogSearch)
  case logHitsCounted(LogHits)
  /// A pool read from a file, for the draft of a pool.
  case poolImported(ImportedPool, pool: String)
  /// Something asked for was not done (a file, the setting aside of a step).
  case refused(UserMessage)
  case terminate
  case resumed
}

/// What following the logs brings.
package enum LogNews: Sendable {
  case lines([LogEvent])
  /// Sources that cannot be read at present.
  case unread([LogFollower.Problem])
}
