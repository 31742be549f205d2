import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// How the checklist is drawn: a line for each step, and what is known of the one with the cursor.
struct StepsScreen {
  let pane: StepsPane
  let known: Known

  func lines(columns: Int) -> [Line] {
    list(columns: columns, details: !pane.isFolded)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let cursor = pane.cursor.index(in: pane.rows(known).count)
    if pane.isZoomed, let report = pane.underCursor(known) {
      canvas.draw(detailLines(report, columns: rect.columns, indent: 2), in: rect)
      return
    }
    guard known.facts != nil, let (left, right) = rect.sideBySide(left: 46) else {
      canvas.draw(list: lines(columns: rect.columns), cursor: cursor, in: rect)
      return
    }
    var lines = list(columns: left.columns, details: false)
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
    if let report = pane.underCursor(known) {
      canvas.draw(detailLines(report, columns: right.columns, indent: 1), in: right)
    }
  }

  private func list(columns: Int, details: Bool) -> [Line] {
    guard let facts = known.facts else {
      return BeforeFacts.lines(known, columns: columns)
    }
    let items = pane.shown(known)
    let differing = facts.checklist.reports.count { $0.guide.differs != nil }
    let way = " way: MetalLB by \(known.way.title)"
    let guide = differing == 0 ? "" : "     guide: differs at \(differing)"
    let long = way + guide + (differing == 0 ? "" : ", i says where")
    let head = TextWidth.columns(of: long) <= columns ? long : way + guide
    var lines = [Line(Text.cut(head, columns), style: Theme.quiet)]
    let titles = items.map { TextWidth.columns(of: SafeText.line($0.report.title)) }
    let table = Table(
      [
        .fixed(3, "", .right), .growing(22, to: min(30, titles.max() ?? 22), gap: 1),
        .fixed(6, gap: 1), .growing(24, turn: 1),
      ], in: columns - 1)
    let current = pane.underCursor(known)
    for (row, item) in items.enumerated() {
      let word = StateWord(item.report.state)
      lines.append(
        table.line(
          [
            Table.Cell("\(item.number)"), Table.Cell(SafeText.line(item.report.title)),
            Table.Cell(word.rawValue, Theme.style(of: word)),
            Table.Cell(Self.evidence(item.report)),
          ], row: row))
      if details, item.report.id == current?.id {
        lines += detailLines(item.report, columns: columns, indent: 2)
          .dropFirst().map { $0 }
      }
    }
    if items.isEmpty { lines.append(Line("  No step with a problem. f shows all.")) }
    return lines
  }

  /// The first line is the title; the list drops it, for there the row itself is the title.
  private func detailLines(_ report: StepReport, columns: Int, indent: Int) -> [Line] {
    let number = known.number(of: report.id) ?? 0
    let word = StateWord(report.state)
    var lines = [
      Line.rule(
        "Step \(number)  \(SafeText.line(report.title))", trailing: word.rawValue,
        columns: columns)
    ]
    for detail in Self.details(of: report, known) {
      // The bar goes on beside every line.
      let bar = String(repeating: " ", count: indent) + "│"
      for (number, part) in Text.wrap(detail.text, columns - indent - 11).enumerated() {
        let label = number == 0 ? " " + detail.label : ""
        lines.append(Line(bar + Text.fit(label, 10), style: Theme.label).adding(part))
      }
    }
    return lines
  }

  static func details(of report: StepReport, _ known: Known) -> [(label: String, text: String)] {
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
      if let advice = problem.advice { details.append(("try", known.text(advice))) }
    }
    details.append(("guide", SafeText.line(report.guide.says)))
    if let differs = report.guide.differs { details.append(("here", SafeText.line(differs))) }
    if !report.blockedBy.isEmpty {
      let names = report.blockedBy.map { step in
        "\(known.number(of: step) ?? 0) \(SafeText.line(known.report(step)?.title ?? ""))"
      }
      details.append(("waits", "for " + names.joined(separator: ", ")))
    }
    if report.state == .todo || report.state == .failed {
      details.append(("cmd", commandText(report.id, known.settings)))
    }
    return details
  }

  /// The call of the command line that shows the same plan.
  static func commandText(_ step: StepID, _ settings: ConsoleSettings) -> String {
    var words = ["ip-leases", "plan", step.rawValue]
    if let scenario = settings.rehearsal { words += ["--rehearse", scenario] }
    if let way = settings.way { words += ["--way", way.rawValue] }
    if let inventory = settings.inventory, settings.rehearsal == nil {
      words += ["--inventory", inventory]
    }
    return ShellQuoting.quote(words)
  }

  private static func evidence(_ report: StepReport) -> String {
    let text = SafeText.line(report.evidence)
    if report.state == .notNeeded {
      return text.isEmpty ? "not needed" : "not needed: \(text)"
    }
    return text
  }
}
