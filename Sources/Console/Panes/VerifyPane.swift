import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// The checks, in groups that build on each other, with what was found, what it means and what
/// mends it.
package struct VerifyPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()
  /// Groups that are folded though they have a problem, or open though they have none.
  package var turned: Set<CheckGroup> = []
  /// What was found is not shown under the check with the cursor.
  package var hidesDetails = false

  package static let id = PaneID.verify
  package static var cursor: WritableKeyPath<State, ListCursor> { \.verify.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character(" ")], "Fold", "unfold or fold a group, or what was found", .fold, bar: 4,
      off: { underCursor($0) == nil ? "no check was made yet" : nil }),
    KeyBinding(
      [.character("a")], "Fix", "plan of what mends it, or of the proof; a digit picks", .plan,
      opensFirst: true, bar: 1, off: reasonNoFix),
    KeyBinding(
      [.character("d")], "Diff", "this run against the run before", .diff, bar: 3,
      off: {
        ($0.facts?.checks.history.runs ?? 0) < 2
          ? "there is no run before this one to compare it with" : nil
      }),
    KeyBinding(
      [.character("x")], "Set aside", "accept a finding, asks a reason and an end date",
      .setAside, opensFirst: true, bar: 2, off: reasonNotSetAside),
  ]

  /// A line the cursor can stand on.
  package enum Row: Hashable, Sendable {
    case group(CheckGroup, [CheckResult])
    case check(CheckResult)

    var name: String {
      switch self {
      case .group(let group, _): group.rawValue
      case .check(let result): result.code
      }
    }
  }

  package init() {}

  package static func count(_ state: State) -> String {
    guard let report = state.facts?.checks, !report.results.isEmpty else { return "" }
    let made = report.results.filter { result in
      switch result.verdict {
      case .notRun(.nothingToTest), .notRun(.onRequest): false
      case .pass, .warn, .fail, .notRun: true
      }
    }
    return "\(made.count { $0.verdict.kind == .pass })/\(made.count)"
  }

  package static func rows(_ state: State) -> [PaneRow] {
    let parts = CheckGroup.allCases
    return shown(state).map { row in
      switch row {
      case .group(let group, let results):
        let worst = isOpen(group, results, state) ? nil : worst(results, state)
        return PaneRow(group.title, word: worst, part: parts.firstIndex(of: group) ?? 0)
      case .check(let result):
        return PaneRow(
          "\(result.code) \(result.id) \(result.title) \(result.verdict.got)",
          word: word(of: result, state), part: parts.firstIndex(of: result.group) ?? 0)
      }
    }
  }

  package static func hint(_ state: State) -> String {
    guard let row = underCursor(state) else { return "r reads the cluster." }
    guard case .check(let result) = row else { return "Space folds the group and opens it." }
    if let aside = state.facts?.checks.aside(result) {
      return "Set aside \(SafeText.line(aside.text)). x changes or ends that."
    }
    switch result.verdict {
    case .pass: return "\(result.code) holds. i says what it looks at."
    case .warn, .fail:
      let fixes = fixes(of: result, state)
      guard let only = fixes.first else {
        return "\(result.code): \(reasonNoStep(result, state)). i says what to do."
      }
      guard case .step = only.request.subject, fixes.count == 1 else {
        return "\(result.code): a shows the plan of its fix, i explains."
      }
      return "\(result.code): a shows the plan of \(only.title)."
    case .notRun(.unreadable): return "\(result.code) could not be told. i says why."
    case .notRun(.waitsFor): return "\(result.code) says nothing before the others hold."
    case .notRun(.nothingToTest):
      return "\(result.code): there is nothing here to make it on."
    case .notRun(.onRequest): return "a shows the plan of the proof. It changes something."
    }
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    guard let row = underCursor(state) else {
      return action == .fold || action == .open || action == .why ? [] : nil
    }
    switch (action, row) {
    case (.fold, .group(let group, _)), (.open, .group(let group, _)):
      if state.verify.turned.remove(group) == nil { state.verify.turned.insert(group) }
    case (.fold, .check): state.verify.hidesDetails.toggle()
    case (.open, .check(let result)), (.why, .check(let result)): explain(result, &state)
    case (.why, .group(let group, _)):
      state.notice = "\(Text.sentence(group.title)) i on a check explains it."
    case (.plan, .check(let result)): return askFix(result, &state)
    case (.setAside, .check(let result)): askReason(result, &state)
    case (.diff, _): showDifference(&state)
    default: return nil
    }
    return []
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    VerifyScreen.lines(state, columns: columns, withDetails: true)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    VerifyScreen.draw(state, in: rect, on: &canvas)
  }

  // MARK: What others ask of it

  /// Shows the check, with its group open.
  static func go(to code: String, _ state: inout State) {
    state.pane = .verify
    state.layers.removeAll()
    guard let result = state.facts?.checks.results.first(where: { $0.code == code }) else { return }
    if !names(state).contains(code) {
      state.showsProblemsOnly = false
      if !names(state).contains(code) {
        if state.verify.turned.remove(result.group) == nil {
          state.verify.turned.insert(result.group)
        }
      }
    }
    keepPlace(code, &state)
  }

  static func explain(_ result: CheckResult, _ state: inout State) {
    let word = word(of: result, state).rawValue
    let title = "\(word)  \(result.code)  \(SafeText.line(result.title))"
    state.layers.append(
      .reading(
        ReadingScreen(title: title, paragraphs: CheckDetails.paragraphs(result, state))))
  }

  /// What the cursor stands on, to find it again in other facts.
  static func placeName(_ state: State) -> String? { underCursor(state)?.name }

  /// Puts the cursor there; on the first problem where it stood nowhere.
  static func keepPlace(_ name: String?, _ state: inout State) {
    let rows = shown(state)
    guard let name else {
      let words = self.rows(state).map(\.word)
      state.verify.cursor.index =
        words.firstIndex(of: .fail) ?? words.firstIndex { $0?.isProblem ?? false } ?? 0
      return
    }
    if let index = rows.firstIndex(where: { $0.name == name }) {
      state.verify.cursor.index = index
    }
  }

  /// The reason was typed; the end date is asked next. An empty one takes a finding back.
  static func takeReason(_ text: String, _ code: String, _ state: inout State) -> [Effect] {
    let isAside = state.facts?.checks.aside[code] != nil
    if let reason = state.reasonReadOnly {
      state.notice = "Nothing was kept: \(reason)."
      return []
    }
    if text.trimmingCharacters(in: .whitespaces).isEmpty {
      if isAside { return [.setFindingAside(code: code, nil)] }
      state.notice = "Not set aside: a reason is needed."
      return []
    }
    let day =
      state.facts?.checks.aside[code]?.until ?? CalendarDay(state.now, addingDays: usualDays)
    state.layers.append(
      .input(
        TextInput(
          .findingEnd(code: code, reason: text, usual: day),
          prompt: "From which day on is \(code) to count again (UTC)? Enter alone: \(day.text).")))
    return []
  }

  /// How long a finding is set aside where nothing else is typed.
  private static let usualDays = 30

  // MARK: Rows

  static func underCursor(_ state: State) -> Row? {
    let rows = shown(state)
    return rows.isEmpty ? nil : rows[state.verify.cursor.index(in: rows.count)]
  }

  static func shown(_ state: State) -> [Row] {
    guard let report = state.facts?.checks else { return [] }
    return report.groups.flatMap { group, results -> [Row] in
      let own = results.filter { !state.showsProblemsOnly || word(of: $0, state).isProblem }
      guard !own.isEmpty else { return [] }
      let isOpen = state.showsProblemsOnly || isOpen(group, results, state)
      return [.group(group, results)] + (isOpen ? own.map(Row.check) : [])
    }
  }

  static func isOpen(_ group: CheckGroup, _ results: [CheckResult], _ state: State) -> Bool {
    let isQuiet = results.allSatisfy { [.ok, .nothing, .skip].contains(word(of: $0, state)) }
    return isQuiet == state.verify.turned.contains(group)
  }

  /// A finding that was set aside asks for nothing.
  static func word(of result: CheckResult, _ state: State) -> StateWord {
    state.facts?.checks.aside(result) == nil ? StateWord(result.verdict) : .skip
  }

  private static func worst(_ results: [CheckResult], _ state: State) -> StateWord? {
    let words = results.map { word(of: $0, state) }
    return [StateWord.fail, .warn, .unknown].first(where: words.contains)
  }

  private static func names(_ state: State) -> [String] { shown(state).map(\.name) }

  // MARK: Fix and set aside

  private static func askFix(_ result: CheckResult, _ state: inout State) -> [Effect] {
    if result.group == .proof {
      let isOutside = result.code == ProofResults.outsideCode
      return Planning.ask(PlanRequest(.proof(hold: isOutside ? .seconds(60) : nil)), &state)
    }
    return Menu.open(
      plans: fixes(of: result, state), title: "What mends \(result.code), each with its plan",
      &state)
  }

  @Sendable private static func reasonNoFix(_ state: State) -> String? {
    guard case .check(let result)? = underCursor(state) else { return "this is a group of checks" }
    if state.isRunning { return nil }
    if result.group == .proof {
      guard case .notRun(.nothingToTest(let why)) = result.verdict else { return nil }
      return SafeText.line(why)
    }
    if result.verdict.kind == .pass { return "this check holds" }
    return fixes(of: result, state).isEmpty
      ? "\(reasonNoStep(result, state)), i says what to do" : nil
  }

  /// The plans that mend it: its remedies, then the step that makes what it looks for.
  static func fixes(of result: CheckResult, _ state: State) -> [Menu.PlanChoice] {
    let step = [result.step].compactMap(\.self).filter { id in
      state.report(id).map { [.todo, .failed].contains($0.state) } ?? false
    }
    return Menu.choices(result.remedies)
      + step.map { Menu.PlanChoice(name(of: $0, state), PlanRequest($0)) }
  }

  /// Why nothing is planned: where a step would mend it, what keeps that step back.
  static func reasonNoStep(_ result: CheckResult, _ state: State) -> String {
    guard let step = result.step, let report = state.report(step),
      ![.done, .notNeeded].contains(report.state),
      let reason = Navigation.reasonNoPlan(step, state)
    else { return "no plan mends it" }
    let number = state.number(of: step).map(String.init) ?? step.rawValue
    return "step \(number) mends it, but \(reason)"
  }

  private static func name(of step: StepID, _ state: State) -> String {
    let title = SafeText.line(state.report(step)?.title ?? step.rawValue)
    return state.number(of: step).map { "step \($0), \(title)" } ?? "step \(title)"
  }

  private static func askReason(_ result: CheckResult, _ state: inout State) {
    let aside = state.facts?.checks.aside(result)
    let prompt =
      aside == nil
      ? "Why is \(result.code) set aside? The reason is shown; an end date is asked next."
      : "\(result.code) is set aside. A new reason, or an empty one to let it count again:"
    state.layers.append(
      .input(
        TextInput(.findingReason(code: result.code), prompt: prompt, text: aside?.reason ?? "")))
  }

  @Sendable private static func reasonNotSetAside(_ state: State) -> String? {
    guard case .check(let result)? = underCursor(state) else { return "this is a group of checks" }
    if let reason = state.reasonReadOnly { return reason }
    return result.verdict.kind.isFinding ? nil : "it is no finding"
  }

  private static func showDifference(_ state: inout State) {
    guard let report = state.facts?.checks else { return }
    let paragraphs = report.comparison(inFull: true).map {
      ReadingScreen.Paragraph("", SafeText.line($0))
    }
    state.layers.append(
      .reading(
        ReadingScreen(title: "DIFF  run \(report.history.runs)", paragraphs: paragraphs)))
  }
}
