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
      state.overlays = [RunScreen()]
      return []
    }
    state.opensOnDiff = onDiff
    if case .step(let step) = request.subject, request.input == nil,
      let question = state.known.question(of: step)
    {
      state.overlays.append(input(question, of: step, onDiff: onDiff, state.known.answers[step]))
      return []
    }
    state.awaitedPlan = request
    return [.makePlan(request)]
  }

  private static func input(
    _ question: OpenQuestion, of step: StepID, onDiff: Bool, _ earlier: String?
  ) -> TextInput {
    @Sendable func judgement(_ text: String, _ known: Known) -> (Judgement, OpenQuestion)? {
      known.facts?.openQuestions[step].map { (Judgement(text, of: $0), $0) }
    }
    return TextInput(
      question.prompt, text: earlier ?? "",
      remarks: { text, known, columns in
        guard let (judgement, question) = judgement(text, known) else { return [] }
        return judgement.lines(of: question, isEmpty: text.isEmpty, columns: columns)
      },
      refusal: { text, known in
        guard let (judgement, _) = judgement(text, known), judgement.input == nil else {
          return nil
        }
        return text.isEmpty
          ? "Nothing is typed yet. Esc leaves." : "Not taken as it is; Esc leaves."
      },
      take: { text, known in
        guard let input = judgement(text, known)?.0.input else { return [] }
        return [
          .remember(answer: text, step), .ask(PlanRequest(step, input: input), onDiff: onDiff),
        ]
      })
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
    state.overlays = [
      PlanScreen(plan: plan, request: request, madeAt: state.now, showsDiff: state.opensOnDiff)
    ]
    return []
  }

  static func refuse(_ request: PlanRequest, _ message: UserMessage, _ state: inout State) {
    guard state.awaitedPlan == request else { return }
    state.awaitedPlan = nil
    var paragraphs = [ReadingScreen.Paragraph("what", SafeText.line(message.what))]
    if let reason = message.reason { paragraphs.append(.init("reason", SafeText.line(reason))) }
    if let advice = message.advice {
      paragraphs.append(.init("try", state.known.text(advice)))
    }
    let kind = request.isRollback ? "NO WAY BACK" : "NO PLAN"
    let title = "\(kind)  \(request.title(in: state.facts?.checklist))"
    state.overlays.append(ReadingScreen(title: title, paragraphs: paragraphs))
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
      } else if let notice = notice(ofDone: run.request, state.facts?.checklist) {
        state.notice = notice
        return
      }
    case .nothingToDo(let step):
      let number = state.known.number(of: step).map(String.init) ?? ""
      let holds = state.known.report(step)?.state.isSettled ?? false
      opening = holds ? "Step \(number) holds by now. " : "Nothing to do at step \(number). "
    }
    sayNextStep(opening, &state)
  }

  private static func sayNextStep(_ opening: String, _ state: inout State) {
    guard let checklist = state.facts?.checklist else { return }
    guard let next = checklist.next, let number = state.known.number(of: next.id) else {
      let isAll = checklist.settledCount == checklist.reports.count
      state.notice =
        opening
        + (isAll
          ? "Every step holds. 5 shows the evidence."
          : "No step can be worked on now. 2 shows why.")
      return
    }
    state.put(on: .step(next.id))
    state.notice = opening + "Next: step \(number), \(SafeText.line(next.title)). a shows its plan."
  }

  /// nil where the next step is named instead.
  private static func notice(ofDone request: PlanRequest, _ checklist: Checklist?) -> String? {
    switch request.subject {
    case .step: nil
    case .rollback(let step):
      "Step \(checklist?.number(of: step).map(String.init) ?? "") was taken back. "
        + "Esc goes back to the steps."
    case .upgrade: "It is upgraded. Esc goes to the watch: it says when to go on."
    case .wayBack: "It is taken back. Esc goes to the watch: it tells whether all is kept again."
    case .pool(let pool):
      "Pool \(SafeText.line(pool.name, limit: 40)) was changed. Esc goes there."
    case .remedy: "Done. Esc goes to the checks: they tell whether it helped."
    case .proof: "Proven, and the address was given back. Esc goes to the checks."
    }
  }
}
