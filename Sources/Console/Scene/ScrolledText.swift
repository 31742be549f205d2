import ConsoleKit
import Terminal

/// An overlay that is a text, scrolled where it is longer than the window.
package protocol ScrolledText: Overlay {
  var scroll: Scroll { get set }
  func lines(_ scene: Scene, columns: Int) -> [Line]
  /// Rows below the text that something else takes.
  func rowsBelow(columns: Int) -> Int
}

extension ScrolledText {
  package func rowsBelow(columns: Int) -> Int { 0 }

  package func text(_ scene: Scene, columns: Int) -> [Line]? { lines(scene, columns: columns) }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let lines = lines(scene, columns: rect.columns)
    canvas.draw(lines, from: scroll.offset(lines: lines.count, rows: rect.rows), in: rect)
  }

  package mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]? {
    guard case .move(let movement) = action else { return nil }
    move(movement, scene)
    return []
  }

  package func hint(_ scene: Scene) -> String? {
    let below = below(scene)
    return below.isEmpty ? "Esc closes." : "\(below), PgDn goes there. Esc closes."
  }

  package mutating func move(_ movement: Movement, _ scene: Scene) {
    let area = scene.known.size.content
    scroll.move(
      movement, lines: lines(scene, columns: area.columns).count,
      rows: area.rows - rowsBelow(columns: area.columns))
  }

  /// "12 more lines below"; "" where its end is in sight.
  package func below(_ scene: Scene) -> String {
    let area = scene.known.size.content
    let rows = area.rows - rowsBelow(columns: area.columns)
    let lines = lines(scene, columns: area.columns).count
    let count = max(0, lines - rows - scroll.offset(lines: lines, rows: rows))
    if count == 0 { return "" }
    return count == 1 ? "1 more line below" : "\(count) more lines below"
  }
}

extension Size {
  /// The area between the tabs and the message.
  package var content: Rect { Rect(row: 2, column: 0, rows: rows - 4, columns: columns) }
}
