import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// A plan, shown whole before anything runs, and the line where its word is typed.
package struct PlanScreen: Hashable, Sendable {
  package var plan: Plan
  package var request: PlanRequest
  package var madeAt: Date
  package var scroll = Scroll()
  /// Only the changes as a diff.
  package var showsDiff = false
  package var typedWord: TypedWord

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character("a")], "Accept line", "to the line where the word is typed", .acceptLine,
      bar: 1,
      off: { state in
        if state.isRunning { return "another plan is running" }
        return state.reasonReadOnly
      }),
    KeyBinding([.character("d")], "Diff", "only what changes, as a diff; and back", .diff, bar: 2),
  ]

  package init(plan: Plan, request: PlanRequest, madeAt: Date, showsDiff: Bool = false) {
    self.plan = plan
    self.request = request
    self.madeAt = madeAt
    self.showsDiff = showsDiff
    typedWord = TypedWord(word: plan.confirmationWord)
  }

  package func heading(columns: Int) -> Line {
    let made = "made \(Text.clock(madeAt))"
    let kind = request.isRollback ? "ROLL BACK" : "PLAN"
    let title = "\(kind)  \(SafeText.line(plan.title))"
    return Line(Text.fit(title, columns - made.count - 1), style: Theme.title).adding(" " + made)
  }

  /// - Parameter isWhole: nothing is shortened, for a print or a file.
  package func lines(_ state: State, columns: Int, isWhole: Bool = false) -> [Line] {
    if showsDiff { return diffLines(columns: columns) }
    var lines: [Line] = []
    func section(_ label: String, _ texts: [String]) {
      for (index, text) in texts.enumerated() {
        lines += Line.labelled(
          index == 0 ? " " + label : "", SafeText.line(text), indent: 11, columns: columns)
      }
    }
    section("Off", [state.reasonReadOnly].compactMap(\.self))
    let (warnings, notes) = Self.parted(plan.notes)
    section("Warning", warnings)
    section("Touches", plan.touches)
    if !plan.diff.isEmpty {
      section("Changes", ["the objects, as a diff"])
      lines += ActionText.diff(plan.diff, columns: columns - 7).map { $0.indented(by: 7) }
    }
    section("Runs", [ActionText.count(plan.actions) + ", in this order (y copies the commands)"])
    for (index, action) in plan.actions.enumerated() {
      lines += ActionText.lines(
        action, number: index + 1, columns: columns, isWhole: isWhole,
        shownDiff: plan.diff)
    }
    lines += wayBack(columns: columns, isWhole: isWhole)
    section("Notes", notes)
    section("Void", ["if somebody changes these objects first: the server then refuses it"])
    if let report = request.step.flatMap({ state.report($0) }) {
      section("Why", [report.why])
      section("Guide", [report.guide.differs.map { "differs: \($0)" }].compactMap(\.self))
    }
    if case .remedy(let id) = request.subject, let remedy = AllRemedies.remedy(id) {
      section("Helps", ["when \(remedy.helps)"])
    }
    return lines
  }

  /// The prompt over the line where the word is typed; never cut.
  package func prompt(columns: Int) -> [Line] {
    let effect =
      plan.touchedServices > 0
      ? "This moves \(plan.touchedServices) running services. " : ""
    let text = "\(effect)Type  \(typedWord.word)  to go on; anything else cancels."
    return Text.wrap(text, columns).map { Line($0, style: Theme.notice) }
  }

  /// The rows of the content that the prompt and the remark above it take.
  package func promptRows(columns: Int) -> Int {
    typedWord.isShown ? prompt(columns: columns).count + 1 : 0
  }

  /// What warns stands over everything else of a plan, and does not say so twice.
  private static func parted(_ notes: [String]) -> (warnings: [String], notes: [String]) {
    let mark = "warning: "
    return (
      notes.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) },
      notes.filter { !$0.hasPrefix(mark) }
    )
  }

  private func wayBack(columns: Int, isWhole: Bool) -> [Line] {
    if plan.closingCount > 0 {
      let text = "its last command, however the plan ends; after a cut, at the next start"
      return Line.labelled(" Back", text, indent: 11, columns: columns)
    }
    var lines: [Line] = []
    let count = plan.undo.isEmpty ? "none by commands" : ActionText.count(plan.undo)
    let saved = plan.undo.isEmpty || request.isRollback ? "" : ", saved before the change"
    lines += Line.labelled(" Back", count + saved, indent: 11, columns: columns)
    for (index, action) in plan.undo.enumerated() {
      lines += ActionText.lines(action, number: index + 1, columns: columns, isWhole: isWhole)
    }
    if let cannotUndo = plan.cannotUndo {
      lines += Line.labelled(
        " Not back", SafeText.line(cannotUndo), indent: 11, columns: columns)
    }
    return lines
  }

  private func diffLines(columns: Int) -> [Line] {
    var lines = ActionText.diff(plan.diff, columns: columns - 1)
    for action in plan.actions {
      if case .file(let file) = action, file.diff != plan.diff {
        lines.append(Line(ActionText.title(action), style: Theme.label))
        lines += ActionText.diff(file.diff, columns: columns - 1)
      }
    }
    if lines.isEmpty {
      let text = "There is no diff: the commands themselves say all that changes. d shows them."
      return Text.wrap(text, columns - 1).map { Line(" " + $0) }
    }
    return lines.map { $0.indented(by: 1) }
  }
}
