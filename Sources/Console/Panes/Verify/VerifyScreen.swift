import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// How the checks look: one column, or from 120 columns on two.
struct VerifyScreen {
  let pane: VerifyPane
  let known: Known

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let cursor = pane.cursor.index(in: pane.shown(known).count)
    var area = rect
    if let head = head(columns: rect.columns) {
      canvas.draw(head, row: rect.row, column: rect.column, columns: rect.columns)
      area.row += 1
      area.rows -= 1
    }
    guard known.facts != nil, let (left, right) = area.sideBySide(left: 54) else {
      canvas.draw(list: list(columns: area.columns, withDetails: true), cursor: cursor, in: area)
      return
    }
    canvas.draw(list: list(columns: left.columns, withDetails: false), cursor: cursor, in: left)
    canvas.drawDivider(column: left.columns, in: area)
    canvas.draw(side(columns: right.columns), in: right)
  }

  func lines(columns: Int) -> [Line] {
    [head(columns: columns)].compactMap(\.self)
      + list(columns: columns, withDetails: true)
  }

  /// " Run 6  12:03:50Z   13 OK  1 WARN  2 FAIL  1 NOT RUN      exit code 1".
  private func head(columns: Int) -> Line? {
    guard let report = known.facts?.checks, !report.results.isEmpty else { return nil }
    let run = report.history.runs == 0 ? "" : " \(report.history.runs)"
    var line = Line(" Run\(run)  \(Text.clock(report.madeAt))  ")
    for kind in Verdict.Kind.allCases {
      let count = report.count(kind)
      let style = count > 0 && kind.isFinding ? Theme.style(of: word(kind)) : Style.plain
      line = line.adding(" ").adding("\(count) \(kind.word)", style).adding(" ")
    }
    if report.asideCount > 0 { line = line.adding(" \(report.asideCount) aside ") }
    let exitCode = "exit code \(report.exitCode(failOn: .fail)) "
    return line.ending(with: exitCode, Theme.quiet, columns: columns)
  }

  private func word(_ kind: Verdict.Kind) -> StateWord { kind == .fail ? .fail : .warn }

  private func list(columns: Int, withDetails: Bool) -> [Line] {
    guard known.facts != nil else { return BeforeFacts.lines(known, columns: columns) }
    let rows = pane.shown(known)
    let place = pane.cursor.index(in: rows.count)
    var lines: [Line] = []
    for (index, row) in rows.enumerated() {
      switch row {
      case .group(let group, let results):
        lines.append(heading(group, results, columns: columns, row: index))
      case .check(let result):
        lines.append(line(of: result, columns: columns, row: index))
        guard withDetails, index == place, !pane.hidesDetails else { continue }
        lines += details(result, columns: columns)
      }
    }
    if rows.isEmpty {
      let text =
        known.showsProblemsOnly ? "Nothing with a problem. f shows all." : "No check was made yet."
      lines.append(Line("  " + text))
    }
    return lines
  }

  private func heading(
    _ group: CheckGroup, _ results: [CheckResult], columns: Int, row: Int
  ) -> Line {
    let isOpen = known.showsProblemsOnly || pane.isOpen(group, results, known.facts)
    let good = results.count { $0.verdict.kind == .pass }
    let isAll = results.allSatisfy { $0.verdict.kind != .notRun } && good == results.count
    let count = isAll ? "\(good)/\(results.count) OK" : "\(good)/\(results.count)   "
    let title = group.title.prefix(1).uppercased() + group.title.dropFirst()
    let room = columns - 3 - count.count - 1
    return Line(" \(isOpen ? "v" : ">") ", row: row)
      .adding(title, columns: room, style: Theme.label).adding(count)
  }

  private func line(of result: CheckResult, columns: Int, row: Int) -> Line {
    let word = pane.word(of: result, known.facts)
    let title = SafeText.line(result.title)
    let start = Line("     ", row: row)
      .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
    let room = columns - 12
    let needed = TextWidth.columns(of: title) + 2
    // The title first; what was found has what is left.
    guard needed + 8 <= room else { return start.adding(Text.cut(title, room)) }
    let most = min(room - needed, max(24, room - 46))
    let remarks = remarks(on: result)
    let fitting = remarks.first { TextWidth.columns(of: $0) <= most } ?? remarks.last ?? ""
    let shown = Text.cut(fitting, most)
    return start.adding(title, columns: room - TextWidth.columns(of: shown)).adding(shown)
  }

  /// What may stand at the end of the line, since when or what was found; the longest first.
  private func remarks(on result: CheckResult) -> [String] {
    let report = known.facts?.checks
    if let aside = report?.aside(result) {
      return ["\(result.verdict.kind.word), until \(aside.until.text)"]
    }
    switch result.verdict {
    case .pass(let got): return [SafeText.line(got)]
    case .warn(let got), .fail(let got):
      let runs = report?.history.spans(of: result.code).last?.count ?? 0
      // Seen for the first time, and the cluster does not tell since when.
      guard let since = report?.since(result), result.since != nil || runs > 1 else {
        return [SafeText.line(got)]
      }
      let time = known.sinceText(since)
      return (runs > 1 ? ["\(time), \(runs) runs"] : []) + [time, known.shortMoment(since)]
    case .notRun(.waitsFor(let codes)): return ["needs \(codes.joined(separator: ", "))"]
    case .notRun(.unreadable): return ["not read"]
    case .notRun(.nothingToTest(let why)), .notRun(.onRequest(let why)):
      return [SafeText.line(why)]
    }
  }

  private func details(_ result: CheckResult, columns: Int) -> [Line] {
    CheckDetails(result: result, known: known).short.flatMap { part in
      Line.labelled("           " + part.label, part.text, indent: 18, columns: columns - 1)
    }
  }

  private func side(columns: Int) -> [Line] {
    guard case .check(let result)? = pane.underCursor(known) else {
      let texts = [
        "A check stands under what it builds on. NOT RUN is no FAIL: something it needs failed, "
          + "could not be read, or is not here.",
        "Space folds, e goes to the next problem, i explains, a shows the plan of a fix, x sets a "
          + "finding aside, d compares with the run before.",
      ]
      return [Line.rule("Checks", columns: columns)]
        + texts.flatMap { [Line("")] + Text.wrap($0, columns - 2).map { Line(" " + $0) } }
    }
    let word = pane.word(of: result, known.facts)
    let title = Text.cut(SafeText.line(result.title), columns - 26)
    return [
      Line.rule("\(result.code)  \(title)", trailing: word.rawValue, columns: columns)
    ]
      + CheckDetails(result: result, known: known).paragraphs.flatMap { part in
        Line.labelled(" " + part.label, part.text, indent: 9, columns: columns - 1)
      }
  }
}
