import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The Pools pane as it is drawn: the list of ranges, and under or beside it the range under the
/// cursor.
struct PoolScreen {
  let pane: PoolsPane
  let known: Known
  /// The pool with its draft; nil while none is known.
  let table: DraftedPool?

  /// - Parameter field: the range being typed.
  init(_ pane: PoolsPane, _ known: Known, field: RangeField? = nil) {
    self.pane = pane
    self.known = known
    table = pane.table(known, field: field)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard let table else {
      canvas.draw(withoutPools(columns: rect.columns), in: rect)
      return
    }
    var first = rect
    first.rows = 1
    canvas.draw(
      [header(table, columns: rect.columns)],
      cursor: table.current == nil && table.field == nil ? 0 : nil, in: first)
    var area = rect
    area.row += 1
    area.rows -= 1
    guard let (left, right) = area.sideBySide(left: 57, least: 70) else {
      drawList(
        table, PoolDetails(screen: self, table: table).below(columns: rect.columns), area, &canvas)
      return
    }
    drawList(
      table, PoolDetails(screen: self, table: table).left(columns: left.columns), left, &canvas)
    canvas.drawDivider(column: left.columns, in: area)
    canvas.draw(PoolDetails(screen: self, table: table).right(columns: right.columns), in: right)
  }

  /// The whole pane as text, every row.
  func allLines(columns: Int) -> [Line] {
    guard let table else { return withoutPools(columns: columns) }
    var lines = [header(table, columns: columns), heading(columns: columns)]
    lines += rowLines(table, 0..<table.shownCount, columns: columns)
    if table.shownCount == 0 { lines.append(emptyLine(table)) }
    lines.append(Line(" " + Self.totalsText(table), style: Theme.label))
    lines += PoolDetails(screen: self, table: table).below(columns: columns)
    lines += PoolDetails(screen: self, table: table).inUse(columns: columns, rows: .max)
    return lines
  }

  // MARK: The list

  /// The list takes the rows the details leave, but a third of them at least.
  private func drawList(
    _ table: DraftedPool, _ details: [Line], _ rect: Rect, _ canvas: inout Canvas
  ) {
    canvas.draw(
      heading(columns: rect.columns), row: rect.row, column: rect.column, columns: rect.columns)
    let room = max(0, rect.rows - 2)
    let needed = max(1, table.shownCount + unfoldedCount(table))
    var list = rect
    list.row += 1
    list.rows = min(room, max(min(needed, max(4, room / 3)), min(needed, room - details.count)))
    let cursor = table.cursorPlace
    // The pool's own line stands before the list, a new range behind it.
    let around = cursor ?? (table.field == nil ? 0 : table.shownCount)
    let places = max(0, around - list.rows)..<min(table.shownCount, around + list.rows)
    var lines = rowLines(table, places, columns: rect.columns)
    if table.shownCount == 0 { lines = [emptyLine(table)] }
    if cursor == nil, table.field != nil, lines.count > list.rows {
      lines.removeFirst(lines.count - list.rows)
    }
    canvas.draw(list: lines, cursor: cursor.map { $0 + 1 } ?? -1, in: list)
    var below = list
    below.row += list.rows
    below.rows = rect.row + rect.rows - below.row
    canvas.draw(
      [Line(Text.cut(" " + Self.totalsText(table), rect.columns), style: Theme.label)], in: below)
    below.row += 1
    below.rows -= 1
    canvas.draw(details, in: below)
    placeCaret(table.field, in: below, on: &canvas)
    var rest = below
    rest.row += details.count
    rest.rows -= details.count
    guard rest.rows > 0 else { return }
    canvas.draw(
      PoolDetails(screen: self, table: table).more(columns: rect.columns, rows: rest.rows), in: rest
    )
  }

  private func placeCaret(_ field: RangeField?, in details: Rect, on canvas: inout Canvas) {
    guard let field, field.fix == nil, details.rows > 1 else {
      return
    }
    let shown = field.editor.visible(columns: PoolDetails.fieldTable(in: details.columns).widths[1])
    canvas.caret = Position(row: details.row + 1, column: details.column + 2 + shown.caret)
  }

  private func unfoldedCount(_ table: DraftedPool) -> Int {
    guard !pane.unfolded.isEmpty else { return 0 }
    return (0..<table.shownCount).reduce(0) { sum, place in
      let row = table.rows[table.index(at: place)]
      guard pane.unfolded.contains(row.text) else { return sum }
      return sum + max(1, table.seats(of: row).count)
    }
  }

  private func rowLines(_ table: DraftedPool, _ places: Range<Int>, columns: Int) -> [Line] {
    places.flatMap { place -> [Line] in
      let row = table.rows[table.index(at: place)]
      var lines = [line(of: row, table, place: place, columns: columns)]
      guard pane.unfolded.contains(row.text) else { return lines }
      let seats = table.seats(of: row)
      lines += seats.map { Self.seatLine($0, columns: columns - 4).indented(by: 4) }
      if seats.isEmpty { lines.append(Line("      nobody sits in it", style: Theme.quiet)) }
      return lines
    }
  }

  private func line(of row: PoolDraft.Row, _ table: DraftedPool, place: Int, columns: Int) -> Line {
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
    let columns = Self.columns(in: columns)
    return columns.line(
      [
        Table.Cell(" \(sign(row)) ", style), Table.Cell(SafeText.line(row.text), style),
        Table.Cell(use.map { Self.short($0.count) } ?? "-"),
        Table.Cell(isCounted ? "\(used)" : "-"),
        Table.Cell(isKnown ? use.map { Self.short($0.free) } ?? "-" : "-"),
        Table.Cell(word.rawValue, Theme.style(of: word)),
        Table.Cell(note(row, use, table, room: columns.widths.last ?? 0)),
      ], row: place + 1)
  }

  private func sign(_ row: PoolDraft.Row) -> String {
    switch row.kind {
    case .unchanged: " "
    case .removed: "-"
    case .added: "+"
    case .edited: "~"
    }
  }

  /// What follows the state: why it leaves, what is wrong, or who sits where.
  private func note(
    _ row: PoolDraft.Row, _ use: RangeUse?, _ table: DraftedPool, room: Int
  ) -> String {
    guard row.stays else {
      let count = table.seats(of: row).count
      return count == 0 ? "leaves, nobody inside" : "leaves, \(count) in it"
    }
    if let problem = table.problems(of: row).first { return problem.messageBesideEntry }
    if case .edited(let old) = row.kind { return "was \(SafeText.line(old.text))" }
    guard let use, room >= Self.stripCells else { return "" }
    return String(use.strip(cells: Self.stripCells).map(\.rawValue))
  }

  // MARK: Columns

  private static let stripCells = 16

  /// The strip of a range has its place before the text grows.
  private static func columns(in columns: Int) -> Table {
    Table(
      [
        .fixed(3), .growing(27, to: 40, "RANGE", share: 2), .fixed(7, "COUNT", .right),
        .fixed(5, "USED", .right, rank: 1), .fixed(6, "FREE", .right),
        .fixed(5, "STATE", gap: 1), .growing(stripCells - 1, share: 3),
      ], in: columns)
  }

  private func heading(columns: Int) -> Line {
    Self.columns(in: columns).headings(style: Theme.quiet)
  }
}
