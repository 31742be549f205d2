import ArgumentParser
import IPLeasesCore

struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "The way back that was saved before the change.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Flag(help: "Show the plan and run nothing.") var dryRun = false
  @Argument(help: ArgumentHelp("The step to take back.", valueName: "step")) var step: StepID

  func run() async throws {
    let session = await (try Workplace(options)).session(isForChange: !dryRun)
    var change = Change(
      session: session, doing: "rollback: \(step.rawValue)", consent: agreement, output: output,
      use: dryRun ? .show : .run
    ) { [step] () throws(UserMessage) in try await session.rollbackPlan(step) }
    change.doneMessage = { plan in
      (["taken back"] + [await PoolChanging.moves(plan, session)].compactMap(\.self))
        .joined(separator: "; ")
    }
    change.run = { plan, runner, onEvent in
      await session.rollBack(plan, runner, onEvent: onEvent)
    }
    try await change.carryOut()
  }
}
