/// One character position: a grapheme of one or two columns, or the right half of a wide one.
package struct Cell: Hashable, Sendable {
  /// nil for the right half of a wide character.
  package var text: Character?
  package var style: Style

  package init(_ text: Character?, style: Style = .plain) {
    self.text = text
    self.style = style
  }

  package static let blank = Cell(" ")
}

/// The grid of cells a frame is drawn into. Writing outside of it, or of the limit given, is cut.
package struct Canvas: Hashable, Sendable {
  package let size: Size
  /// Row by row, `size.rows * size.columns` of them.
  package private(set) var cells: [Cell]
  /// Where the terminal's own cursor stands; nil hides it.
  package var caret: Position?

  package init(size: Size) {
    self.size = Size(rows: max(0, size.rows), columns: max(0, size.columns))
    cells = Array(repeating: .blank, count: self.size.rows * self.size.columns)
  }

  package var bounds: Rect { Rect(row: 0, column: 0, rows: size.rows, columns: size.columns) }

  /// Blank outside of the canvas, where setting does nothing.
  package subscript(row: Int, column: Int) -> Cell {
    get { contains(row: row, column: column) ? cells[row * size.columns + column] : .blank }
    set {
      guard contains(row: row, column: column) else { return }
      cells[row * size.columns + column] = newValue
    }
  }

  /// Writes one line of text, made harmless, cut with "…" where it is wider than `columns`.
  /// Takes time for what is shown, not for the length of the text.
  ///
  /// - Returns: the column after the last cell written.
  @discardableResult
  package mutating func write(
    _ text: some StringProtocol, row: Int, column: Int, columns: Int? = nil,
    style: Style = .plain
  ) -> Int {
    guard row >= 0, row < size.rows, column < size.columns, column >= 0 else { return column }
    let room = min(size.columns - column, columns ?? size.columns)
    guard room > 0 else { return column }
    let end = column + room
    separateHalves(row: row, at: column)
    var at = column
    var last = column
    // What takes no column must not be walked for ever either.
    var steps = 64 + room * 16
    for scalar in text.unicodeScalars {
      steps -= 1
      let width = TextWidth.columns(of: scalar)
      if steps < 0 || at + width > end {
        at = cut(row: row, at: at < end ? at : last, end: end, style: style)
        break
      }
      if width == 0 {
        if at > column { addMark(scalar, row: row, column: last) }
        continue
      }
      if at + width < end { separateHalves(row: row, at: at + width) }
      last = at
      self[row, at] = Cell(Character(scalar), style: style)
      if width == 2 { self[row, at + 1] = Cell(nil, style: style) }
      at += width
    }
    return at
  }

  /// Fills an area with blanks of one style.
  package mutating func fill(_ rect: Rect, style: Style) {
    let left = max(0, rect.column)
    let right = min(size.columns, rect.column + rect.columns)
    let top = max(0, rect.row)
    let bottom = min(size.rows, rect.row + rect.rows)
    guard left < right, top < bottom else { return }
    for row in top..<bottom {
      separateHalves(row: row, at: left)
      separateHalves(row: row, at: right)
      for column in left..<right { self[row, column] = Cell(" ", style: style) }
    }
  }

  /// Draws `── title ─────`; only the line where there is no title or no room for one.
  package mutating func rule(
    row: Int, column: Int, columns: Int, title: String = "", style: Style = .plain
  ) {
    let columns = min(columns, size.columns - column)
    guard columns > 0 else { return }
    write(
      String(repeating: "─", count: columns), row: row, column: column, columns: columns,
      style: style)
    // Two of the line and a blank on each side.
    guard !title.isEmpty, columns > 6 else { return }
    let titleEnd = write(
      " \(title)", row: row, column: column + 2, columns: columns - 5, style: style)
    write(" ", row: row, column: titleEnd, columns: column + columns - titleEnd, style: style)
  }

  /// Draws a line downwards.
  package mutating func verticalRule(row: Int, column: Int, rows: Int, style: Style = .plain) {
    guard rows > 0 else { return }
    for line in row..<row + rows { write("│", row: line, column: column, columns: 1, style: style) }
  }

  /// The frame as lines of text without styles, blanks at the ends kept.
  package var text: String {
    (0..<size.rows).map { row in
      String((0..<size.columns).compactMap { self[row, $0].text })
    }.joined(separator: "\n")
  }

  private func contains(row: Int, column: Int) -> Bool {
    row >= 0 && row < size.rows && column >= 0 && column < size.columns
  }

  /// Blanks the wide character whose right half stands at `column`: one of its halves is about to
  /// be overwritten.
  private mutating func separateHalves(row: Int, at column: Int) {
    guard column > 0, column < size.columns, self[row, column].text == nil else { return }
    self[row, column].text = " "
    self[row, column - 1].text = " "
  }

  /// Writes the sign that something is missing; a wide character that it replaces leaves a blank.
  private mutating func cut(row: Int, at column: Int, end: Int, style: Style) -> Int {
    self[row, column] = Cell("…", style: style)
    if column + 1 < end, self[row, column + 1].text == nil {
      self[row, column + 1] = Cell(" ", style: style)
    }
    return column + 1
  }

  private mutating func addMark(_ mark: Unicode.Scalar, row: Int, column: Int) {
    guard TextWidth.isMark(mark), let base = self[row, column].text else { return }
    guard base.unicodeScalars.count < DrawableRow.scalarLimit else { return }
    var joined = String(base)
    joined.unicodeScalars.append(mark)
    // A mark that forms no grapheme with its base would trap as a Character.
    guard joined.count == 1 else { return }
    self[row, column].text = Character(joined)
  }
}
