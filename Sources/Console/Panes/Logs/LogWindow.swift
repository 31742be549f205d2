import IPLeasesCore
import Logs
import Terminal

/// Which rows of the list are in sight, in an area of so many rows and columns.
struct LogWindow {
  let view: LogView
  private let pane: LogsPane
  private let known: Known
  let rows: Int
  let columns: Int

  init(_ pane: LogsPane, _ known: Known, rows: Int, columns: Int) {
    view = known.logView
    self.pane = pane
    self.known = known
    self.rows = max(1, rows)
    self.columns = columns
  }

  /// The window in the pane as it stands on the screen.
  init(_ pane: LogsPane, _ known: Known) {
    let area = LogAreas(pane, known, in: known.size.content).list
    self.init(pane, known, rows: area.rows, columns: area.columns)
  }

  /// The first row in sight; 0 in an empty list.
  var first: Int {
    let count = view.rowCount
    guard count > 0 else { return 0 }
    let last = firstRow(endingWith: count - 1)
    if pane.isFollowing { return last }
    let cursor = pane.cursorPlace(known.logView) ?? 0
    let top = pane.top.map { view.row(of: $0) } ?? cursor
    if cursor < top { return min(cursor, last) }
    // No further than the cursor: a jump may lead far away.
    return max(min(top, last), firstRow(endingWith: cursor))
  }

  /// The rows in sight, the last of them perhaps cut.
  var visible: Range<Int> {
    let count = view.rowCount
    let first = first
    var end = first
    var used = 0
    while end < count, used < rows {
      used += height(of: end)
      end += 1
    }
    return first..<end
  }

  /// The first row of a window that ends with this one.
  private func firstRow(endingWith last: Int) -> Int {
    var row = last
    var used = height(of: last)
    while row > 0 {
      used += height(of: row - 1)
      if used > rows { break }
      row -= 1
    }
    return row
  }

  /// Rows of the screen that a row of the list takes.
  private func height(of place: Int) -> Int {
    let row = view.row(at: place)
    if row.note != nil { return 1 }
    let text =
      pane.isWrapping
      ? LogScreen(pane: pane, known: known).textParts(row, columns: columns).count : 1
    return min(rows, text) + (row.hasFoldLine ? 1 : 0)
  }
}

/// How the pane is divided, from the top.
struct LogAreas {
  var header: Rect
  var strip: Rect
  var list: Rect
  var chosen: Rect
  var status: Rect

  /// Where there is so much room, more is shown without being asked for.
  private static let rowsForStrip = 26
  private static let rowsForChosen = 32

  init(_ pane: LogsPane, _ known: Known, in rect: Rect) {
    let isTall = rect.rows >= Self.rowsForStrip
    let strip = pane.showsStrip ?? isTall
    let chosen = pane.showsChosen ?? (rect.rows >= Self.rowsForChosen)
    let status = LogScreen(pane: pane, known: known).statusLines(columns: rect.columns).count
    var left = rect.rows
    func take(_ rows: Int, leaving least: Int) -> Int {
      let taken = left - rows >= least ? rows : 0
      left -= taken
      return taken
    }
    let headerRows = take(1, leaving: 4)
    let statusRows = take(status, leaving: 3)
    let chosenRows = chosen ? take(isTall ? 7 : 6, leaving: 4) : 0
    let stripRows = strip ? take(LogStrip.rows(isTall: isTall), leaving: 4) : 0
    var row = rect.row
    func area(_ rows: Int) -> Rect {
      defer { row += rows }
      return Rect(row: row, column: rect.column, rows: rows, columns: rect.columns)
    }
    header = area(headerRows)
    self.strip = area(stripRows)
    list = area(left)
    self.chosen = area(chosenRows)
    self.status = area(statusRows)
  }
}
