import Basics
import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// The Logs pane as it is drawn: what is chosen on top, the list, and how it stands below.
struct LogScreen {
  let pane: LogsPane
  let known: Known

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let areas = LogAreas(pane, known, in: rect)
    canvas.draw([header(columns: rect.columns)], in: areas.header)
    if !areas.strip.isEmpty {
      canvas.draw(
        LogStrip(pane: pane, known: known).lines(columns: rect.columns, rows: areas.strip.rows),
        in: areas.strip)
    }
    drawList(in: areas.list, on: &canvas)
    if !areas.chosen.isEmpty {
      let lines = LogChosen(pane: pane, known: known).lines(columns: rect.columns)
      canvas.draw(Array(lines.prefix(areas.chosen.rows)), in: areas.chosen)
    }
    canvas.draw(statusLines(columns: rect.columns), in: areas.status)
  }

  // MARK: The list

  private func drawList(in rect: Rect, on canvas: inout Canvas) {
    let view = known.logView
    guard view.rowCount > 0 else {
      canvas.draw(empty(columns: rect.columns), in: rect)
      return
    }
    let window = LogWindow(pane, known, rows: rect.rows, columns: rect.columns)
    let visible = window.visible
    let layout = LogColumns(pane, known, columns: rect.columns)
    var lines: [Line] = []
    for shown in rows(visible) {
      lines += self.lines(of: shown, layout, most: rect.rows)
    }
    if pane.isFollowing, lines.count > rect.rows {
      lines.removeFirst(lines.count - rect.rows)
    }
    var text = rect
    text.columns = max(1, rect.columns - 2)
    let cursor = pane.isFollowing ? nil : pane.cursorPlace(known.logView)
    canvas.draw(lines, cursor: cursor, in: text)
    drawEdge(lines, visible, in: rect, on: &canvas)
  }

  /// The right edge stands for the whole list: where problems are, and which part is in sight. A
  /// list that is in sight as a whole has its signs beside its lines.
  private func drawEdge(
    _ lines: [Line], _ visible: Range<Int>, in rect: Rect, on canvas: inout Canvas
  ) {
    let view = known.logView
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

  private func mark(_ tick: LogTick) -> (String, Style) {
    switch tick {
    case .nothing: ("|", Theme.frame)
    case .note: (":", Theme.frame)
    case .warning: ("w", Theme.style(of: LogLevel.warn))
    case .problem: ("E", Theme.style(of: LogLevel.error))
    }
  }

  private func empty(columns: Int) -> [Line] {
    if known.logView.lineCount > 0 {
      return [
        Line(""), Line("  No line passes. L, &, s and f say what is left out.", style: Theme.quiet),
      ]
    }
    var texts = ["No line has come yet. The sources are being looked for."]
    texts += known.logProblems.map {
      "\(SafeText.line($0.name, limit: 100)): \(known.oneLine($0.message))"
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

  private func rows(_ places: Range<Int>) -> [ShownRow] {
    var rows = places.map { place in
      let row = known.logView.row(at: place)
      return ShownRow(place: place, row: row, line: known.logLine(row.id))
    }
    guard let search = pane.search,
      let sieve = try? LogSieve(minimumLevel: nil, pattern: search)
    else { return rows }
    for index in rows.indices {
      if let line = rows[index].line { rows[index].isHit = sieve.passes(line) }
    }
    return rows
  }

  private func lines(of shown: ShownRow, _ layout: LogColumns, most: Int) -> [Line] {
    let row = shown.row
    let gutter = gutter(of: row)
    if let note = row.note {
      return [rule(note, row.source, columns: layout.total - 1).indented(gutter, row: shown.place)]
    }
    guard let line = shown.line else {
      return [Line(gutter + "this line is no longer kept", row: shown.place)]
    }
    let parts = parts(of: line, layout)
    var style = row.level == .fatal ? Theme.style(of: LogLevel.fatal) : Style.plain
    style.isUnderlined = shown.isHit
    var lines = parts.prefix(most).enumerated().map { number, part in
      guard number == 0 else {
        return Line(String(repeating: " ", count: layout.indent)).adding(part, style)
      }
      let time = layout.time == 0 ? "" : LogColumns.time(of: row, pane.timeForm, known)
      return Line(gutter + Text.fit(time, layout.time), row: shown.place)
        .adding(LogColumns.tag(of: row.source), columns: layout.tag).adding(" ")
        .adding(row.level.map { String($0.letter) } ?? " ", Theme.style(of: row.level)).adding(" ")
        .adding(part, style)
    }
    if row.hasFoldLine {
      let last = known.logView.lastRepeat(of: row.id).map { ", last \($0.clockText())" } ?? ""
      let count = row.repeats == 1 ? "once more" : "\(LogText.grouped(row.repeats)) times more"
      lines.append(
        Line(String(repeating: " ", count: 1 + layout.time))
          .adding("... the same \(count)\(last)  (Enter unfolds)", Theme.quiet))
    }
    return lines
  }

  /// "*" for a mark, "|" for the range.
  private func gutter(of row: LogRow) -> String {
    if pane.marks.contains(row.id) { return "*" }
    guard let start = pane.rangeStart, let cursor = pane.cursorLine else { return " " }
    return row.id >= min(start, cursor) && row.id <= max(start, cursor) ? "|" : " "
  }

  private func rule(_ note: LogNote, _ source: LogSource, columns: Int) -> Line {
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

  func textColumns(columns: Int) -> Int {
    LogColumns(pane, known, columns: columns).text
  }

  /// The lines a text takes; one where it runs out of the window.
  func textParts(_ row: LogRow, columns: Int) -> [String] {
    guard let line = known.logLine(row.id) else { return [""] }
    return parts(of: line, LogColumns(pane, known, columns: columns))
  }

  /// Columns of the text of a row.
  func width(of row: LogRow) -> Int {
    guard row.note == nil, let line = known.logLine(row.id) else { return 0 }
    return TextWidth.columns(of: text(of: line))
  }

  private func parts(of line: LogLine, _ layout: LogColumns) -> [String] {
    let text = text(of: line)
    guard pane.isWrapping else {
      return [Text.cut(Text.dropping(pane.sideways, of: text), layout.text)]
    }
    // More than a window holds is never wrapped.
    let most = layout.text * 100
    let isLong = text.utf8.count > most
    return Text.hardWrap(isLong ? String(text.prefix(most)) + "…" : text, layout.text)
  }

  private func text(of line: LogLine) -> String {
    line.cutBytes == 0
      ? line.text : line.text + " … (\(LogText.grouped(line.cutBytes)) bytes more, not kept)"
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

extension LogRow {
  /// Its repeats are told in a line of their own.
  var hasFoldLine: Bool { note == nil && repeats > 0 && !isUnfolded }
}
