import Basics
import Cluster
import Execution
import IPLeasesCore

/// What the console asks of the core. Every answer is a value; nothing here draws or decides.
package protocol ConsoleService: Sendable {
  /// Everything read anew.
  ///
  /// - Parameter onEarly: gets what is known so far of a first reading that takes seconds.
  func facts(
    onEarly: @escaping @Sendable (Facts) -> Void
  ) async -> Result<Facts, UserMessage>
  /// Brings the facts whenever they change, until the task is cancelled.
  func followFacts(_ onFacts: @escaping @Sendable (Facts) -> Void) async
  /// Brings what the watch tells, at first and whenever that changes, until the task is cancelled.
  func followWatch(_ onLook: @escaping @Sendable (WatchLook) -> Void) async
  /// Takes what is seen now for the baseline, and keeps it.
  func takeBaseline() async -> Result<WatchLook, UserMessage>
  /// Makes a plan; runs nothing.
  func plan(_ request: PlanRequest) async -> Result<Plan, UserMessage>
  /// A pool from a file of this machine: the one of this name, else the only one.
  func importPool(path: String, pool: String) async -> Result<ImportedPool, UserMessage>
  /// Keeps the drafts for the next start, instead of those kept before.
  func keepDrafts(_ drafts: [String: KeptDraft]) async -> Result<Void, UserMessage>
  /// Runs a plan and reports; the last report is `.ended`.
  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async
  /// Asks the command that runs now to end; the run then ends by itself.
  func stop() async
  /// Keeps a step aside; nil takes it back.
  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage>
  /// Brings log lines until the task is cancelled. What is hidden in them comes with the facts.
  func followLogs(_ onNews: @escaping @Sendable (LogNews) -> Void) async
  /// The same of a finding; a nil aside lets it count again.
  func setFindingAside(_ code: String, _ aside: FindingAside?) async -> Result<Void, UserMessage>
  /// Makes every plan by this way from now on.
  func chooseWay(_ way: Way) async
  func activity() async -> [JournalEntry]
}
