import ArgumentParser
import IPLeasesCore

struct StepsCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "The checklist: state and evidence of each step.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  func validate() throws {
    if repetition.isOn { try options.refuseBundle(for: "-w") }
  }

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let needs = AllSteps.needs.union(Checks.needs())
    let (session, survey) = await workplace.survey(needs)
    guard repetition.isOn else {
      show(survey, session, call)
      throw ExitCode(survey.checklist.exitCode)
    }
    await Repetition(workplace: workplace, session: session, needs: needs).run(
      from: survey.snapshot
    ) { snapshot in
      let survey = session.survey(of: snapshot)
      return Repetition.Answer(said: survey.checklist.reports) { isAnother in
        if isAnother, output == .text { call.separate() }
        show(survey, session, call, pretty: false)
      }
    }
    throw ExitCode(survey.checklist.exitCode)
  }

  private func show(_ survey: Survey, _ session: Session, _ call: Call, pretty: Bool = true) {
    switch output {
    case .json, .yaml:
      call.show(
        StepsDocument(
          survey.checklist, context: session.identity.context,
          way: survey.snapshot.way(session.settings)), as: output, isLine: !pretty)
    case .text:
      call.output(StepsText.text(survey.checklist, call.ownOptions))
    }
  }
}
