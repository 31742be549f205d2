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
      opensFirst: true, bar: 1, off: { state in reasonNoPlan(underCursor(state)?.id, state) }),
    KeyBinding(
      [.character("d")], "Diff", "what is there against what would be", .diff, bar: 2,
      off: { state in reasonNoPlan(underCursor(state)?.id, state) }),
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
    let paragraphs = details(of: report, state).map {
      ReadingScreen.Paragraph($0.label, $0.text)
    }
    let title = "STEP \(number)  \(SafeText.line(report.title))"
    state.layers.append(.reading(ReadingScreen(title: title, paragraphs: paragraphs)))
  }

  package static func underCursor(_ state: State) -> StepReport? {
    place(state).map { shown(state)[$0].report }
  }

  /// - Returns: why no plan of the step can be shown now; nil when one can.
  package static func reasonNoPlan(_ step: StepID?, _ state: State) -> String? {
    guard let step, let report = state.report(step) else { return "no step is known yet" }
    if state.isRunning { return nil }
    switch report.state {
    case .todo, .failed: return nil
    case .done: return "this step is done"
    case .notNeeded: return "this step is not needed here"
    case .setAside: return "this step is set aside, x takes it back"
    case .unknown: return "this step could not be read, i says why"
    case .blocked:
      let names = report.blockedBy.compactMap { state.number(of: $0) }.map(String.init)
      return "it waits for step \(names.joined(separator: ", "))"
    }
  }

  // MARK: Lines

  package static func lines(_ state: State, columns: Int) -> [Line] {
    list(state, columns: columns, details: !state.steps.isFolded)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let cursor = state.steps.cursor.index(in: rows(state).count)
    if state.steps.isZoomed, let report = underCursor(state) {
      canvas.draw(detailLines(report, state, columns: rect.columns, indent: 2), in: rect)
      return
    }
    guard rect.columns >= 120, state.facts != nil else {
      canvas.draw(list: lines(state, columns: rect.columns), cursor: cursor, in: rect)
      return
    }
    var left = rect
    left.columns = rect.columns * 46 / 100
    var right = rect
    right.column = left.columns + 2
    right.columns = rect.columns - right.column
    var lines = list(state, columns: left.columns, details: false)
    if lines.count + StateWord.ofSteps.count + 2 <= rect.rows {
      lines.append(Line(""))
      lines.append(Line.rule("What the words mean", columns: left.columns))
      lines += StateWord.ofSteps.map { word in
        Line("  ").adding(word.rawValue, columns: 6, style: Theme.style(of: word))
          .adding(word.meaning)
      }
    }
    canvas.draw(list: lines, cursor: cursor, in: left)
    canvas.drawDivider(column: left.columns, in: rect)
    if let report = underCursor(state) {
      canvas.draw(detailLines(report, state, columns: right.columns, indent: 1), in: right)
    }
  }

  private static func list(_ state: State, columns: Int, details: Bool) -> [Line] {
    guard let facts = state.facts else {
      return Navigation.linesBeforeFacts(state, columns: columns)
    }
    let items = shown(state)
    let differing = facts.checklist.reports.count { $0.guide.differs != nil }
    let way = " way: MetalLB by \(state.way.title)"
    let guide = differing == 0 ? "" : "     guide: differs at \(differing)"
    let long = way + guide + (differing == 0 ? "" : ", i says where")
    let head = TextWidth.columns(of: long) <= columns ? long : way + guide
    var lines = [Line(Text.cut(head, columns), style: Theme.quiet)]
    let titles = items.map { TextWidth.columns(of: SafeText.line($0.report.title)) }
    let width = min(max(22, titles.max() ?? 22), columns >= 70 ? 30 : 24)
    let current = underCursor(state)
    for (row, item) in items.enumerated() {
      let word = StateWord(item.report.state)
      lines.append(
        Line(Text.fit("\(item.number)", 3, .right) + " ", row: row)
          .adding(SafeText.line(item.report.title), columns: width).adding(" ")
          .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
          .adding(Text.cut(evidence(item.report), max(1, columns - width - 12))))
      if details, item.report.id == current?.id {
        lines += detailLines(item.report, state, columns: columns, indent: 2)
          .dropFirst().map { $0 }
      }
    }
    if items.isEmpty { lines.append(Line("  No step with a problem. f shows all.")) }
    return lines
  }

  /// The first line is the title; the list drops it, for there the row itself is the title.
  private static func detailLines(
    _ report: StepReport, _ state: State, columns: Int, indent: Int
  ) -> [Line] {
    let number = state.number(of: report.id) ?? 0
    let word = StateWord(report.state)
    var lines = [
      Line.rule(
        "Step \(number)  \(SafeText.line(report.title))", trailing: word.rawValue,
        columns: columns)
    ]
    for detail in details(of: report, state) {
      lines += Line.labelled(
        String(repeating: " ", count: indent) + "│ " + detail.label, detail.text,
        indent: indent + 11, columns: columns
      ).map { line in
        var line = line
        if line.text.hasPrefix(String(repeating: " ", count: indent + 3)) {
          line.spans[0].text =
            String(repeating: " ", count: indent) + "│" + String(repeating: " ", count: 10)
        }
        return line
      }
    }
    return lines
  }

  private static func details(
    of report: StepReport, _ state: State
  ) -> [(label: String, text: String)] {
    var details = [(label: "why", text: SafeText.line(report.why))]
    var seen = report.assessment.seen
    if report.assessment.problem == nil, !seen.contains(report.evidence) {
      seen.insert(report.evidence, at: 0)
    }
    if seen.isEmpty { seen = [report.evidence] }
    for (index, line) in seen.enumerated() {
      details.append((index == 0 ? "seen" : "", SafeText.line(line)))
    }
    if let problem = report.assessment.problem {
      if problem.what != report.evidence {
        details.append(("problem", SafeText.line(problem.what)))
      }
      if let reason = problem.reason { details.append(("reason", SafeText.line(reason))) }
      if let advice = problem.advice { details.append(("try", SafeText.line(advice))) }
    }
    details.append(("guide", SafeText.line(report.guide.says)))
    if let differs = report.guide.differs { details.append(("here", SafeText.line(differs))) }
    if !report.blockedBy.isEmpty {
      let names = report.blockedBy.map { step in
        "\(state.number(of: step) ?? 0) \(SafeText.line(state.report(step)?.title ?? ""))"
      }
      details.append(("waits", "for " + names.joined(separator: ", ")))
    }
    if report.state == .todo || report.state == .failed {
      details.append(("cmd", commandText(report.id, state)))
    }
    return details
  }

  /// The call of the command line that shows the same plan.
  package static func commandText(_ step: StepID, _ state: State) -> String {
    var words = ["ip-leases", "plan", step.rawValue]
    if let scenario = state.settings.rehearsal { words += ["--rehearse", scenario] }
    if let way = state.settings.way { words += ["--way", way.rawValue] }
    if let inventory = state.settings.inventory, state.settings.rehearsal == nil {
      words += ["--inventory", inventory]
    }
    return ShellQuoting.quote(words)
  }

  // MARK: Rows

  private struct Item {
    var number: Int
    var report: StepReport
  }

  private static func shown(_ state: State) -> [Item] {
    let all = (state.facts?.checklist.reports ?? []).enumerated().map {
      Item(number: $0.offset + 1, report: $0.element)
    }
    return state.showsProblemsOnly
      ? all.filter { StateWord($0.report.state).isProblem } : all
  }

  private static func evidence(_ report: StepReport) -> String {
    let text = SafeText.line(report.evidence)
    if report.state == .notNeeded, !text.lowercased().hasPrefix("not needed") {
      return text.isEmpty ? "not needed" : "not needed: \(text)"
    }
    return text
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
