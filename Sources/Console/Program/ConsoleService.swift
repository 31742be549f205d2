import IPLeasesCore

/// What the console asks of the core. Every answer is a value; nothing here draws or decides.
package protocol ConsoleService: Sendable {
  func facts() async -> Result<Facts, UserMessage>
  /// - Parameter input: what the settings leave open.
  func plan(_ step: StepID, input: PlanInput?) async -> Result<Plan, UserMessage>
  /// The way back saved before the step's change.
  func rollbackPlan(_ step: StepID) async -> Result<Plan, UserMessage>
  /// The plan that makes a pool's entries these; runs nothing.
  func poolPlan(_ pool: String, entries: [String]) async -> Result<Plan, UserMessage>
  /// The ranges of a file of this machine.
  func importRanges(path: String) async -> Result<[String], UserMessage>
  /// Runs a plan and reports; the last report is `.ended`.
  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async
  /// Asks the command that runs now to end; the run then ends by itself.
  func stop() async
  /// Keeps a step aside; nil takes it back.
  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage>
  /// Brings log lines until the task is cancelled. The redaction comes first.
  func followLogs(_ onNews: @escaping @Sendable (LogNews) -> Void) async
  func activity() async -> [JournalEntry]
}
