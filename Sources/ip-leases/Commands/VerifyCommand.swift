import ArgumentParser
import Basics
import Foundation
import IPLeasesCore

struct VerifyCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks everything that can be seen by reading alone.",
    discussion: """
      Names are codes (IPL-0704), ids (barrier-open) or groups: tools, metallb, metrics, pools, \
      arp, operator, counts, provider, leases, network. Exit codes: 1 if a check fails (with \
      --fail-on warn: or warns) and is not set aside; else 2 if something could not be read; else 0.

      Only --proof changes something: it shows its plan, asks, and removes its Service for certain.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var contexts: ContextOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text, json, yaml, junit or openmetrics.")
  var output = VerifyFormat.text
  @Option(
    help: ArgumentHelp(
      "Check again until all is well, at most so long (90s, 2m).", valueName: "time"))
  var wait: String?
  @Option(help: "What makes the exit code 1: fail or warn.")
  var failOn = CheckReport.Threshold.fail
  @Flag(help: "Name each finding that still stands since the run before.") var compare = false
  @Option(
    help: ArgumentHelp("Set a finding aside; with --reason and --until.", valueName: "check"))
  var setAside: String?
  @Option(help: "Why the finding is set aside.") var reason: String?
  @Option(
    help: ArgumentHelp(
      "The day on which the finding counts again (2027-01-31, UTC).", valueName: "day"))
  var until: String?
  @Option(help: ArgumentHelp("Let a finding count again that was set aside.", valueName: "check"))
  var takeBack: String?
  @Flag(help: "Prove it: a test Service takes a free address, is announced and removed.")
  var proof = false
  @Option(
    help: ArgumentHelp(
      "With --proof: keep the address so long for a try from a second machine (60s).",
      valueName: "time"))
  var outside: String?
  @Flag(name: [.short, .long], help: "Ask nothing before the proof.") var yes = false
  @Argument(
    help: ArgumentHelp("The checks or groups; all by default.", valueName: "check"),
    completion: Completions.checks)
  var names: [String] = []

  /// Between two rounds.
  private static let pause = Duration.seconds(3)

  func validate() throws {
    let changing = [
      (proof, "--proof"), (setAside != nil, "--set-aside"), (takeBack != nil, "--take-back"),
      (wait != nil, "--wait"), (repetition.isOn, "-w"),
    ]
    if let word = changing.first(where: \.0) { try options.refuseBundle(for: word.1) }
    if let wait, WaitingTime.parse(wait).map({ $0 <= .zero }) ?? true {
      throw ValidationError("--wait wants a time from 1s on, as 90s, 2m or 1h.")
    }
    if let outside {
      guard proof else { throw ValidationError("--outside goes with --proof.") }
      guard let time = WaitingTime.parse(outside), time > .zero, time <= .seconds(3_600) else {
        throw ValidationError("--outside wants a time up to an hour, as 60s or 5m.")
      }
    }
    try contexts.validate(
      options,
      alone: [
        (repetition.isOn, "-w"), (proof, "--proof"), (setAside != nil, "--set-aside"),
        (takeBack != nil, "--take-back"), (output == .junit, "-o junit"),
      ])
    if proof, output == .openmetrics {
      throw ValidationError("--proof does not go with -o openmetrics.")
    }
    if repetition.isOn, proof || wait != nil || output == .junit || output == .openmetrics {
      throw ValidationError("-w goes with neither --proof, --wait, -o junit nor -o openmetrics.")
    }
    if yes, !proof { throw ValidationError("--yes goes with --proof; nothing else is asked.") }
    if (setAside != nil) != (reason != nil) || (setAside != nil) != (until != nil) {
      throw ValidationError("--set-aside, --reason and --until go together.")
    }
    if setAside != nil || takeBack != nil {
      guard !proof, wait == nil, names.isEmpty, setAside == nil || takeBack == nil else {
        throw ValidationError("--set-aside and --take-back stand alone: no check is made then.")
      }
    }
    do throws(UserMessage) {
      _ = try Checks.codes(named: names)
      for word in [setAside, takeBack].compactMap(\.self) { _ = try Self.code(word) }
      _ = try aside(now: Date())
    } catch {
      throw ValidationError(error.text())
    }
  }

  func answer(_ call: Call) async throws {
    try await ContextBlocks.answer(options, contexts, call) { [self] options, call in
      try await answer(call, options)
    }
  }

  private func answer(_ call: Call, _ options: GlobalOptions) async throws {
    if setAside != nil || takeBack != nil { return try await keepAside(call) }
    let codes = try names.isEmpty ? nil : Checks.codes(named: names)
    let workplace = try Workplace(options, call)
    if proof {
      throw ExitCode(try await prove(workplace, codes))
    }
    let limit = wait.flatMap(WaitingTime.parse) ?? .zero
    let start = ContinuousClock.now
    let needs = output == .openmetrics ? Gauges.needs(of: codes) : Checks.needs(of: codes)
    var (session, survey) = await workplace.survey(needs)
    if repetition.isOn {
      await Repetition(workplace: workplace, session: session, needs: needs).run(
        from: survey.snapshot
      ) { snapshot in
        Repetition.Answer(said: Checks.run(snapshot, only: codes)) { isAnother in
          if isAnother, output == .text { call.separate() }
          let survey = session.survey(of: snapshot)
          show(
            self.report(session, survey, codes, since: .now, isAsked: !isAnother, call), call,
            pretty: false)
        }
      }
      throw ExitCode(Exit.holds)
    }
    var report = report(
      session, survey, codes, since: start, isAsked: output != .openmetrics, call)
    while report.exitCode(failOn: failOn) != Exit.holds, ContinuousClock.now - start < limit {
      if call.streams.isTerminal(.error) {
        call.error("not yet: \(report.count(.fail)) fail, \(report.count(.warn)) warn\n")
      }
      try await Task.sleep(for: Self.pause)
      let began = ContinuousClock.now
      survey = await session.survey(needs)
      // Waiting is one run, whatever the number of its rounds.
      report = self.report(session, survey, codes, since: began, isAsked: false, call)
    }
    if output == .openmetrics {
      Gauges.show(session, survey, report, call)
    } else {
      show(report, call)
    }
    throw ExitCode(report.exitCode(failOn: failOn))
  }

  // MARK: Helpers

  private func report(
    _ session: Session, _ survey: Survey, _ codes: [String]?,
    since began: ContinuousClock.Instant, isAsked: Bool = true, _ call: Call
  ) -> CheckReport {
    let (report, problem) = session.report(
      survey, only: codes, duration: ContinuousClock.now - began,
      addingProof: proof || !CanaryProof.canaries(survey.snapshot).isEmpty,
      isAsked: isAsked)
    if let problem {
      call.error("This run was not kept for comparison. \(problem.text(call.ownOptions))\n")
    }
    return report
  }

  private func show(_ report: CheckReport, _ call: Call, pretty: Bool = true) {
    switch output {
    case .text: call.output(report.text(comparesInFull: compare, options: call.ownOptions))
    case .json, .yaml: call.show(CheckDocument(report), as: output, isLine: !pretty)
    case .openmetrics: break
    case .junit: call.output(report.junit)
    }
  }

  // MARK: Set aside

  private func keepAside(_ call: Call) async throws {
    let session = await (try Workplace(options, call)).session()
    try Change.refuseIfReadOnly(session, call)
    if let obstacle = session.identity.obstacle { throw call.failure(obstacle) }
    do throws(UserMessage) {
      let now = Date()
      if let aside = try aside(now: now) {
        try session.findings.setAside(aside)
        call.output("\(aside.code) is set aside \(aside.text)\n")
      } else if let takeBack {
        let code = try Self.code(takeBack)
        let isTaken = try session.findings.takeBack(code, at: now)
        call.output(
          isTaken ? "\(code) counts again.\n" : "\(code) was not set aside; it counts.\n")
      }
    } catch {
      throw call.failure(error)
    }
  }

  private func aside(now: Date) throws(UserMessage) -> FindingAside? {
    guard let setAside, let reason, let until else { return nil }
    guard let day = CalendarDay(until) else {
      throw UserMessage(
        "--until \(SafeText.line(until, limit: 40)) is no day.", advice: "Write it as 2027-01-31.")
    }
    return try FindingAside(code: Self.code(setAside), reason: reason, until: day, now: now)
  }

  private static func code(_ word: String) throws(UserMessage) -> String {
    let codes = try Checks.codes(named: [word])
    guard codes.count == 1 else {
      throw UserMessage(
        "\(SafeText.line(word, limit: 40)) is a group; one finding at a time is set aside.",
        advice: "Give a code: \(codes.prefix(4).joined(separator: ", ")) …")
    }
    return codes[0]
  }

  // MARK: Proof

  private func prove(_ workplace: Workplace, _ codes: [String]?) async throws -> Int32 {
    let call = workplace.call
    let session = await workplace.session(isForChange: true)
    try Change.refuseIfReadOnly(session, call)
    let runner = try await Change.runner(session, call, doing: "verify: proof", isAsking: !yes)
    let needs = Checks.needs(of: codes).union(CanaryProof.needs)
    let flow = session.proof(hold: outside.flatMap(WaitingTime.parse))
    var problem: UserMessage?
    do throws(UserMessage) {
      let plan = try await flow.make()
      let progress = Progress(call, isJSON: output != .text)
      progress.show(.planned(plan))
      let consent = Consent(
        call: call, isGiven: yes, acceptedTouch: nil, context: session.identity.context)
      problem = await consent.ask(plan)
      if problem == nil {
        let outcome = await Interruption.watch(runner, of: call) {
          await flow.run(plan, runner) { progress.show(.run($0)) }
        }
        if case .failed(let reason) = outcome { problem = reason }
      }
    } catch {
      problem = error
    }
    runner.letGo()
    if let problem { call.problem(problem) }
    if Interruption.hasHappened { return Exit.interrupted }
    let began = ContinuousClock.now
    let report = report(session, await session.survey(needs), codes, since: began, call)
    show(report, call)
    let exit = report.exitCode(failOn: failOn)
    // What was asked for was not shown, though nothing else is wrong.
    return problem != nil && exit == Exit.holds ? Exit.untold : exit
  }
}
