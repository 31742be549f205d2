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
enum OverviewScreen {
  static func lines(_ state: State, columns: Int) -> [Line] {
    head(state, columns: columns).flatMap(\.self)
      + table(state, columns: columns, wrapsNotes: false)
      + latest(state, columns: columns, count: 5)
  }

  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    // The rule of a table and the row under the cursor stay in sight.
    let head = fitted(head(state, columns: rect.columns), rows: rect.rows - 2)
    canvas.draw(
      head, cursor: state.overview.cursor.index(in: OverviewPane.rows(state).count), in: rect
    )
    var below = rect
    below.row += head.count
    below.rows -= head.count
    let cursor = state.overview.cursor.index(in: OverviewPane.rows(state).count)
    guard rect.columns >= 120, state.facts != nil else {
      let table = table(state, columns: rect.columns, wrapsNotes: false)
      let room = max(0, below.rows - table.count - 1)
      let lines = table + latest(state, columns: rect.columns, count: room)
      canvas.draw(list: lines, cursor: cursor, in: below)
      return
    }
    let latest = latest(state, columns: rect.columns, count: max(3, below.rows / 4))
    var upper = below
    upper.rows = max(1, below.rows - latest.count)
    let (left, right) = upper.split(at: max(80, rect.columns * 60 / 100))
    let whole = table(state, columns: left.columns, wrapsNotes: true)
    let table =
      whole.count <= left.rows ? whole : table(state, columns: left.columns, wrapsNotes: false)
    canvas.draw(list: table, cursor: cursor, in: left)
    canvas.drawDivider(column: left.columns, in: left)
    canvas.draw(side(state, columns: right.columns, rows: right.rows), in: right)
    var bottom = below
    bottom.row += left.rows
    bottom.rows -= left.rows
    canvas.draw(latest, in: bottom)
  }

  // MARK: Lines

  /// NOW, WHY and DO, each with its lines.
  private static func head(_ state: State, columns: Int) -> [[Line]] {
    guard let status = state.facts?.status else {
      guard let problem = state.readProblem else {
        return [[Line(" The cluster is being read.")]]
      }
      return [
        said("NOW", problem.what, columns: columns),
        said("WHY", problem.reason ?? "the tool gave no reason", columns: columns),
        said("DO", problem.advice ?? "r reads again", columns: columns),
      ]
    }
    return [
      said(
        "NOW", status.now, word: StateWord(status.state), since: standing(state),
        row: OverviewPane.shownCause(state).isEmpty ? nil : 0, columns: columns),
      said("WHY", status.why, columns: columns),
      said("DO", action(status, state), columns: columns),
    ]
  }

  /// The paragraphs in so many rows: WHY, the second, gives way, so that what is to be done is said.
  private static func fitted(_ paragraphs: [[Line]], rows: Int) -> [Line] {
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

  /// "6m31": how long what is wrong has been so.
  private static func standing(_ state: State) -> String {
    guard !OverviewPane.shownCause(state).isEmpty, let since = state.facts?.headlineSince else {
      return ""
    }
    return TimeSpan.text(from: since, to: state.timeForAges)
  }

  /// What the report says for the command line, in the keys of the console.
  private static func action(_ status: StatusReport, _ state: State) -> String {
    if !status.remedies.isEmpty, !OverviewPane.shownCause(state).isEmpty {
      let ways = status.remedies.count == 1 ? "the way out" : "\(status.remedies.count) ways out"
      return "Enter here: plan of \(ways) (\(status.action)). i: evidence."
    }
    let words = status.action.split { $0 == " " || $0 == "," }.map(String.init)
    guard words.count >= 3, words[0] == "ip-leases", words[1] == "plan",
      let step = StepID(rawValue: words[2]), let number = state.number(of: step),
      let report = state.report(step)
    else { return status.action }
    return "2, then a: plan of step \(number), \(report.title). Nothing runs before a typed word."
  }

  private static func said(
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
  private static func table(_ state: State, columns: Int, wrapsNotes: Bool) -> [Line] {
    guard state.facts != nil else { return [] }
    let parts = OverviewPane.shownParts(state)
    let hasVersion = columns >= 64
    let trailing = hasVersion ? "version  ready  state" : "ready  state"
    var lines = [
      Line.rule("Parts", trailing: trailing, tail: noteColumns(columns), columns: columns)
    ]
    let first = OverviewPane.shownCause(state).count
    for (index, part) in parts.enumerated() {
      lines += noted(
        line(of: part, row: first + index, hasVersion: hasVersion, columns: columns),
        part.note, wraps: wrapsNotes, columns: columns)
    }
    if parts.isEmpty { lines.append(nothing(state, "part")) }
    let counts = OverviewPane.shownAddresses(state)
    let hasAge = columns >= 64
    let heads = hasAge ? "total  in use  free   age  state" : "total  in use  free  state"
    lines.append(
      Line.rule("Addresses", trailing: heads, tail: noteColumns(columns), columns: columns))
    for (index, count) in counts.enumerated() {
      lines += noted(
        line(of: count, row: first + parts.count + index, state, hasAge: hasAge, columns: columns),
        count.note, wraps: wrapsNotes, columns: columns)
    }
    if counts.isEmpty { lines.append(nothing(state, "count")) }
    return lines
  }

  private static func line(
    of part: StatusReport.Part, row: Int, hasVersion: Bool, columns: Int
  ) -> Line {
    let word = StateWord(part.state)
    let note = noteColumns(columns)
    let title = columns - 2 - (hasVersion ? 12 : 0) - 7 - 2 - 6 - note
    var line = Line("  ", row: row).adding(SafeText.line(part.title), columns: title)
    if hasVersion { line = line.adding(SafeText.line(part.version), columns: 12, .right) }
    return line.adding(SafeText.line(part.ready), columns: 7, .right).adding("  ")
      .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
  }

  private static func line(
    of count: StatusReport.AddressCount, row: Int, _ state: State, hasAge: Bool, columns: Int
  ) -> Line {
    let word = StateWord(count.state)
    let note = noteColumns(columns)
    let title = columns - 2 - 6 - 8 - 6 - (hasAge ? 6 : 0) - 2 - 6 - note
    let age = count.readAt.map { Text.age(from: $0, to: state.timeForAges) } ?? "-"
    var line = Line("  ", row: row).adding(SafeText.line(count.title), columns: title)
      .adding(SafeText.line(count.total ?? "-"), columns: 6, .right)
      .adding(SafeText.line(count.inUse ?? "-"), columns: 8, .right)
      .adding(free(count), columns: 6, .right)
    if hasAge { line = line.adding(age, columns: 6, .right) }
    return line.adding("  ")
      .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
  }

  /// The line with its note behind it, over further lines where it is long.
  private static func noted(
    _ line: Line, _ note: String, wraps: Bool, columns: Int
  ) -> [Line] {
    let width = noteColumns(columns)
    let text = SafeText.line(note)
    // Two notes must not meet: the last column stays free.
    guard wraps, TextWidth.columns(of: text) > width else {
      return [line.adding(text, columns: width)]
    }
    let parts = Text.wrap(text, width - 1)
    return [line.adding(parts[0], columns: width)]
      + parts.dropFirst().map { Line($0).indented(by: columns - width) }
  }

  private static func free(_ count: StatusReport.AddressCount) -> String {
    guard let total = count.total.flatMap(Int.init), let inUse = count.inUse.flatMap(Int.init),
      total >= inUse
    else { return "-" }
    return String(total - inUse)
  }

  private static func latest(_ state: State, columns: Int, count: Int) -> [Line] {
    guard state.facts != nil, count > 0 else { return [] }
    var lines = [Line.rule("Latest", trailing: "@ shows all", columns: columns)]
    let trouble = troubleInLogs(state, columns: columns)
    if let trouble { lines.append(trouble) }
    lines += state.activity.suffix(count - (trouble == nil ? 0 : 1)).reversed().map {
      ActivityScreen.line(of: $0, row: nil, columns: columns)
    }
    if state.activity.isEmpty { lines.append(Line("  Nothing was run yet by this console.")) }
    return lines
  }

  /// The latest trouble that the logs tell of. Since when, and not how often: a line that comes again
  /// leaves the screen at rest.
  private static func troubleInLogs(_ state: State, columns: Int) -> Line? {
    let now = LogTime(state.now)
    let troubles = state.logView.findings(now: now).filter {
      $0.state == .problem && now - $0.finding.last <= troubleAge
    }
    guard let trouble = troubles.last?.finding else { return nil }
    let words = "\(LogNames.code(trouble.line))\(trouble.line.meaning) (4 shows it)"
    return Line("  ").adding(trouble.first.clockText(digits: 0), columns: 10)
      .adding("log", columns: 7, style: Theme.quiet)
      .adding("since then", columns: 11, style: Theme.style(of: LogLevel.error))
      .adding(Text.cut("\(LogNames.title(trouble.source)): \(words)", max(1, columns - 30)))
  }

  /// What was not written again for so long is none of the latest.
  private static let troubleAge = Duration.seconds(600)

  /// The steps with as much of their evidence as there is room for: of all, of those to be worked
  /// on, or no more than one line of each.
  private static func side(_ state: State, columns: Int, rows: Int) -> [Line] {
    let choices: [(StepReport) -> Bool] = [{ _ in true }, { !$0.state.isSettled }]
    return choices.lazy.map { sideLines(state, columns: columns, isWhole: $0) }
      .first { $0.count <= rows } ?? sideLines(state, columns: columns) { _ in false }
  }

  /// - Parameter isWhole: whether the evidence of a step is not cut; it stands below the step where
  ///   it has no room beside it.
  private static func sideLines(
    _ state: State, columns: Int, isWhole: (StepReport) -> Bool
  ) -> [Line] {
    var lines = [Line.rule("Steps", columns: columns)]
    let room = columns - 34
    let isBeside = room >= 20
    for (index, report) in (state.facts?.checklist.reports ?? []).enumerated() {
      let word = StateWord(report.state)
      let evidence = SafeText.line(report.evidence)
      let parts =
        isWhole(report)
        ? Text.wrap(evidence, isBeside ? room : columns - 5)
        : isBeside ? [Text.cut(evidence, room)] : []
      lines.append(
        Line(Text.fit("\(index + 1)", 4, .right) + " ")
          .adding(SafeText.line(report.title), columns: 23)
          .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
          .adding(isBeside ? parts[0] : ""))
      lines += parts.dropFirst(isBeside ? 1 : 0).map {
        Line($0, style: Theme.quiet).indented(by: isBeside ? 34 : 5)
      }
    }
    guard let pool = state.facts?.pools.value?.pool(ConsoleSettings.poolName) else { return lines }
    lines.append(Line(""))
    lines.append(Line.rule("Pool \(ConsoleSettings.poolName)", columns: columns))
    lines += pool.spec.addresses.prefix(6).map { Line("   " + SafeText.line($0.text)) }
    let more = pool.spec.addresses.count - 6
    if more > 0 { lines.append(Line("   and \(more) more, 3 shows them", style: Theme.quiet)) }
    return lines
  }

  private static func nothing(_ state: State, _ what: String) -> Line {
    let problemsOnly = state.showsProblemsOnly ? " with a problem (f shows all)" : " is known"
    return Line("  No \(what)\(problemsOnly).", style: Theme.quiet)
  }

  private static func noteColumns(_ columns: Int) -> Int {
    columns >= 76 ? 17 + max(0, columns - 80) : 11
  }
}
