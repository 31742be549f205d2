import ConsoleKit
import IPLeasesCore
import Terminal

/// Draws the whole console. Asks nothing but the scene.
package func view(_ scene: Scene, _ canvas: inout Canvas) {
  let size = canvas.size
  guard Frame.isLargeEnough(size) else {
    SafeScreen.draw(scene, on: &canvas)
    return
  }
  let columns = size.columns
  canvas.draw(Frame.title(scene, columns: columns), row: 0, column: 0, columns: columns)
  let second =
    scene.uppermost { overlay, beneath in overlay.heading(beneath, columns: columns) }
    ?? Frame.tabs(scene, columns: columns)
  canvas.draw(second, row: 1, column: 0, columns: columns)
  var content = size.content
  let asked = scene.answer { overlay, beneath in overlay.bottom(beneath, columns: columns) }
  let bottom = asked ?? Bottom()
  content.rows -= bottom.lines.count
  drawContent(scene, in: content, on: &canvas)
  var below = content
  below.row += content.rows
  below.rows = bottom.lines.count
  canvas.fill(below, style: .plain)
  canvas.draw(bottom.lines, in: below)
  drawMessage(scene, bottom, row: size.rows - 2, on: &canvas)
  canvas.write(
    Frame.keys(scene, columns: columns), row: size.rows - 1, column: 0, style: Theme.quiet)
}

/// The uppermost overlay that covers the panes, else the pane; over it what is the uppermost of all.
private func drawContent(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
  let covering = scene.overlays.lastIndex { $0.isCovering }
  if let covering {
    scene.overlays[covering].draw(scene.beneath(covering), in: rect, on: &canvas)
  } else {
    scene.pane.draw(scene.known, in: rect, on: &canvas)
  }
  let last = scene.overlays.count - 1
  if last >= 0, covering != last {
    scene.overlays[last].draw(scene.beneath(last), in: rect, on: &canvas)
  }
}

private func drawMessage(_ scene: Scene, _ asked: Bottom, row: Int, on canvas: inout Canvas) {
  let columns = canvas.size.columns
  guard let editor = asked.editor else {
    if asked.hidesMessage { return }
    let message = Frame.message(scene)
    canvas.write(
      Text.cut(message.text, columns), row: row, column: 0,
      style: message.isNotice ? Theme.notice : .plain)
    return
  }
  let shown = editor.visible(columns: columns - 3)
  canvas.write("> ", row: row, column: 0, style: Theme.label)
  canvas.write(shown.text, row: row, column: 2, columns: columns - 3)
  guard asked.isListening else { return }
  canvas.caret = Position(row: row, column: min(columns - 1, 2 + shown.caret))
}
