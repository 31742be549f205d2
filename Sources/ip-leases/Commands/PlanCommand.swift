import ArgumentParser
import Basics
import Execution
import IPLeasesCore

struct PlanCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What would be run and written; changes nothing.",
    discussion: """
      A step that waits for others is planned for the cluster as they will leave it. Each plan is \
      made anew before it runs, because only then the cluster shows what it stands on.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json, yaml or script.")
  var output = PlanFormat.text
  @Argument(help: ArgumentHelp("The steps; all by default.", valueName: "step"))
  var steps: [StepID] = []

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let names = steps.isEmpty ? StepID.allCases : steps
    let needs = names.compactMap(AllSteps.step).reduce(AllSteps.needs) { $0.union($1.planNeeds) }
    let (session, survey) = await workplace.survey(needs)
    if let unknown = survey.checklist.reports.first(where: { $0.state == .unknown }),
      let problem = unknown.assessment.problem, names.contains(unknown.id)
    {
      throw call.failure(problem.untold)
    }
    var plans: [Plan] = []
    var refusals: [UserMessage] = []
    var waiting: [StepID] = []
    for planned in session.plans(names, of: survey) {
      switch planned.result {
      case .success(let plan): plans.append(plan)
      case .failure(let refusal):
        let isBlocked = survey.checklist[planned.id]?.blockedBy.isEmpty == false
        if steps.isEmpty && isBlocked {
          waiting.append(planned.id)
        } else {
          refusals.append(refusal)
        }
      }
    }
    let difference =
      names.contains(.pools)
      ? PoolsStep().difference(survey.snapshot.pools.value, session.settings) : nil
    show(plans, refusals, difference, call)
    if !waiting.isEmpty {
      let names = waiting.map(\.rawValue).joined(separator: ", ")
      call.error("Planned when the steps before them are done: \(names)\n")
    }
    // A script without what was refused is not the one that was asked for.
    let isAnswered =
      refusals.isEmpty || output != .script && plans.contains { !$0.isEmpty }
    throw ExitCode(isAnswered ? Exit.holds : Exit.doesNotHold)
  }

  private func show(
    _ plans: [Plan], _ refusals: [UserMessage], _ difference: String?, _ call: Call
  ) {
    switch output {
    case .json, .yaml:
      call.show(PlanDocument(plans, notices: [difference].compactMap(\.self)), as: output)
    case .script: call.output(ScriptText.text(plans))
    case .text:
      call.output(
        plans.isEmpty && refusals.isEmpty
          ? "Nothing to do.\n"
          : plans.filter { !$0.isEmpty }.map { PlanText.text($0, call.ownOptions) }
            .joined(separator: "\n"))
    }
    if let difference, output.document == nil { call.error("Pools: \(difference).\n") }
    for refusal in refusals { call.problem(refusal) }
  }
}
