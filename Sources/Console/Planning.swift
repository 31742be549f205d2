import Basics
import ConsoleKit
import Execution
import IPLeasesCore

/// The way of a plan through the console, whoever asked for it: question, wait, plan screen, and
/// what to go on with after its run.
package enum Planning {
  package static func ask(
    _ request: PlanRequest, onDiff: Bool = false, _ state: inout State
  ) -> [Effect] {
    if state.isRunning {
      state.layers = [.run(RunScreen())]
      return []
    }
    state.opensOnDiff = onDiff
    if case .step(let step) = request.subject, request.input == nil,
      let question = question(of: step, state)
    {
      state.layers.append(
        .input(
          TextInput(
            .answer(step), prompt: question.prompt, text: state.steps.answers[step] ?? "")))
      return []
    }
    state.awaitedPlan = request
    return [.makePlan(request)]
  }

  /// What must be known before a plan of the step can be made.
  package static func question(of step: StepID, _ state: State) -> OpenQuestion? {
    state.report(step)?.state == .todo ? state.facts?.openQuestions[step] : nil
  }

  static func show(_ plan: Plan, for request: PlanRequest, _ state: inout State) -> [Effect] {
    guard state.awaitedPlan == request else { return [] }
    state.awaitedPlan = nil
    state.notice = nil
    if plan.isEmpty {
      state.notice = "Nothing to do: the cluster is as this plan would make it. It is read again."
      state.awaitedNext = request.step.map { .nothingToDo($0) }
      return startReading(&state)
    }
    state.layers = [
      .plan(
        PlanScreen(plan: plan, request: request, madeAt: state.now, showsDiff: state.opensOnDiff))
    ]
    return []
  }

  static func refuse(_ request: PlanRequest, _ message: UserMessage, _ state: inout State) {
    guard state.awaitedPlan == request else { return }
    state.awaitedPlan = nil
    var paragraphs = [ReadingScreen.Paragraph("what", SafeText.line(message.what))]
    if let reason = message.reason { paragraphs.append(.init("reason", SafeText.line(reason))) }
    if let advice = message.advice { paragraphs.append(.init("try", SafeText.line(advice))) }
    let kind = request.isRollback ? "NO WAY BACK" : "NO PLAN"
    state.layers.append(
      .reading(ReadingScreen(title: "\(kind)  \(request.title(state))", paragraphs: paragraphs)))
  }

  /// Puts the cursor on the step to go on with and says so.
  static func sayNext(after awaited: AwaitedNext, _ state: inout State) {
    var opening = ""
    switch awaited {
    case .endOfRun:
      guard let run = state.run else { return }
      guard run.outcome == .done || run.outcome == .reached else {
        state.notice =
          "The plan did not reach its end. \(run.request.key) makes it anew from what is there now."
        return
      }
      if run.outcome == .reached {
        opening = "It holds by now. "
      } else if let notice = notice(ofDone: run.request, state) {
        state.notice = notice
        return
      }
    case .nothingToDo(let step):
      let number = state.number(of: step).map(String.init) ?? ""
      let holds = state.report(step)?.state.isSettled ?? false
      opening = holds ? "Step \(number) holds by now. " : "Nothing to do at step \(number). "
    }
    sayNextStep(opening, &state)
  }

  private static func sayNextStep(_ opening: String, _ state: inout State) {
    guard let checklist = state.facts?.checklist else { return }
    guard let next = checklist.next, let number = state.number(of: next.id) else {
      let isAll = checklist.settledCount == checklist.reports.count
      state.notice =
        opening
        + (isAll
          ? "Every step holds. 5 shows the evidence."
          : "No step can be worked on now. 2 shows why.")
      return
    }
    state.steps.cursor.index = number - 1
    state.notice =
      opening + "Next: step \(number), \(SafeText.line(next.title)). a shows its plan."
  }

  /// nil where the next step is named instead.
  private static func notice(ofDone request: PlanRequest, _ state: State) -> String? {
    switch request.subject {
    case .step: nil
    case .rollback(let step):
      "Step \(state.number(of: step).map(String.init) ?? "") was taken back. "
        + "Esc goes back to the steps."
    case .wayBack: "It is taken back. Esc goes to the watch: it tells whether all is kept again."
    case .pool(let pool):
      "Pool \(SafeText.line(pool.name, limit: 40)) was changed. Esc goes there."
    case .remedy: "Done. Esc goes to the checks: they tell whether it helped."
    case .proof: "Proven, and the address was given back. Esc goes to the checks."
    }
  }
}
