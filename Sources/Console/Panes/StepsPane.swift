import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// The checklist: each step with its state and evidence, and the step under the cursor in full.
package struct StepsPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()
  /// The details under the cursor are folded away.
  package var isFolded = false
  /// The details have the whole window.
  package var isZoomed = false
  /// Answers typed before, to be offered when the same is asked again.
  package var answers: [StepID: String] = [:]

  package static let id = PaneID.steps
  package static var cursor: WritableKeyPath<State, ListCursor> { \.steps.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding([.character(" ")], "Fold", "unfold or fold in place", .fold, off: needStep),
    KeyBinding(
      [.character("a")], "Plan", "show the plan of this step; nothing runs yet", .plan,
      opensFirst: true, bar: 1,
      off: { state in Navigation.reasonNoPlan(underCursor(state)?.id, state) }),
    KeyBinding(
      [.character("d")], "Diff", "what is there against what would be", .diff, bar: 2,
      off: { state in Navigation.reasonNoPlan(underCursor(state)?.id, state) }),
    KeyBinding(
      [.character("x")], "Set aside", "skip this step, asks a reason", .setAside,
      opensFirst: true, bar: 3, off: reasonNotSetAside),
    KeyBinding(
      [.character("u")], "Roll back", "show the plan that undoes this step", .rollBack,
      opensFirst: true, bar: 4, off: reasonNoWayBack),
    KeyBinding(
      [.character("B")], "Way", "choose among the ways", .way, opensFirst: true,
      off: reasonNoWay),
  ]

  package init() {}

  package static func count(_ state: State) -> String {
    state.facts.map { "\($0.checklist.settledCount)/\($0.checklist.reports.count)" } ?? ""
  }

  package static func rows(_ state: State) -> [PaneRow] {
    shown(state).map { item in
      PaneRow(
        "\(item.report.id.rawValue) \(item.report.title) \(item.report.evidence)",
        word: StateWord(item.report.state), part: 0)
    }
  }

  package static func hint(_ state: State) -> String {
    guard let report = underCursor(state) else { return "r reads the cluster." }
    switch report.state {
    case .done: return "Done: its evidence holds now. i explains, u shows the way back."
    case .notNeeded: return "Not needed on this cluster. i says why."
    case .setAside: return "Set aside. x changes the reason, an empty one takes it back."
    case .todo:
      switch Planning.question(of: report.id, state) {
      case nil: return "a shows the plan of this step. Nothing runs before a word is typed."
      case .poolRanges: return "a asks which addresses may be leased, then shows the plan."
      case .providerAddress: return "a asks for the provider's address, then shows the plan."
      }
    case .blocked:
      let numbers = report.blockedBy.compactMap { state.number(of: $0) }.map(String.init)
      let plural = numbers.count == 1 ? "step" : "steps"
      return "Waits for \(plural) \(numbers.joined(separator: ", "))."
    case .failed, .unknown:
      return Text.sentence(
        SafeText.line(report.assessment.problem?.advice ?? "i shows what was seen"))
    }
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .fold: state.steps.isFolded.toggle()
    case .zoom: state.steps.isZoomed.toggle()
    case .open:
      if state.size.columns >= 120 {
        state.steps.isZoomed = true
      } else {
        state.steps.isFolded.toggle()
      }
    case .close where state.steps.isZoomed, .back where state.steps.isZoomed:
      state.steps.isZoomed = false
    case .why: if let report = underCursor(state) { explain(report.id, &state) }
    case .plan: return underCursor(state).map { Planning.ask(PlanRequest($0.id), &state) } ?? []
    case .diff:
      return underCursor(state).map { Planning.ask(PlanRequest($0.id), onDiff: true, &state) } ?? []
    case .rollBack:
      return underCursor(state).map { Planning.ask(PlanRequest(.rollback($0.id)), &state) } ?? []
    case .setAside: return askReason(&state)
    case .way: state.layers.append(.menu(Menu(.ways, cursor: Ways.cursor(state))))
    default: return nil
    }
    return []
  }

  // MARK: What others ask of it

  package static func go(to step: StepID, _ state: inout State) {
    state.pane = .steps
    state.layers.removeAll()
    if !shown(state).contains(where: { $0.report.id == step }) { state.showsProblemsOnly = false }
    state.steps.cursor.index = shown(state).firstIndex { $0.report.id == step } ?? 0
  }

  package static func explain(_ step: StepID, _ state: inout State) {
    guard let report = state.report(step), let number = state.number(of: step) else { return }
    let paragraphs = StepsScreen.details(of: report, state).map {
      ReadingScreen.Paragraph($0.label, $0.text)
    }
    let title = "STEP \(number)  \(SafeText.line(report.title))"
    state.layers.append(.reading(ReadingScreen(title: title, paragraphs: paragraphs)))
  }

  package static func underCursor(_ state: State) -> StepReport? {
    place(state).map { shown(state)[$0].report }
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    StepsScreen.lines(state, columns: columns)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    StepsScreen.draw(state, in: rect, on: &canvas)
  }

  // MARK: Rows

  struct Item {
    var number: Int
    var report: StepReport
  }

  static func shown(_ state: State) -> [Item] {
    let all = (state.facts?.checklist.reports ?? []).enumerated().map {
      Item(number: $0.offset + 1, report: $0.element)
    }
    return state.showsProblemsOnly
      ? all.filter { StateWord($0.report.state).isProblem } : all
  }

  private static func askReason(_ state: inout State) -> [Effect] {
    guard let report = underCursor(state), let number = state.number(of: report.id) else {
      return []
    }
    let isAside = report.state == .setAside
    let title = "\(number) \(SafeText.line(report.title))"
    let prompt =
      isAside
      ? "Step \(title) is set aside. A new reason, or an empty one to take it back:"
      : "Why is step \(title) set aside? The reason is shown in the list."
    let given = SafeText.line(report.evidence)
    let reason =
      isAside && given.hasPrefix("set aside: ") ? String(given.dropFirst("set aside: ".count)) : ""
    state.layers.append(.input(TextInput(.setAside(report.id), prompt: prompt, text: reason)))
    return []
  }

  @Sendable private static func needStep(_ state: State) -> String? {
    underCursor(state) == nil ? "no step is known yet" : nil
  }

  @Sendable private static func reasonNoWay(_ state: State) -> String? {
    if state.isRunning { return "a plan is running" }
    return state.facts == nil ? "the cluster has not been read yet" : nil
  }

  @Sendable private static func reasonNotSetAside(_ state: State) -> String? {
    guard let report = underCursor(state) else { return "no step is known yet" }
    if let reason = state.reasonReadOnly { return reason }
    switch report.state {
    case .done, .notNeeded: return "nothing is left to do at this step"
    case .todo, .blocked, .failed, .setAside, .unknown: return nil
    }
  }

  @Sendable private static func reasonNoWayBack(_ state: State) -> String? {
    guard let report = underCursor(state) else { return "no step is known yet" }
    if state.isRunning { return "a plan is running" }
    let isSaved = state.facts?.waysBack.contains(report.id) ?? false
    return isSaved ? nil : "this console has changed nothing at this step"
  }
}
