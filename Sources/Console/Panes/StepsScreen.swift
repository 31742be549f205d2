import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// How the checklist is drawn: a line for each step, and what is known of the one with the cursor.
enum StepsScreen {
  static func lines(_ state: State, columns: Int) -> [Line] {
    list(state, columns: columns, details: !state.steps.isFolded)
  }

  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let cursor = state.steps.cursor.index(in: StepsPane.rows(state).count)
    if state.steps.isZoomed, let report = StepsPane.underCursor(state) {
      canvas.draw(detailLines(report, state, columns: rect.columns, indent: 2), in: rect)
      return
    }
    guard rect.columns >= 120, state.facts != nil else {
      canvas.draw(list: lines(state, columns: rect.columns), cursor: cursor, in: rect)
      return
    }
    let (left, right) = rect.split(at: rect.columns * 46 / 100)
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
    if let report = StepsPane.underCursor(state) {
      canvas.draw(detailLines(report, state, columns: right.columns, indent: 1), in: right)
    }
  }

  private static func list(_ state: State, columns: Int, details: Bool) -> [Line] {
    guard let facts = state.facts else {
      return Navigation.linesBeforeFacts(state, columns: columns)
    }
    let items = StepsPane.shown(state)
    let differing = facts.checklist.reports.count { $0.guide.differs != nil }
    let way = " way: MetalLB by \(state.way.title)"
    let guide = differing == 0 ? "" : "     guide: differs at \(differing)"
    let long = way + guide + (differing == 0 ? "" : ", i says where")
    let head = TextWidth.columns(of: long) <= columns ? long : way + guide
    var lines = [Line(Text.cut(head, columns), style: Theme.quiet)]
    let titles = items.map { TextWidth.columns(of: SafeText.line($0.report.title)) }
    let width = min(max(22, titles.max() ?? 22), columns >= 70 ? 30 : 24)
    let current = StepsPane.underCursor(state)
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

  static func details(
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
  static func commandText(_ step: StepID, _ state: State) -> String {
    var words = ["ip-leases", "plan", step.rawValue]
    if let scenario = state.settings.rehearsal { words += ["--rehearse", scenario] }
    if let way = state.settings.way { words += ["--way", way.rawValue] }
    if let inventory = state.settings.inventory, state.settings.rehearsal == nil {
      words += ["--inventory", inventory]
    }
    return ShellQuoting.quote(words)
  }

  private static func evidence(_ report: StepReport) -> String {
    let text = SafeText.line(report.evidence)
    if report.state == .notNeeded, !text.lowercased().hasPrefix("not needed") {
      return text.isEmpty ? "not needed" : "not needed: \(text)"
    }
    return text
  }
}
