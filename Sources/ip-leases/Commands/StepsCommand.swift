import ArgumentParser
import IPLeasesCore

struct StepsCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "The checklist: state and evidence of each step.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let (session, survey) = await workplace.survey(AllSteps.needs.union(Checks.needs()))
    switch output {
    case .json:
      call.json(
        StepsDocument(
          survey.checklist, context: session.identity.context,
          way: survey.snapshot.way(workplace.settings)))
    case .text:
      call.output(call.ownCommand.retold(StepsText.text(survey.checklist)))
    }
    throw ExitCode(survey.checklist.exitCode)
  }
}

extension Checklist {
  /// 0 if every step is settled; 2 if any could not be read; else 1.
  var exitCode: Int32 {
    if reports.contains(where: { $0.state == .unknown }) { return Exit.untold }
    return reports.allSatisfy { $0.state.isSettled } ? Exit.holds : Exit.doesNotHold
  }
}
