import ArgumentParser
import Execution
import IPLeasesCore

struct ApplyCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Runs the plan, step by step.",
    discussion: """
      Each plan is shown before it runs and asks for a word. What holds already is left alone, so \
      an apply that was cut off is simply run again.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Option(help: "Ask the server to try each change without making it.") var dryRun: DryRun?
  @Argument(help: ArgumentHelp("The steps; all by default.", valueName: "step"))
  var steps: [StepID] = []

  func validate() throws { try options.refuseBundle(for: "apply") }

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let session = await workplace.session(isForChange: dryRun == nil)
    let progress = Progress(call, isJSON: output != .text)
    if dryRun == nil { try Change.refuseIfReadOnly(session, call) }
    let runner =
      dryRun == nil
      ? try await Change.runner(session, call, doing: "apply", isAsking: !agreement.yes)
      : await session.runner(.perRun())
    let consent = Consent(
      call: call, isGiven: agreement.yes, acceptedTouch: agreement.acceptTouch,
      context: session.identity.context)
    let enablement = Enablement(
      session: session, runner: runner, isDryRun: dryRun != nil, consent: consent.ask,
      onEvent: progress.show)
    let names = steps.isEmpty ? StepID.allCases : steps
    let results = await Interruption.watch(runner, of: call) { await enablement.apply(names) }
    runner.letGo()
    if output != .text { call.show(ApplyDocument(results), as: output) }
    // Most clusters have nothing to migrate, and then the step is not there.
    let ended = Set(results.map(\.id))
    let wanted = names.count { $0 != .migrate || ended.contains($0.rawValue) }
    throw ExitCode(Change.exitCode(results, wanted: wanted))
  }
}
