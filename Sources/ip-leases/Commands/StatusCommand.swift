import ArgumentParser
import Foundation
import IPLeasesCore

struct StatusCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What is wrong, why, and what to do; the parts and counts.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let (session, survey) = await workplace.survey(StatusReport.needs)
    if repetition.isOn {
      await Repetition(workplace: workplace, session: session, needs: StatusReport.needs).run(
        from: survey.snapshot
      ) { snapshot in
        let report = made(session, session.survey(of: snapshot))
        return Repetition.Answer(said: report.timeless) { isAnother in
          if isAnother, output == .text { call.separate() }
          show(report, call, pretty: false)
        }
      }
    }
    let report = made(session, survey)
    if !repetition.isOn { show(report, call) }
    let isHeld = survey.checklist.exitCode == Exit.holds && report.state == .fail
    throw ExitCode(isHeld ? Exit.doesNotHold : survey.checklist.exitCode)
  }

  private func made(_ session: Session, _ survey: Survey) -> StatusReport {
    StatusReport(
      survey.snapshot, survey.checklist, results: survey.checks,
      aside: Set(session.findings.aside(at: Date()).keys))
  }

  private func show(_ report: StatusReport, _ call: Call, pretty: Bool = true) {
    switch output {
    case .json: call.json(StatusDocument(report, at: Date()), pretty: pretty)
    case .text: call.output(StatusText.text(report, at: Date(), call.ownOptions))
    }
  }
}
