import IPLeasesCore

/// What the console asks of the core. Every answer is a value; nothing here draws or decides.
package protocol ConsoleService: Sendable {
  func facts() async -> Result<Facts, UserMessage>
  /// - Parameter input: what the settings leave open.
  func plan(_ step: StepID, input: PlanInput?) async -> Result<Plan, UserMessage>
  /// The way back saved before the step's change.
  func rollbackPlan(_ step: StepID) async -> Result<Plan, UserMessage>
  /// The plan that makes a pool so; runs nothing.
  func poolPlan(_ pool: WantedPool) async -> Result<Plan, UserMessage>
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
  func activity() async -> [JournalEntry]
}
