import ArgumentParser
import Foundation
import IPLeasesCore

struct StatusCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What is wrong, why, and what to do; the parts and counts.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let (session, survey) = await workplace.survey(StatusReport.needs)
    let report = StatusReport(
      survey.snapshot, survey.checklist, aside: Set(session.findings.aside(at: Date()).keys))
    switch output {
    case .json: call.json(StatusDocument(report, at: Date()))
    case .text: call.output(call.ownCommand.retold(StatusText.text(report, at: Date())))
    }
    let isHeld = survey.checklist.exitCode == Exit.holds && report.state == .fail
    throw ExitCode(isHeld ? Exit.doesNotHold : survey.checklist.exitCode)
  }
}
