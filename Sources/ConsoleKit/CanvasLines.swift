import Terminal

extension Canvas {
  /// Draws one line into a row of the rect's columns.
  package mutating func draw(_ line: Line, row: Int, column: Int, columns: Int) {
    let end = column + columns
    var at = column
    for span in line.spans where at < end {
      at = write(span.text, row: row, column: at, columns: end - at, style: span.style)
    }
  }

  /// Draws the lines from `offset` on, as many as the rect has rows. The line of row `cursor` is
  /// marked with ">" and drawn in reverse.
  package mutating func draw(
    _ lines: [Line], from offset: Int = 0, cursor: Int? = nil, in rect: Rect
  ) {
    guard !rect.isEmpty else { return }
    for (number, line) in lines.dropFirst(max(0, offset)).prefix(rect.rows).enumerated() {
      let row = rect.row + number
      let isUnderCursor = line.row != nil && line.row == cursor
      guard isUnderCursor else {
        draw(line, row: row, column: rect.column, columns: rect.columns)
        continue
      }
      var reversed = line
      for index in reversed.spans.indices { reversed.spans[index].style.isReverse = true }
      fill(Rect(row: row, column: rect.column, rows: 1, columns: rect.columns), style: Theme.cursor)
      draw(reversed, row: row, column: rect.column, columns: rect.columns)
      write(">", row: row, column: rect.column, columns: 1, style: Theme.cursor)
    }
  }

  /// Draws a list so that the row under the cursor is in sight.
  package mutating func draw(list lines: [Line], cursor: Int, in rect: Rect) {
    let at = lines.firstIndex { $0.row == cursor } ?? 0
    let last = max(0, lines.count - rect.rows)
    draw(lines, from: max(0, min(at - rect.rows / 2, last)), cursor: cursor, in: rect)
  }

  /// Draws a list under its heading over the lower part of the rect, as many rows as are wanted and
  /// there are.
  package mutating func draw(
    _ lines: [Line], under heading: Line, cursor: Int, rows: Int, below rect: Rect
  ) {
    var area = rect
    area.rows = min(rect.rows, rows)
    area.row = rect.row + rect.rows - area.rows
    fill(area, style: .plain)
    draw(heading, row: area.row, column: area.column, columns: area.columns)
    area.row += 1
    area.rows -= 1
    draw(list: lines, cursor: cursor, in: area)
  }

  /// A line of "│" between two columns of a pane.
  package mutating func drawDivider(column: Int, in rect: Rect) {
    for row in rect.row..<(rect.row + rect.rows) {
      write("│", row: row, column: column, columns: 1, style: Theme.frame)
    }
  }
}

extension Rect {
  /// Two parts side by side, the left one with so many of a hundred columns; nil where the window is
  /// not wide enough for two.
  ///
  /// - Parameter least: columns that the left one needs.
  package func sideBySide(left share: Int, least: Int = 0) -> (left: Rect, right: Rect)? {
    columns < 120 ? nil : split(at: max(least, columns * share / 100))
  }
}
