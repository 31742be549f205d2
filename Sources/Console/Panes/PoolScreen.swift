import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The Pools pane as it is drawn: the list of ranges, and under or beside it the range under the
/// cursor.
enum PoolScreen {
  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    guard let table = DraftedPool(state) else {
      canvas.draw(withoutPools(state, columns: rect.columns), in: rect)
      return
    }
    var first = rect
    first.rows = 1
    canvas.draw(
      [header(table, state, columns: rect.columns)],
      cursor: table.current == nil && state.rangeField == nil ? 0 : nil, in: first)
    var area = rect
    area.row += 1
    area.rows -= 1
    guard rect.columns >= 120 else {
      drawList(table, state, PoolDetails.below(table, state, columns: rect.columns), area, &canvas)
      return
    }
    let (left, right) = area.split(at: max(70, rect.columns * 57 / 100))
    drawList(table, state, PoolDetails.left(table, state, columns: left.columns), left, &canvas)
    canvas.drawDivider(column: left.columns, in: area)
    canvas.draw(PoolDetails.right(table, state, columns: right.columns), in: right)
  }

  /// The whole pane as text, every row.
  static func allLines(_ state: State, columns: Int) -> [Line] {
    guard let table = DraftedPool(state) else { return withoutPools(state, columns: columns) }
    var lines = [header(table, state, columns: columns), heading(columns: columns)]
    lines += rowLines(table, state, 0..<table.shownCount, columns: columns)
    if table.shownCount == 0 { lines.append(emptyLine(table, state)) }
    lines.append(Line(" " + totalsText(table), style: Theme.label))
    lines += PoolDetails.below(table, state, columns: columns)
    lines += PoolDetails.inUse(table, state, columns: columns, rows: .max)
    return lines
  }

  // MARK: The list

  /// The list takes the rows the details leave, but a third of them at least.
  private static func drawList(
    _ table: DraftedPool, _ state: State, _ details: [Line], _ rect: Rect, _ canvas: inout Canvas
  ) {
    canvas.draw(
      heading(columns: rect.columns), row: rect.row, column: rect.column, columns: rect.columns)
    let room = max(0, rect.rows - 2)
    let needed = max(1, table.shownCount + unfoldedCount(table, state))
    var list = rect
    list.row += 1
    list.rows = min(room, max(min(needed, max(4, room / 3)), min(needed, room - details.count)))
    let cursor = table.cursorPlace
    // The pool's own line stands before the list, a new range behind it.
    let around = cursor ?? (state.rangeField == nil ? 0 : table.shownCount)
    let places = max(0, around - list.rows)..<min(table.shownCount, around + list.rows)
    var lines = rowLines(table, state, places, columns: rect.columns)
    if table.shownCount == 0 { lines = [emptyLine(table, state)] }
    if cursor == nil, state.rangeField != nil, lines.count > list.rows {
      lines.removeFirst(lines.count - list.rows)
    }
    canvas.draw(list: lines, cursor: cursor.map { $0 + 1 } ?? -1, in: list)
    var below = list
    below.row += list.rows
    below.rows = rect.row + rect.rows - below.row
    canvas.draw(
      [Line(Text.cut(" " + totalsText(table), rect.columns), style: Theme.label)], in: below)
    below.row += 1
    below.rows -= 1
    canvas.draw(details, in: below)
    placeCaret(state, in: below, on: &canvas)
    var rest = below
    rest.row += details.count
    rest.rows -= details.count
    guard rest.rows > 0 else { return }
    canvas.draw(PoolDetails.more(table, state, columns: rect.columns, rows: rest.rows), in: rest)
  }

  private static func placeCaret(_ state: State, in details: Rect, on canvas: inout Canvas) {
    guard case .range(let field) = state.layers.last, field.fix == nil, details.rows > 1 else {
      return
    }
    let shown = field.editor.visible(columns: PoolDetails.fieldColumns(details.columns))
    canvas.caret = Position(row: details.row + 1, column: details.column + 2 + shown.caret)
  }

  private static func unfoldedCount(_ table: DraftedPool, _ state: State) -> Int {
    guard !state.pools.unfolded.isEmpty else { return 0 }
    return (0..<table.shownCount).reduce(0) { sum, place in
      let row = table.rows[table.index(at: place)]
      guard state.pools.unfolded.contains(row.text) else { return sum }
      return sum + max(1, table.seats(of: row).count)
    }
  }

  private static func rowLines(
    _ table: DraftedPool, _ state: State, _ places: Range<Int>, columns: Int
  ) -> [Line] {
    places.flatMap { place -> [Line] in
      let row = table.rows[table.index(at: place)]
      var lines = [line(of: row, table, place: place, columns: columns)]
      guard state.pools.unfolded.contains(row.text) else { return lines }
      let seats = table.seats(of: row)
      lines += seats.map { seatLine($0, columns: columns - 4).indented(by: 4) }
      if seats.isEmpty { lines.append(Line("      nobody sits in it", style: Theme.quiet)) }
      return lines
    }
  }

  private static func line(
    of row: PoolDraft.Row, _ table: DraftedPool, place: Int, columns: Int
  ) -> Line {
    let use = table.use(of: row)
    let used = use?.used ?? 0
    let word = table.word(of: row)
    let style: Style =
      switch row.kind {
      case .unchanged: .plain
      case .removed: Theme.removed
      case .added, .edited: Theme.added
      }
    let isKnown = table.live.isUseKnown
    let isCounted = isKnown && (!row.isNew || used > 0)
    var line = Line(" \(sign(row)) ", style: style, row: place + 1)
      .adding(SafeText.line(row.text), columns: textColumns(columns), style: style)
      .adding(use.map { short($0.count) } ?? "-", columns: 7, .right)
    if columns >= 69 { line = line.adding(isCounted ? "\(used)" : "-", columns: 5, .right) }
    line = line.adding(isKnown ? use.map { short($0.free) } ?? "-" : "-", columns: 6, .right)
      .adding(" ")
      .adding(word.rawValue, columns: 5, style: Theme.style(of: word))
    let room = columns - textColumns(columns) - (columns >= 69 ? 27 : 22)
    return line.adding(Text.cut(note(row, use, table, columns: columns), max(1, room)))
  }

  private static func sign(_ row: PoolDraft.Row) -> String {
    switch row.kind {
    case .unchanged: " "
    case .removed: "-"
    case .added: "+"
    case .edited: "~"
    }
  }

  /// What follows the state: why it leaves, what is wrong, or who sits where.
  private static func note(
    _ row: PoolDraft.Row, _ use: RangeUse?, _ table: DraftedPool, columns: Int
  ) -> String {
    guard row.stays else {
      let count = table.seats(of: row).count
      return count == 0 ? "leaves, nobody inside" : "leaves, \(count) in it"
    }
    if let problem = table.problems(of: row).first {
      let message = SafeText.line(problem.message)
      let text = SafeText.line(row.text) + " "
      return message.hasPrefix(text) ? String(message.dropFirst(text.count)) : message
    }
    if case .edited(let old) = row.kind { return "was \(SafeText.line(old.text))" }
    guard columns >= 68, let use else { return "" }
    return String(use.strip(cells: stripCells).map(\.rawValue))
  }

  // MARK: Columns

  private static let stripCells = 16

  private static func textColumns(_ columns: Int) -> Int {
    columns >= 100 ? 40 : columns >= 78 ? 31 : 27
  }

  private static func heading(columns: Int) -> Line {
    var line = Line("   ").adding("RANGE", columns: textColumns(columns))
      .adding("COUNT", columns: 7, .right)
    if columns >= 69 { line = line.adding("USED", columns: 5, .right) }
    line = line.adding("FREE", columns: 6, .right).adding(" STATE")
    return Line(line.text, style: Theme.quiet)
  }
}
