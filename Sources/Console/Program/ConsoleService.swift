import IPLeasesCore

/// What the console asks of the core. Every answer is a value; nothing here draws or decides.
package protocol ConsoleService: Sendable {
  /// - Parameter isAsked: false for a reading that came by itself.
  func facts(isAsked: Bool) async -> Result<Facts, UserMessage>
  /// Makes a plan; runs nothing.
  func plan(_ request: PlanRequest) async -> Result<Plan, UserMessage>
  /// The ranges of a file of this machine.
  func importRanges(path: String) async -> Result<[String], UserMessage>
  /// Runs a plan and reports; the last report is `.ended`.
  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async
  /// Asks the command that runs now to end; the run then ends by itself.
  func stop() async
  /// Keeps a step aside; nil takes it back.
  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage>
  /// The same of a finding; a nil aside lets it count again.
  func setFindingAside(_ code: String, _ aside: FindingAside?) async -> Result<Void, UserMessage>
  func activity() async -> [JournalEntry]
}
