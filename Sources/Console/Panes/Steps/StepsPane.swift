import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// The checklist: each step with its state and evidence, and the step under the cursor in full.
package struct StepsPane: Pane {
  package static let id = PaneID(title: "Steps", commandWord: "steps")

  package var cursor = ListCursor()
  /// The details under the cursor are folded away.
  package var isFolded = false
  /// The details have the whole window.
  package var isZoomed = false

  package init() {}

  package func keys(_ known: Known) -> [Binding] {
    let report = underCursor(known)
    let reasonNoPlan = known.reasonNoPlan(report?.id)
    return [
      Binding(
        [.character(" ")], "Fold", "unfold or fold in place", .fold,
        off: report == nil ? "no step is known yet" : nil),
      Binding(
        [.character("a")], "Plan", "show the plan of this step; nothing runs yet", .plan,
        opensFirst: true, bar: 1, off: reasonNoPlan),
      Binding(
        [.character("d")], "Diff", "what is there against what would be", .diff, bar: 2,
        off: reasonNoPlan),
      Binding(
        [.character("x")], "Set aside", "skip this step, asks a reason", .setAside,
        opensFirst: true, bar: 3, off: reasonNotSetAside(known)),
      Binding(
        [.character("u")], "Roll back", "show the plan that undoes this step", .rollBack,
        opensFirst: true, bar: 4, off: reasonNoWayBack(known)),
      Binding(
        [.character("B")], "Way", "choose among the ways", .way, opensFirst: true,
        off: reasonNoWay(known)),
    ]
  }

  package func reasonOff(_ action: KeyAction, _ known: Known, elsewhere: String?) -> String? {
    switch action {
    case .zoom: nil
    case .close: isZoomed ? nil : elsewhere
    default: ownReason(action, known, elsewhere)
    }
  }

  package func count(_ known: Known) -> String {
    known.facts.map { "\($0.checklist.settledCount)/\($0.checklist.reports.count)" } ?? ""
  }

  package func rows(_ known: Known) -> [PaneRow] {
    shown(known).map { item in
      PaneRow(
        "\(item.report.id.rawValue) \(item.report.title) \(item.report.evidence)",
        word: StateWord(item.report.state), part: 0)
    }
  }

  package func hint(_ known: Known) -> String {
    guard let report = underCursor(known) else { return "r reads the cluster." }
    switch report.state {
    case .done: return "Done: its evidence holds now. i explains, u shows the way back."
    case .notNeeded: return "Not needed on this cluster. i says why."
    case .setAside: return "Set aside. x changes the reason, an empty one takes it back."
    case .todo:
      switch known.question(of: report.id) {
      case nil: return "a shows the plan of this step. Nothing runs before a word is typed."
      case .poolRanges: return "a asks which addresses may be leased, then shows the plan."
      case .providerAddress: return "a asks for the provider's address, then shows the plan."
      }
    case .blocked:
      let numbers = report.blockedBy.compactMap { known.number(of: $0) }.map(String.init)
      let plural = numbers.count == 1 ? "step" : "steps"
      return "Waits for \(plural) \(numbers.joined(separator: ", "))."
    case .failed, .unknown:
      return Text.sentence(
        known.text(report.assessment.problem?.advice ?? "i shows what was seen"))
    }
  }

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    switch action {
    case .fold: isFolded.toggle()
    case .zoom: isZoomed.toggle()
    case .open:
      if known.size.content.sideBySide(left: 46) != nil {
        isZoomed = true
      } else {
        isFolded.toggle()
      }
    case .close where isZoomed, .back where isZoomed: isZoomed = false
    case .why: return underCursor(known).map { [.explain(.step($0.id))] } ?? []
    case .plan: return underCursor(known).map { [.ask(PlanRequest($0.id))] } ?? []
    case .diff: return underCursor(known).map { [.ask(PlanRequest($0.id), onDiff: true)] } ?? []
    case .rollBack: return underCursor(known).map { [.ask(PlanRequest(.rollback($0.id)))] } ?? []
    case .setAside: return askReason(known)
    case .way: return [.open(Ways.menu(on: known.way))]
    default: return nil
    }
    return []
  }

  // MARK: What others ask of it

  package mutating func find(_ target: Target, _ known: Known) -> [Move]? {
    guard case .step(let step) = target else { return nil }
    let isHidden = !shown(known).contains { $0.report.id == step }
    var known = known
    if isHidden { known.showsProblemsOnly = false }
    cursor.index = shown(known).firstIndex { $0.report.id == step } ?? 0
    return isHidden ? [.showAll] : []
  }

  package func explanation(of target: Target, _ known: Known) -> (any Overlay)? {
    guard case .step(let step) = target, let report = known.report(step),
      let number = known.number(of: step)
    else { return nil }
    let paragraphs = StepsScreen.details(of: report, known).map {
      ReadingScreen.Paragraph($0.label, $0.text)
    }
    return ReadingScreen(
      title: "STEP \(number)  \(SafeText.line(report.title))", paragraphs: paragraphs)
  }

  package func isHome(of subject: PlanRequest.Subject) -> Bool {
    switch subject {
    case .step, .rollback: true
    case .upgrade, .wayBack, .pool, .remedy, .proof: false
    }
  }

  package var wayHome: String { "Esc goes back to the steps." }

  package func copied(_ known: Known) -> String? {
    underCursor(known).map { StepsScreen.commandText($0.id, known.settings) }
  }

  /// On the step to go on with at first, then on the step it stood on.
  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    if before.facts == nil {
      let next = known.facts?.checklist.next.flatMap { known.number(of: $0.id) } ?? 1
      cursor.index = next - 1
    } else if let step = underCursor(before)?.id, !known.showsProblemsOnly {
      cursor.index = (known.number(of: step) ?? 1) - 1
    }
    return []
  }

  package func underCursor(_ known: Known) -> StepReport? {
    place(known).map { shown(known)[$0].report }
  }

  package func lines(_ known: Known, columns: Int) -> [Line] {
    StepsScreen(pane: self, known: known).lines(columns: columns)
  }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    StepsScreen(pane: self, known: known).draw(in: rect, on: &canvas)
  }

  // MARK: Rows

  struct Item {
    var number: Int
    var report: StepReport
  }

  func shown(_ known: Known) -> [Item] {
    let all = (known.facts?.checklist.reports ?? []).enumerated().map {
      Item(number: $0.offset + 1, report: $0.element)
    }
    return known.showsProblemsOnly
      ? all.filter { StateWord($0.report.state).isProblem } : all
  }

  private func askReason(_ known: Known) -> [Move] {
    guard let report = underCursor(known), let number = known.number(of: report.id) else {
      return []
    }
    let isAside = report.state == .setAside
    let title = "\(number) \(SafeText.line(report.title))"
    let prompt =
      isAside
      ? "Step \(title) is set aside. A new reason, or an empty one to take it back:"
      : "Why is step \(title) set aside? The reason is shown in the list."
    let input = TextInput(prompt, text: report.setAsideReason.map { SafeText.line($0) } ?? "") {
      text, known in
      Self.setAside(report.id, text, known)
    }
    return [.open(input)]
  }

  private static func setAside(_ step: StepID, _ text: String, _ known: Known) -> [Move] {
    let report = known.report(step)
    if let reason = known.reasonReadOnly { return [.say("Nothing was kept: \(reason).")] }
    if text.isEmpty, report?.state != .setAside {
      return [.say("Not set aside: a reason is needed.")]
    }
    if report?.setAsideReason == text { return [] }
    return [.perform(.setAside(step, reason: text.isEmpty ? nil : text))]
  }

  private func reasonNoWay(_ known: Known) -> String? {
    if known.isRunning { return "a plan is running" }
    return known.facts == nil ? "the cluster has not been read yet" : nil
  }

  private func reasonNotSetAside(_ known: Known) -> String? {
    guard let report = underCursor(known) else { return "no step is known yet" }
    if let reason = known.reasonReadOnly { return reason }
    switch report.state {
    case .done, .notNeeded: return "nothing is left to do at this step"
    case .todo, .blocked, .failed, .setAside, .unknown: return nil
    }
  }

  private func reasonNoWayBack(_ known: Known) -> String? {
    guard let report = underCursor(known) else { return "no step is known yet" }
    if known.isRunning { return "a plan is running" }
    let isSaved = known.facts?.waysBack.contains(report.id) ?? false
    return isSaved ? nil : "this console has changed nothing at this step"
  }
}
