import ArgumentParser
import IPLeasesCore

struct ApplyCommand: AsyncParsableCommand {
  enum DryRun: String, ExpressibleByArgument, CaseIterable { case server }

  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Runs the plan, step by step.",
    discussion: """
      Each plan is shown before it runs and asks for a word. What holds already is left alone, so \
      an apply that was cut off is simply run again.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @Flag(help: "Ask nothing.") var yes = false
  @Option(
    help: ArgumentHelp(
      "Consent to moving N Services to other addresses; the number must be right.",
      valueName: "n"))
  var acceptTouch: Int?
  @Option(help: "Ask the server to try each change without making it.") var dryRun: DryRun?
  @Argument(help: ArgumentHelp("The steps; all by default.", valueName: "step"))
  var steps: [StepID] = []

  func validate() throws {
    if let acceptTouch, acceptTouch < 0 { throw ValidationError("--accept-touch wants a number.") }
  }

  func run() async throws {
    let workplace = try Workplace(options)
    let session = await workplace.session()
    let progress = Progress(isJSON: output == .json)
    try Change.refuseIfReadOnly(session, unless: dryRun != nil)
    let runner = try await Change.runner(session, doing: "apply", needsLock: dryRun == nil)
    let consent = Consent(
      isGiven: yes, acceptedTouch: acceptTouch, context: session.identity.context
    ) { plan in
      await session.validity(of: plan) { () throws(UserMessage) in
        guard let id = StepID(rawValue: plan.id) else { return plan }
        return try await session.plan(id).plan
      }
    }
    let enablement = Enablement(
      session: session, runner: runner, isDryRun: dryRun != nil, consent: consent.ask,
      onEvent: progress.show)
    let names = steps.isEmpty ? StepID.allCases : steps
    let results = await Interruption.watch(runner) { await enablement.apply(names) }
    if output == .json { Standard.json(ApplyDocument(results)) }
    throw ExitCode(Change.exitCode(results, wanted: names.count))
  }
}

struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "The way back that was saved before the change.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @Flag(help: "Ask nothing.") var yes = false
  @Option(
    help: ArgumentHelp(
      "Consent to N Services losing their address; the number must be right.", valueName: "n"))
  var acceptTouch: Int?
  @Flag(help: "Show the plan and run nothing.") var dryRun = false
  @Argument(help: ArgumentHelp("The step to take back.", valueName: "step")) var step: StepID

  func run() async throws {
    let workplace = try Workplace(options)
    let session = await workplace.session()
    if !dryRun { try Change.refuseIfReadOnly(session, unless: false) }
    // The lock comes before the plan: waiting for it may take long.
    let runner = try await Change.runner(
      session, doing: "rollback: \(step.rawValue)", needsLock: !dryRun)
    let plan: Plan
    do { plan = try await session.rollbackPlan(step) } catch {
      Standard.error(error.text + "\n")
      throw ExitCode(Exit.doesNotHold)
    }
    if dryRun {
      switch output {
      case .json: Standard.json(PlanDocument([plan]))
      case .text: Standard.output(PlanText.text(plan))
      }
      return
    }
    let progress = Progress(isJSON: output == .json)
    progress.show(.planned(plan))
    let result = await takeBack(plan, session, runner, progress)
    progress.show(.stepEnded(result))
    if output == .json { Standard.json(ApplyDocument([result])) }
    throw ExitCode(Change.exitCode([result], wanted: 1))
  }

  private func takeBack(
    _ plan: Plan, _ session: Session, _ runner: PlanRunner, _ progress: Progress
  ) async -> StepResult {
    let consent = Consent(
      isGiven: yes, acceptedTouch: acceptTouch, context: session.identity.context
    ) { [step] plan in
      await session.validity(of: plan) { () throws(UserMessage) in
        try await session.rollbackPlan(step)
      }
    }
    if let refusal = await consent.ask(plan) {
      return StepResult(id: plan.id, kind: .failed, message: refusal.what, problem: refusal)
    }
    let started = ContinuousClock.now
    let outcome = await Interruption.watch(runner) {
      await session.rollBack(plan, runner) { progress.show(.run($0)) }
    }
    let duration = ContinuousClock.now - started
    switch outcome {
    case .done:
      return StepResult(id: plan.id, kind: .done, duration: duration, message: "taken back")
    case .failed(let problem):
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: problem.what, problem: problem)
    case .stopped:
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: "stopped on purpose")
    }
  }
}

/// What apply and rollback share.
enum Change {
  static func refuseIfReadOnly(_ session: Session, unless isHarmless: Bool) throws {
    guard session.settings.isReadOnly, !isHarmless else { return }
    Standard.error(
      UserMessage(
        "Nothing is changed: --read-only was given.", advice: "Leave it out to change something."
      ).text + "\n")
    throw ExitCode(Exit.doesNotHold)
  }

  /// - Throws: `ExitCode` where another holds the lock, after saying who.
  static func runner(_ session: Session, doing: String, needsLock: Bool = true) async throws
    -> PlanRunner
  {
    do {
      let runner = try await session.runner(doing: doing, needsLock: needsLock)
      if needsLock, let problem = await session.giveBackBorrowed(runner) {
        Standard.error(problem.text + "\n")
      }
      return runner
    } catch let message as UserMessage {
      Standard.error(message.text + "\n")
      throw ExitCode(Exit.doesNotHold)
    }
  }

  static func exitCode(_ results: [StepResult], wanted: Int) -> Int32 {
    if Interruption.hasHappened { return Exit.interrupted }
    if results.contains(where: \.isUnknown) { return Exit.untold }
    let hold = results.allSatisfy { $0.kind == .done || $0.kind == .unchanged }
    return hold && results.count == wanted ? Exit.holds : Exit.doesNotHold
  }
}
