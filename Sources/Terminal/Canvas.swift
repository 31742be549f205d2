/// One character position: a grapheme of one or two columns, or the right half of a wide one.
package struct Cell: Hashable, Sendable {
  /// "" for the right half of a wide character.
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

  package subscript(row: Int, column: Int) -> Cell {
    get { cells[row * size.columns + column] }
    set { cells[row * size.columns + column] = newValue }
  }

  /// Writes one line of text, made harmless, cut with "…" where it is wider than `columns`.
  ///
  /// - Returns: the column after the last cell written.
  @discardableResult
  package mutating func write(
    _ text: some StringProtocol, row: Int, column: Int, columns: Int? = nil,
    style: Style = .plain
  ) -> Int {
    guard row >= 0, row < size.rows, column < size.columns, column >= 0 else { return column }
    let end = min(size.columns, column + (columns ?? size.columns))
    let width = TextWidth.columns(of: text)
    var at = column
    let room = end - column
    guard room > 0 else { return column }
    for character in text {
      let columns = TextWidth.columns(of: character)
      guard columns > 0 else { continue }
      let isCut = width > room && at + columns > end - 1
      if isCut {
        self[row, at] = Cell("…", style: style)
        return at + 1
      }
      self[row, at] = Cell(character, style: style)
      if columns == 2 { self[row, at + 1] = Cell(nil, style: style) }
      at += columns
    }
    return at
  }

  /// Fills an area with blanks of one style.
  package mutating func fill(_ rect: Rect, style: Style) {
    for row in max(0, rect.row)..<max(0, min(size.rows, rect.row + rect.rows)) {
      for column in max(0, rect.column)..<max(0, min(size.columns, rect.column + rect.columns)) {
        self[row, column] = Cell(" ", style: style)
      }
    }
  }

  /// The frame as lines of text without styles, blanks at the ends kept.
  package var text: String {
    (0..<size.rows).map { row in
      String((0..<size.columns).compactMap { self[row, $0].text })
    }.joined(separator: "\n")
  }
}
