import Cluster
import Execution
import IPLeasesCore
import Logs

/// Something asked to be done. Decisions come before: whoever carries it out cannot ask.
package enum Effect: Hashable, Sendable {
  case read
  case stopReading
  /// Begins to bring the facts whenever they change; goes on for as long as the console is open.
  case followFacts
  /// Begins to bring what the watch tells; goes on for as long as the console is open.
  case followWatch
  /// What is seen now is what the watch compares with from now on.
  case takeBaseline
  case makePlan(PlanRequest)
  case stopPlanning
  /// Changes the cluster. Made in one place only: when the word of a plan was typed.
  case run(Plan)
  case stopRun
  /// Keeps a step aside with a reason; nil takes it back.
  case setAside(StepID, reason: String?)
  /// The same of a finding of a check; a nil aside lets it count again.
  case setFindingAside(code: String, FindingAside?)
  /// Goes this way from now on, in this console.
  case chooseWay(Way)
  case readActivity
  /// Reads ranges from a file of this machine into the draft of a pool.
  case importRanges(path: String, pool: String)
  /// Begins to bring log lines; goes on for as long as the console is open.
  case followLogs
  /// - Parameter around: the line on top of the screen; nil: it shows the end.
  case filterLogs(LogFilter, around: LogLineID?)
  case foldLogs(LogLineID, isFolded: Bool)
  /// Finds the next hit, then counts all.
  case findInLogs(LogSearch)
  /// Writes every line that passes the filter.
  case saveLogs(path: String)
  /// Keeps the drafts of pools for the next start, instead of those kept before.
  case keepDrafts([String: KeptDraft])
  case copy(String)
  case save(text: String, path: String)
  case plainPrint([String])
  case suspend
  case redraw
  case quit(code: Int32)
}
