import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Logs

/// What one line says: its time, where it comes from, its fields, and what is known about it.
struct LogChosen {
  let pane: LogsPane
  let known: Known

  /// Under the list: the line under the cursor; while following, the latest problem.
  func lines(columns: Int) -> [Line] {
    let title = pane.isFollowing ? "Latest problem" : "Chosen line"
    let rule = Line.rule(title, trailing: "i hides", columns: columns)
    guard let row else {
      return [rule, Line(" None among these lines.", style: Theme.quiet)]
    }
    var lines: [Line] = []
    for paragraph in paragraphs(row, isWhole: false) {
      lines.append(
        Line(Text.fit(" \(paragraph.label)", 7), style: Theme.label)
          .adding(Text.cut(paragraph.text, max(1, columns - 8))))
    }
    return [rule] + lines
  }

  /// The same on a screen of its own, nothing cut.
  func reading(_ row: LogRow) -> ReadingScreen {
    ReadingScreen(
      title: "LOG LINE  \(LogNames.title(row.source))",
      paragraphs: paragraphs(row, isWhole: true))
  }

  private var row: LogRow? {
    guard pane.isFollowing else { return pane.cursorRow(known.logView) }
    let view = known.logView
    return view.row(before: view.rowCount, with: .problem).map { view.row(at: $0) }
  }

  private func paragraphs(_ row: LogRow, isWhole: Bool) -> [ReadingScreen.Paragraph] {
    typealias Paragraph = ReadingScreen.Paragraph
    let level = row.level.map { "   level \($0.word)" } ?? ""
    let times = row.repeats > 0 ? "   seen \(LogText.grouped(row.repeats + 1)) times" : ""
    let own = row.isTimed ? "" : " (of the line before it)"
    var result = [
      Paragraph("time", row.time.rfc3339 + own + level + times),
      Paragraph("from", "\(LogNames.title(row.source)), \(LogNames.place(row.source))"),
    ]
    if let note = row.note { return result + [Paragraph("what", note.text)] }
    guard let line = known.logLine(row.id) else { return result }
    result.append(Paragraph("msg", line.message.isEmpty ? line.raw : line.message))
    var means: [Paragraph] = []
    if let known = line.known {
      let check = known.code == nil || isWhole ? "" : "   5 shows the check"
      means.append(Paragraph("means", "\(LogNames.code(known))\(known.meaning)\(check)"))
      if let cures = cures(of: known) { means.append(Paragraph("try", cures)) }
    }
    guard isWhole else {
      let fields = line.fields.map { "\($0.key)=\($0.value)" }.joined(separator: "  ")
      return result + means + (fields.isEmpty ? [] : [Paragraph("field", fields)])
    }
    result += line.fields.map { Paragraph(SafeText.line($0.key, limit: 9), $0.value) } + means
    if line.cutBytes > 0 {
      result.append(Paragraph("cut", "\(LogText.grouped(line.cutBytes)) bytes were not kept"))
    }
    return result + [Paragraph("whole", line.raw)]
  }

  /// What mends it; of several plans each with the case it is for. Where the check that explains
  /// the line waits for one that fails now, that one's plan comes first in any case.
  private func cures(of known: KnownLine) -> String? {
    let results = self.known.facts?.checks.results ?? []
    let own = results.first { $0.code == known.code }
    if case .notRun(.waitsFor(let codes)) = own?.verdict,
      let cause = results.first(where: { codes.contains($0.code) && $0.verdict.kind == .fail }),
      !cause.remedies.isEmpty
    {
      let cures = cause.remedies.map(command).joined(separator: " or ")
      return "\(cures)   \(cause.code) fails now, which comes first"
    }
    if known.remedies.count < 2 { return known.remedies.first.map(command) }
    return known.remedies.map { id in
      command(id) + (AllRemedies.remedy(id).map { ", where \($0.helps)" } ?? "")
    }.joined(separator: "; or ")
  }

  private func command(_ id: RemedyID) -> String {
    id.advice.text(known.settings.ownOptions)
  }
}
