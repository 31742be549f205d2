import ArgumentParser
import Foundation
import IPLeasesCore

struct StatusCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What is wrong, why, and what to do; the parts and counts.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var contexts: ContextOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text, json, yaml or openmetrics.")
  var output = StatusFormat.text

  func validate() throws {
    if repetition.isOn { try options.refuseBundle(for: "-w") }
    try contexts.validate(options, alone: [(repetition.isOn, "-w")])
    if repetition.isOn, output == .openmetrics {
      throw ValidationError("-w does not go with -o openmetrics.")
    }
  }

  func answer(_ call: Call) async throws {
    try await ContextBlocks.answer(options, contexts, call) { [self] options, call in
      try await answer(call, options)
    }
  }

  private func answer(_ call: Call, _ options: GlobalOptions) async throws {
    let workplace = try Workplace(options, call)
    let (session, survey) = await workplace.survey(
      output == .openmetrics ? Gauges.needs(of: nil) : StatusReport.needs)
    if repetition.isOn {
      await Repetition(workplace: workplace, session: session, needs: StatusReport.needs).run(
        from: survey.snapshot
      ) { snapshot in
        let report = made(session, session.survey(of: snapshot))
        return Repetition.Answer(said: report.timeless) { isAnother in
          if isAnother, output == .text { call.separate() }
          show(report, at: Date(), call, pretty: false)
        }
      }
    }
    let now = session.now
    let report = made(session, survey)
    if output == .openmetrics {
      let (checks, _) = session.report(survey, duration: .zero, isAsked: false)
      Gauges.show(session, survey, checks, call)
    }
    if !repetition.isOn { show(report, at: now, call) }
    let isHeld = survey.checklist.exitCode == Exit.holds && report.state == .fail
    throw ExitCode(isHeld ? Exit.doesNotHold : survey.checklist.exitCode)
  }

  private func made(_ session: Session, _ survey: Survey) -> StatusReport {
    StatusReport(
      survey.snapshot, survey.checklist, results: survey.checks,
      aside: Set(session.findings.aside(at: session.now).keys))
  }

  private func show(
    _ report: StatusReport, at date: Date, _ call: Call, pretty: Bool = true
  ) {
    switch output {
    case .json, .yaml: call.show(StatusDocument(report, at: date), as: output, isLine: !pretty)
    case .openmetrics: break
    case .text: call.output(StatusText.text(report, at: date, call.ownOptions))
    }
  }
}
