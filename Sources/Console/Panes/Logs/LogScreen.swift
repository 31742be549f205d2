import Basics
import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// The Logs pane as it is drawn: what is chosen on top, the list, and how it stands below.
enum LogScreen {
  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let areas = LogAreas(state, in: rect)
    canvas.draw([header(state, columns: rect.columns)], in: areas.header)
    if !areas.strip.isEmpty {
      canvas.draw(
        LogStrip.lines(state, columns: rect.columns, rows: areas.strip.rows), in: areas.strip)
    }
    drawList(state, in: areas.list, on: &canvas)
    if !areas.chosen.isEmpty {
      let lines = LogChosen.lines(state, columns: rect.columns)
      canvas.draw(Array(lines.prefix(areas.chosen.rows)), in: areas.chosen)
    }
    canvas.draw(statusLines(state, columns: rect.columns), in: areas.status)
  }

  // MARK: The list

  private static func drawList(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let view = state.logView
    guard view.rowCount > 0 else {
      canvas.draw(empty(state, columns: rect.columns), in: rect)
      return
    }
    let window = LogWindow(state, rows: rect.rows, columns: rect.columns)
    let visible = window.visible
    let layout = LogColumns(state, columns: rect.columns)
    var lines: [Line] = []
    for shown in rows(visible, state) {
      lines += self.lines(of: shown, state, layout, most: rect.rows)
    }
    if state.logs.isFollowing, lines.count > rect.rows {
      lines.removeFirst(lines.count - rect.rows)
    }
    var text = rect
    text.columns = max(1, rect.columns - 2)
    let cursor = state.logs.isFollowing ? nil : LogsPane.cursorPlace(state)
    canvas.draw(lines, cursor: cursor, in: text)
    drawEdge(state, lines, visible, in: rect, on: &canvas)
  }

  /// The right edge stands for the whole list: where problems are, and which part is in sight. A
  /// list that is in sight as a whole has its signs beside its lines.
  private static func drawEdge(
    _ state: State, _ lines: [Line], _ visible: Range<Int>, in rect: Rect, on canvas: inout Canvas
  ) {
    let view = state.logView
    let column = rect.column + rect.columns - 1
    func put(_ sign: String, _ style: Style, _ row: Int) {
      canvas.write(sign, row: rect.row + row, column: column, columns: 1, style: style)
    }
    if visible.count == view.rowCount {
      let ticks = view.ticks(view.rowCount)
      for (number, line) in lines.prefix(rect.rows).enumerated() {
        let (sign, style) = mark(line.row.map { ticks[$0] } ?? .nothing)
        put(sign, style, number)
      }
      return
    }
    let ticks = view.ticks(rect.rows)
    let thumb =
      visible.lowerBound * rect.rows / view.rowCount...max(
        0, visible.upperBound * rect.rows - 1) / view.rowCount
    for (number, tick) in ticks.enumerated() {
      let (sign, style) = thumb.contains(number) ? ("#", Theme.label) : mark(tick)
      put(sign, style, number)
    }
  }

  private static func mark(_ tick: LogTick) -> (String, Style) {
    switch tick {
    case .nothing: ("|", Theme.frame)
    case .note: (":", Theme.frame)
    case .warning: ("w", Theme.style(of: LogLevel.warn))
    case .problem: ("E", Theme.style(of: LogLevel.error))
    }
  }

  private static func empty(_ state: State, columns: Int) -> [Line] {
    if state.logView.lineCount > 0 {
      return [
        Line(""), Line("  No line passes. L, &, s and f say what is left out.", style: Theme.quiet),
      ]
    }
    var texts = ["No line has come yet. The sources are being looked for."]
    texts += state.logProblems.map {
      "\(SafeText.line($0.name, limit: 100)): \(oneLine($0.message))"
    }
    return [Line("")] + texts.flatMap { Text.wrap($0, columns - 4) }.map { Line("  " + $0) }
  }

  // MARK: One row

  private struct ShownRow {
    var place: Int
    var row: LogRow
    var line: LogLine?
    var isHit = false
  }

  private static func rows(_ places: Range<Int>, _ state: State) -> [ShownRow] {
    var rows = places.map { place in
      let row = state.logView.row(at: place)
      return ShownRow(place: place, row: row, line: state.logLine(row.id))
    }
    guard let search = state.logs.search,
      let sieve = try? LogSieve(minimumLevel: nil, pattern: search)
    else { return rows }
    for index in rows.indices {
      if let line = rows[index].line { rows[index].isHit = sieve.passes(line) }
    }
    return rows
  }

  private static func lines(
    of shown: ShownRow, _ state: State, _ layout: LogColumns, most: Int
  ) -> [Line] {
    let row = shown.row
    let gutter = gutter(of: row, state)
    if let note = row.note {
      return [rule(note, row.source, columns: layout.total - 1).indented(gutter, row: shown.place)]
    }
    guard let line = shown.line else {
      return [Line(gutter + "this line is no longer kept", row: shown.place)]
    }
    let parts = parts(of: line, state, layout)
    var style = row.level == .fatal ? Theme.style(of: LogLevel.fatal) : Style.plain
    style.isUnderlined = shown.isHit
    var lines = parts.prefix(most).enumerated().map { number, part in
      guard number == 0 else {
        return Line(String(repeating: " ", count: layout.indent)).adding(part, style)
      }
      let time = layout.time == 0 ? "" : LogColumns.time(of: row, state)
      return Line(gutter + Text.fit(time, layout.time), row: shown.place)
        .adding(LogColumns.tag(of: row.source), columns: layout.tag).adding(" ")
        .adding(row.level.map { String($0.letter) } ?? " ", Theme.style(of: row.level)).adding(" ")
        .adding(part, style)
    }
    if hasFoldLine(row) {
      let last = state.logView.lastRepeat(of: row.id).map { ", last \($0.clockText())" } ?? ""
      let count = row.repeats == 1 ? "once more" : "\(LogText.grouped(row.repeats)) times more"
      lines.append(
        Line(String(repeating: " ", count: 1 + layout.time))
          .adding("... the same \(count)\(last)  (Enter unfolds)", Theme.quiet))
    }
    return lines
  }

  static func hasFoldLine(_ row: LogRow) -> Bool {
    row.note == nil && row.repeats > 0 && !row.isUnfolded
  }

  /// "*" for a mark, "|" for the range.
  private static func gutter(of row: LogRow, _ state: State) -> String {
    if state.logs.marks.contains(row.id) { return "*" }
    guard let start = state.logs.rangeStart, let cursor = state.logs.cursorLine else { return " " }
    return row.id >= min(start, cursor) && row.id <= max(start, cursor) ? "|" : " "
  }

  private static func rule(_ note: LogNote, _ source: LogSource, columns: Int) -> Line {
    let (sign, style): (Character, Style) =
      switch note {
      case .containerStarted: ("═", Theme.frame)
      case .gapFilled: ("~", Theme.frame)
      case .gapUnfilled, .linesDropped: ("!", Theme.style(of: LogLevel.warn))
      case .streamEnded, .streamResumed: ("─", Theme.frame)
      }
    let text = " \(LogNames.title(source)): \(note.text) "
    let start = "\(sign)\(sign)" + Text.cut(text, max(1, columns - 4))
    let rest = max(0, columns - TextWidth.columns(of: start))
    return Line(start + String(repeating: sign, count: rest), style: style)
  }

  // MARK: Widths

  static func textColumns(_ state: State, columns: Int) -> Int {
    LogColumns(state, columns: columns).text
  }

  /// The lines a text takes; one where it runs out of the window.
  static func textParts(_ row: LogRow, _ state: State, columns: Int) -> [String] {
    guard let line = state.logLine(row.id) else { return [""] }
    return parts(of: line, state, LogColumns(state, columns: columns))
  }

  /// Columns of the text of a row.
  static func width(of row: LogRow, _ state: State) -> Int {
    guard row.note == nil, let line = state.logLine(row.id) else { return 0 }
    return TextWidth.columns(of: text(of: line))
  }

  private static func parts(of line: LogLine, _ state: State, _ layout: LogColumns) -> [String] {
    let text = text(of: line)
    guard state.logs.isWrapping else {
      return [Text.cut(Text.dropping(state.logs.sideways, of: text), layout.text)]
    }
    // More than a window holds is never wrapped.
    let most = layout.text * 100
    let isLong = text.utf8.count > most
    return Text.hardWrap(isLong ? String(text.prefix(most)) + "…" : text, layout.text)
  }

  private static func text(of line: LogLine) -> String {
    line.cutBytes == 0
      ? line.text : line.text + " … (\(LogText.grouped(line.cutBytes)) bytes more, not kept)"
  }
}

/// The columns of the list, from the left: gutter, time, tag, level, text.
struct LogColumns {
  let total: Int
  let time: Int
  let tag: Int
  let text: Int

  /// Columns before the text.
  var indent: Int { total - text }

  init(_ state: State, columns: Int) {
    // The edge and the blank before it.
    total = columns - 2
    let isTimed = state.logs.timeForm != .off
    // A narrow window keeps whole seconds only.
    time = isTimed ? (columns < 80 ? 9 : 13) : 0
    let tags = state.logView.sources.filter { $0.lines > 0 }.map {
      Self.tag(of: $0.source).utf8.count
    }
    tag = min(columns < 80 ? 4 : 10, max(2, tags.max() ?? 2))
    text = max(10, total - 1 - time - tag - 1 - 2)
  }

  /// "prv.i" for "prv.init": of a container beside the main one the first letter is enough.
  static func tag(of source: LogSource) -> String {
    let parts = SafeText.line(source.tag, limit: 60).split(separator: ".")
    return ([String(parts.first ?? "")] + parts.dropFirst().map { String($0.prefix(1)) })
      .joined(separator: ".")
  }

  static func time(of row: LogRow, _ state: State) -> String {
    guard row.isTimed else { return "" }
    switch state.logs.timeForm {
    case .clock:
      let day = 86_400_000_000_000
      let isToday = row.time.nanoseconds / Int64(day) == LogTime(state.now).nanoseconds / Int64(day)
      if isToday || state.size.columns < 80 {
        return row.time.clockText(digits: state.size.columns < 80 ? 0 : 3)
      }
      // "11-23 12:04": a line of another day must not look like one of today.
      return String(row.time.rfc3339.dropFirst(5).prefix(11)).replacing("T", with: " ")
    case .off: return ""
    case .since(let start):
      let nanoseconds = row.time.nanoseconds - start.nanoseconds
      let elapsed = LogTime(nanoseconds: abs(nanoseconds))
      let days = abs(nanoseconds) / 86_400_000_000_000
      let sign = nanoseconds < 0 ? "-" : "+"
      if days > 0 { return "\(sign)\(days)d \(elapsed.clockText(digits: 0))" }
      return sign + elapsed.clockText(digits: state.size.columns < 80 ? 0 : 3).dropFirst()
    }
  }
}

extension Line {
  /// Behind the gutter, as the row of the list it stands for.
  fileprivate func indented(_ gutter: String, row: Int) -> Line {
    var line = Line(gutter, row: row)
    line.spans += spans
    return line
  }
}

extension Theme {
  package static func style(of level: LogLevel?) -> Style {
    switch level {
    case .error, .fatal: Style(.red, bold: true)
    case .warn: Style(.yellow, bold: true)
    case .trace, .debug, .info, nil: .plain
    }
  }
}
