import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// A plan, shown whole before anything runs, and the line where its word is typed.
package struct PlanScreen: ScrolledText {
  package var plan: Plan
  package var request: PlanRequest
  package var madeAt: Date
  package var scroll = Scroll()
  /// Only the changes as a diff.
  package var showsDiff = false
  package private(set) var typedWord: TypedWord

  package init(plan: Plan, request: PlanRequest, madeAt: Date, showsDiff: Bool = false) {
    self.plan = plan
    self.request = request
    self.madeAt = madeAt
    self.showsDiff = showsDiff
    typedWord = TypedWord(word: plan.confirmationWord)
  }

  package var name: String? { "plan" }
  package var isOfCluster: Bool { true }

  package func heading(_ scene: Scene, columns: Int) -> Line? { heading(columns: columns) }

  private func heading(columns: Int) -> Line {
    let kind = request.isRollback ? "ROLL BACK" : "PLAN"
    return .heading(
      "\(kind)  \(SafeText.line(plan.title))", trailing: "made \(Text.clock(madeAt))",
      columns: columns)
  }

  /// Nothing is shortened for a print or a file.
  package func text(_ scene: Scene, columns: Int) -> [Line]? {
    [heading(columns: columns)] + lines(scene.known, columns: columns, isWhole: true)
  }

  package func lines(_ scene: Scene, columns: Int) -> [Line] {
    lines(scene.known, columns: columns, isWhole: false)
  }

  package func hint(_ scene: Scene) -> String? {
    if let reason = scene.known.reasonReadOnly { return "Accept line is off: \(reason)." }
    let below = below(scene)
    return below.isEmpty
      ? "Nothing has run. a goes to the line where the word is typed."
      : "\(below), Tab goes there. Nothing has run yet."
  }

  package func bottom(_ scene: Scene, columns: Int) -> Bottom {
    guard typedWord.isShown else { return Bottom() }
    let below = below(scene)
    let remark = below.isEmpty ? "" : "\(below), Tab goes there."
    return Bottom(
      lines: [Line(Text.cut(scene.known.notice ?? remark, columns))] + prompt(columns: columns),
      editor: typedWord.editor, isListening: !isDroppingKeys)
  }

  // MARK: Keys

  package static let title = "Plan"

  package static func keys(_ known: Known) -> [Binding] {
    [
      Binding(
        [.character("a")], "Accept line", "to the line where the word is typed", .acceptLine,
        bar: 1, off: known.isRunning ? "another plan is running" : known.reasonReadOnly),
      Binding([.character("d")], "Diff", "only what changes, as a diff; and back", .diff, bar: 2),
    ]
  }

  package func keys(_ scene: Scene) -> KeyTable {
    typedWord.isShown ? .textLine() : .beside(title: Self.title, Self.keys(scene.known))
  }

  package mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]? {
    switch action {
    case .acceptLine: typedWord.open()
    case .diff:
      showsDiff.toggle()
      scroll = Scroll()
    case .nextPart: move(.pageDown, scene)
    case .previousPart: move(.pageUp, scene)
    case .copy:
      return [
        .say("Copied \(ActionText.count(plan.actions)) as commands."),
        .perform(.copy(ActionText.shellLines(plan.actions).joined(separator: "\n") + "\n")),
      ]
    case .move(let movement): move(movement, scene)
    default: return nil
    }
    return []
  }

  // MARK: The typed word

  package var isDroppingKeys: Bool { typedWord.phase == .opening }

  package mutating func inputDrained() -> [Move] {
    typedWord.inputDrained().map { [.say($0)] } ?? []
  }

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    guard typedWord.isShown else { return nil }
    var key = key
    if typedWord.phase == .open {
      if let movement = scrollMovement(key) {
        move(movement, scene)
        return []
      }
      if key == .function(1) { return [.act(.help)] }
      if key == .control("c") { key = .escape }
    }
    switch typedWord.handle(key, at: scene.known.now) {
    case .pending(let notice): return notice.map { [.say($0)] } ?? []
    case .cancelled(let notice): return [.say(notice)]
    case .accepted(let typed): return [.run(plan, request, typed)]
    }
  }

  private func scrollMovement(_ key: Key) -> Movement? {
    switch key {
    case .tab, .pageDown: .pageDown
    case .backTab, .pageUp: .pageUp
    case .down, .wheelDown: .down
    case .up, .wheelUp: .up
    default: nil
    }
  }

  // MARK: Lines

  private func lines(_ known: Known, columns: Int, isWhole: Bool) -> [Line] {
    if showsDiff { return diffLines(columns: columns) }
    var lines: [Line] = []
    func section(_ label: String, _ texts: [String]) {
      for (index, text) in texts.enumerated() {
        lines += Line.labelled(
          index == 0 ? " " + label : "", SafeText.line(text), indent: 11, columns: columns)
      }
    }
    section("Off", [known.reasonReadOnly].compactMap(\.self))
    section("Warning", plan.notes.filter(\.isWarning).map { known.text($0.text) })
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
    section("Notes", plan.notes.filter { !$0.isWarning }.map { known.text($0.text) })
    section("Void", ["if somebody changes these objects first: the server then refuses it"])
    if let report = request.step.flatMap({ known.report($0) }) {
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
  package func rowsBelow(columns: Int) -> Int {
    typedWord.isShown ? prompt(columns: columns).count + 1 : 0
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
      lines += Line.labelled(" Not back", SafeText.line(cannotUndo), indent: 11, columns: columns)
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
