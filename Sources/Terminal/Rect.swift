/// An area of the canvas, in cells; row and column count from 0 at the top left.
package struct Rect: Hashable, Sendable {
  package var row: Int
  package var column: Int
  package var rows: Int
  package var columns: Int

  package init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row
    self.column = column
    self.rows = max(0, rows)
    self.columns = max(0, columns)
  }

  package var isEmpty: Bool { rows == 0 || columns == 0 }
}

extension Rect {
  /// Two side by side, with two columns between them for a divider.
  package func split(at columns: Int) -> (left: Rect, right: Rect) {
    var left = self
    left.columns = columns
    var right = self
    right.column += columns + 2
    right.columns -= columns + 2
    return (left, right)
  }
}

package struct Size: Hashable, Sendable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

extension Size {
  package func contains(_ position: Position) -> Bool {
    position.row >= 0 && position.row < rows && position.column >= 0 && position.column < columns
  }
}

package struct Position: Hashable, Sendable {
  package var row: Int
  package var column: Int

  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}
