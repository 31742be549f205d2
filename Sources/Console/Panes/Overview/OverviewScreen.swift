import Addresses
import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore
import Logs
import Terminal

/// How the Overview is drawn: what is said at the top, the two tables, and in a wide window the
/// steps beside them.
struct OverviewScreen {
  let known: Known
  let cursor: ListCursor

  func lines(columns: Int) -> [Line] {
    head(columns: columns).flatMap(\.self)
      + table(columns: columns, wrapsNotes: false)
      + latest(columns: columns, count: 5)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    // The rule of a table and the row under the cursor stay in sight.
    let head = fitted(head(columns: rect.columns), rows: rect.rows - 2)
    let cursor = cursor.index(in: causeCount + parts.count + counts.count)
    canvas.draw(head, cursor: cursor, in: rect)
    var below = rect
    below.row += head.count
    below.rows -= head.count
    let latest = latest(columns: rect.columns, count: max(3, below.rows / 4))
    var upper = below
    upper.rows = max(1, below.rows - latest.count)
    guard known.facts != nil, let (left, right) = upper.sideBySide(left: 60, least: 80) else {
      let table = table(columns: rect.columns, wrapsNotes: false)
      let room = max(0, below.rows - table.count - 1)
      let lines = table + self.latest(columns: rect.columns, count: room)
      canvas.draw(list: lines, cursor: cursor, in: below)
      return
    }
    let whole = table(columns: left.columns, wrapsNotes: true)
    let table = whole.count <= left.rows ? whole : table(columns: left.columns, wrapsNotes: false)
    canvas.draw(list: table, cursor: cursor, in: left)
    canvas.drawDivider(column: left.columns, in: left)
    canvas.draw(side(columns: right.columns, rows: right.rows), in: right)
    var bottom = below
    bottom.row += left.rows
    bottom.rows -= left.rows
    canvas.draw(latest, in: bottom)
  }

  private var parts: [StatusReport.Part] { OverviewPane.shownParts(known) }
  private var counts: [StatusReport.AddressCount] { OverviewPane.shownAddresses(known) }
  private var causeCount: Int { OverviewPane.shownCause(known.facts).count }

  // MARK: Lines

  /// NOW, WHY and DO, each with its lines.
  private func head(columns: Int) -> [[Line]] {
    guard let status = known.facts?.status else {
      return [BeforeFacts.lines(known, columns: columns)]
    }
    return [
      said(
        "NOW", status.now, word: StateWord(status.state), since: standing,
        row: causeCount == 0 ? nil : 0, columns: columns),
      said("WHY", status.why, columns: columns),
      said("DO", action(status), columns: columns),
    ]
  }

  /// The paragraphs in so many rows: WHY, the second, gives way, so that what is to be done is said.
  private func fitted(_ paragraphs: [[Line]], rows: Int) -> [Line] {
    let surplus = paragraphs.map(\.count).reduce(0, +) - rows
    guard surplus > 0, paragraphs.count > 1, paragraphs[1].count > 1 else {
      return paragraphs.flatMap(\.self)
    }
    var paragraphs = paragraphs
    var why = paragraphs[1].prefix(max(1, paragraphs[1].count - surplus))
    if var last = why.popLast(), var text = last.spans.popLast() {
      text.text = Text.cut(text.text + "…", TextWidth.columns(of: text.text))
      last.spans.append(text)
      why.append(last)
    }
    paragraphs[1] = Array(why)
    return paragraphs.flatMap(\.self)
  }

  /// Since when what is wrong has been so.
  private var standing: String {
    guard causeCount > 0, let since = known.facts?.headlineSince else {
      return ""
    }
    return known.sinceText(since)
  }

  /// What the report says for the command line, in the keys of the console.
  private func action(_ status: StatusReport) -> String {
    let action = status.action.text(known.settings.ownOptions)
    if !status.remedies.isEmpty, causeCount > 0 {
      let ways = status.remedies.count == 1 ? "the way out" : "\(status.remedies.count) ways out"
      return "Enter here: plan of \(ways) (\(action)). i: evidence."
    }
    guard let step = status.nextStep, let number = known.number(of: step),
      let report = known.report(step)
    else { return action }
    return "2, then a: plan of step \(number), \(report.title). Nothing runs before a typed word."
  }

  private func said(
    _ label: String, _ text: String, word: StateWord? = nil, since: String = "", row: Int? = nil,
    columns: Int
  ) -> [Line] {
    guard !text.isEmpty else { return [] }
    let tail = since.isEmpty ? "" : " " + since
    let width = columns - (word == nil ? 1 : 7 + TextWidth.columns(of: tail))
    var lines = Line.labelled(" " + label, SafeText.line(text), indent: 7, columns: width)
    if let word {
      let used = TextWidth.columns(of: lines[0].text)
      lines[0] = lines[0].adding(String(repeating: " ", count: max(0, width - used) + 1))
        .adding(
          word.rawValue, columns: tail.isEmpty ? 5 : word.rawValue.count,
          style: Theme.style(of: word)
        ).adding(tail)
    }
    lines[0].row = row
    return lines
  }

  /// - Parameter wrapsNotes: notes go on in the lines below, where they would be cut.
  private func table(columns: Int, wrapsNotes: Bool) -> [Line] {
    guard known.facts != nil else { return [] }
    let partTable = Self.partTable(in: columns)
    var lines = [partTable.rule("Parts", columns: columns)]
    for (index, part) in parts.enumerated() {
      let word = StateWord(part.state)
      lines += Self.noted(
        partTable,
        [
          Table.Cell(SafeText.line(part.title)), Table.Cell(SafeText.line(part.version)),
          Table.Cell(SafeText.line(part.ready)), Table.Cell(word.rawValue, Theme.style(of: word)),
        ], part.note, wraps: wrapsNotes, row: causeCount + index)
    }
    if parts.isEmpty { lines.append(nothing("part")) }
    let countTable = countTable(in: columns)
    lines.append(countTable.rule("Addresses", columns: columns))
    for (index, count) in counts.enumerated() {
      lines += Self.noted(
        countTable, cells(of: count), count.note, wraps: wrapsNotes,
        row: causeCount + parts.count + index)
    }
    if counts.isEmpty { lines.append(nothing("count")) }
    return lines
  }

  private static func partTable(in columns: Int) -> Table {
    Table(
      [
        .growing(24, to: 34), .fixed(12, "version", .right, rank: 1), .fixed(7, "ready", .right),
        .fixed(6, "state", gap: 2), .growing(11, turn: 1),
      ], indent: 2, in: columns)
  }

  private func countTable(in columns: Int) -> Table {
    Table(
      [
        .growing(17, to: 25), .fixed(6, "total", .right), .fixed(7, "in use", .right),
        .fixed(5, "free", .right),
        .fixed(10, known.isClockOn ? "age" : "since", .right, rank: 1),
        .fixed(6, "state", gap: 2), .growing(11, turn: 1),
      ], indent: 2, in: columns)
  }

  private func cells(of count: StatusReport.AddressCount) -> [Table.Cell] {
    let word = StateWord(count.state)
    // An age would have to tick to stay true.
    let time = count.readAt.map {
      known.isClockOn ? Text.age(from: $0, to: known.now) : Text.clock($0)
    }
    return [
      SafeText.line(count.title), SafeText.line(count.total ?? "-"),
      SafeText.line(count.inUse ?? "-"), Self.free(count), time ?? "-",
    ].map { Table.Cell($0) } + [Table.Cell(word.rawValue, Theme.style(of: word))]
  }

  /// The line with its note in the last column, over further lines where it is long.
  private static func noted(
    _ table: Table, _ cells: [Table.Cell], _ note: String, wraps: Bool, row: Int
  ) -> [Line] {
    let width = table.widths.last ?? 0
    let text = SafeText.line(note)
    guard wraps, TextWidth.columns(of: text) > width else {
      return [table.line(cells + [Table.Cell(text)], row: row)]
    }
    // Two notes must not meet: the last column stays free.
    let parts = Text.wrap(text, width - 1)
    return [table.line(cells + [Table.Cell(parts[0])], row: row)]
      + parts.dropFirst().map { Line($0).indented(by: table.start(of: table.columns.count - 1)) }
  }

  private static func free(_ count: StatusReport.AddressCount) -> String {
    guard let total = count.total.flatMap(Int.init), let inUse = count.inUse.flatMap(Int.init),
      total >= inUse
    else { return "-" }
    return String(total - inUse)
  }

  private func latest(columns: Int, count: Int) -> [Line] {
    guard known.facts != nil, count > 0 else { return [] }
    var lines = [Line.rule("Latest", trailing: "@ shows all", columns: columns)]
    let trouble = troubleInLogs(columns: columns)
    if let trouble { lines.append(trouble) }
    lines += known.activity.suffix(count - (trouble == nil ? 0 : 1)).reversed().map {
      ActivityScreen.line(of: $0, row: nil, columns: columns)
    }
    if known.activity.isEmpty { lines.append(Line("  Nothing was run yet by this console.")) }
    return lines
  }

  /// The latest trouble that the logs tell of. Since when, and not how often: a line that comes again
  /// leaves the screen at rest.
  private func troubleInLogs(columns: Int) -> Line? {
    let now = LogTime(known.now)
    let troubles = known.logView.findings(now: now).filter {
      $0.state == .problem && now - $0.finding.last <= Self.troubleAge
    }
    guard let trouble = troubles.last?.finding else { return nil }
    let words = "\(LogNames.code(trouble.line))\(trouble.line.meaning) (4 shows it)"
    return Table([.fixed(10), .fixed(7), .fixed(11), .growing(1)], indent: 2, in: columns).line([
      Table.Cell(trouble.first.clockText(digits: 0)), Table.Cell("log", Theme.quiet),
      Table.Cell("since then", Theme.style(of: LogLevel.error)),
      Table.Cell("\(LogNames.title(trouble.source)): \(words)"),
    ])
  }

  /// What was not written again for so long is none of the latest.
  private static let troubleAge = Duration.seconds(600)

  /// The steps with as much of their evidence as there is room for: of all, of those to be worked
  /// on, or no more than one line of each.
  private func side(columns: Int, rows: Int) -> [Line] {
    let choices: [(StepReport) -> Bool] = [{ _ in true }, { !$0.state.isSettled }]
    return choices.lazy.map { sideLines(columns: columns, isWhole: $0) }
      .first { $0.count <= rows } ?? sideLines(columns: columns) { _ in false }
  }

  /// - Parameter isWhole: whether the evidence of a step is not cut; it stands below the step where
  ///   it has no room beside it.
  private func sideLines(columns: Int, isWhole: (StepReport) -> Bool) -> [Line] {
    var lines = [Line.rule("Steps", columns: columns)]
    let table = Table(
      [.fixed(4, "", .right), .fixed(23, gap: 1), .fixed(6), .growing(20)], in: columns)
    let room = columns - table.start(of: 3)
    let isBeside = room >= 20
    for (index, report) in (known.facts?.checklist.reports ?? []).enumerated() {
      let word = StateWord(report.state)
      let evidence = SafeText.line(report.evidence)
      let parts =
        isWhole(report)
        ? Text.wrap(evidence, isBeside ? room : columns - 5)
        : isBeside ? [Text.cut(evidence, room)] : []
      lines.append(
        table.line([
          Table.Cell("\(index + 1)"), Table.Cell(SafeText.line(report.title)),
          Table.Cell(word.rawValue, Theme.style(of: word)),
          Table.Cell(isBeside ? parts[0] : ""),
        ]))
      lines += parts.dropFirst(isBeside ? 1 : 0).map {
        Line($0, style: Theme.quiet).indented(by: isBeside ? table.start(of: 3) : 5)
      }
    }
    guard let pool = known.facts?.pools.value?.pool(ConsoleSettings.poolName) else { return lines }
    lines.append(Line(""))
    lines.append(Line.rule("Pool \(ConsoleSettings.poolName)", columns: columns))
    lines += pool.spec.addresses.prefix(6).map { Line("   " + SafeText.line($0.text)) }
    let more = pool.spec.addresses.count - 6
    if more > 0 { lines.append(Line("   and \(more) more, 3 shows them", style: Theme.quiet)) }
    return lines
  }

  private func nothing(_ what: String) -> Line {
    let problemsOnly = known.showsProblemsOnly ? " with a problem (f shows all)" : " is known"
    return Line("  No \(what)\(problemsOnly).", style: Theme.quiet)
  }
}
