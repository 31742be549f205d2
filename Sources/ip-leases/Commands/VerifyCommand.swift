import ArgumentParser
import Foundation
import IPLeasesCore

extension CheckReport.Threshold: ExpressibleByArgument {}

struct VerifyCommand: AsyncParsableCommand {
  enum Output: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks everything that can be seen by reading alone.",
    discussion: """
      Names are codes (IPL-0704), ids (barrier-open) or groups: tools, metallb, metrics, pools, \
      arp, operator, counts, provider, leases, network. Exit codes: 1 if a check fails (with \
      --fail-on warn: or warns); else 2 if something could not be read; else 0.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or junit.") var output = Output.text
  @Option(
    help: ArgumentHelp(
      "Check again until all is well, at most so long (90s, 2m).", valueName: "time"))
  var wait: String?
  @Option(help: "What makes the exit code 1: fail or warn.")
  var failOn = CheckReport.Threshold.fail
  @Argument(help: ArgumentHelp("The checks or groups; all by default.", valueName: "check"))
  var names: [String] = []

  /// Between two rounds.
  private static let pause = Duration.seconds(3)

  func validate() throws {
    if let wait, WaitingTime.parse(wait) == nil {
      throw ValidationError("--wait wants a time, as 90s, 2m or 1h.")
    }
    do throws(UserMessage) { _ = try Checks.codes(named: names) } catch {
      throw ValidationError(error.text)
    }
  }

  func run() async throws {
    let codes = try names.isEmpty ? nil : Checks.codes(named: names)
    let limit = wait.flatMap(WaitingTime.parse) ?? .zero
    let start = ContinuousClock.now
    let workplace = try Workplace(options)
    var (session, report) = await firstRound(workplace, codes)
    while report.exitCode(failOn: failOn) != Exit.holds, ContinuousClock.now - start < limit {
      if Standard.isErrorTerminal {
        Standard.error("not yet: \(report.count(.fail)) fail, \(report.count(.warn)) warn\n")
      }
      try await Task.sleep(for: Self.pause)
      let began = ContinuousClock.now
      let survey = await session.survey(Checks.needs(of: codes))
      report = CheckReport(
        results: Checks.run(survey.snapshot, only: codes), context: session.identity.context,
        duration: ContinuousClock.now - began)
    }
    switch output {
    case .text: Standard.output(report.text)
    case .json: Standard.json(CheckDocument(report))
    case .junit: Standard.output(report.junit)
    }
    throw ExitCode(report.exitCode(failOn: failOn))
  }

  private func firstRound(_ workplace: Workplace, _ codes: [String]?) async
    -> (Session, CheckReport)
  {
    let began = ContinuousClock.now
    let (session, survey) = await workplace.survey(Checks.needs(of: codes))
    let report = CheckReport(
      results: Checks.run(survey.snapshot, only: codes), context: session.identity.context,
      duration: ContinuousClock.now - began)
    return (session, report)
  }
}

/// A time on the command line: a whole number with s, m or h; without a letter seconds.
enum WaitingTime {
  static func parse(_ text: String) -> Duration? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()), (0...86_400).contains(number)
    else { return nil }
    return .seconds(number * (unit ?? 1))
  }
}
