import ArgumentParser
import IPLeasesCore

struct RemedyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remedy", abstract: "Cures for what verify finds; each is a plan.",
    discussion: "Without an id, or with list: which there are, and when each helps and does not.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @Flag(name: [.short, .long], help: "Ask nothing.") var yes = false
  @Option(
    help: ArgumentHelp(
      "Consent to N Services losing their address; the number must be right.", valueName: "n"))
  var acceptTouch: Int?
  @Flag(help: "Show the plan and run nothing.") var dryRun = false
  @Argument(help: ArgumentHelp("The remedy, or list.", valueName: "id")) var name = "list"

  func validate() throws {
    guard name == "list" || RemedyID(rawValue: name) != nil else {
      let names = RemedyID.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no remedy \"\(name)\". There are: \(names).")
    }
  }

  func run() async throws {
    guard let id = RemedyID(rawValue: name), let remedy = AllRemedies.remedy(id) else {
      switch output {
      case .json: Standard.json(RemedyListDocument())
      case .text: Standard.output(RemedyText.list())
      }
      return
    }
    let workplace = try Workplace(options)
    let session = await workplace.session()
    if !dryRun { try Change.refuseIfReadOnly(session, unless: false) }
    // The lock comes before the plan: waiting for it may take long.
    let runner = try await Change.runner(
      session, doing: "remedy: \(id.rawValue)", needsLock: !dryRun)
    let survey = await session.survey(remedy.needs)
    let plan: Plan
    do throws(UserMessage) {
      plan = try remedy.plan(survey.snapshot, session.settings).get()
    } catch {
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
    let result = await run(plan, remedy, session, runner, progress)
    progress.show(.stepEnded(result))
    if output == .json { Standard.json(ApplyDocument([result])) }
    throw ExitCode(Change.exitCode([result], wanted: 1))
  }

  private func run(
    _ plan: Plan, _ remedy: Remedy, _ session: Session, _ runner: PlanRunner,
    _ progress: Progress
  ) async -> StepResult {
    let consent = Consent(
      isGiven: yes, acceptedTouch: acceptTouch, context: session.identity.context,
      validity: { plan in
        await session.validity(of: plan) { () throws(UserMessage) in
          try remedy.plan(await session.survey(remedy.needs).snapshot, session.settings).get()
        }
      })
    if let refusal = await consent.ask(plan) {
      return StepResult(id: plan.id, kind: .failed, message: refusal.what, problem: refusal)
    }
    let started = ContinuousClock.now
    let outcome = await Interruption.watch(runner) {
      await runner.run(plan) { progress.show(.run($0)) }
    }
    let duration = ContinuousClock.now - started
    switch outcome {
    case .done:
      return StepResult(id: plan.id, kind: .done, duration: duration, message: "done")
    case .failed(let problem):
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: problem.what, problem: problem)
    case .stopped:
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: "stopped on purpose")
    }
  }
}
