import ConsoleKit
import IPLeasesCore
import Terminal

/// Draws the whole console. Asks nothing but the state.
package func view(_ state: State, _ canvas: inout Canvas) {
  let size = canvas.size
  guard Frame.isLargeEnough(size) else {
    SafeScreen.draw(state, on: &canvas)
    return
  }
  let columns = size.columns
  canvas.draw(Frame.title(state, columns: columns), row: 0, column: 0, columns: columns)
  let second =
    Screens.heading(state, columns: columns) ?? Frame.tabs(state, columns: columns)
  canvas.draw(second, row: 1, column: 0, columns: columns)
  var content = Frame.content(size)
  let asked = bottom(state, columns: columns)
  content.rows -= asked.lines.count
  Screens.drawContent(state, in: content, on: &canvas)
  drawOverlay(state, in: content, on: &canvas)
  var below = content
  below.row += content.rows
  below.rows = asked.lines.count
  canvas.fill(below, style: .plain)
  canvas.draw(asked.lines, in: below)
  drawMessage(state, asked, row: size.rows - 2, on: &canvas)
  canvas.write(
    Frame.keys(state, columns: columns), row: size.rows - 1, column: 0, style: Theme.quiet)
}

private struct Bottom {
  /// The question, in the last rows of the content.
  var lines: [Line] = []
  /// The text line, in the message row.
  var editor: LineEditor?
  /// Keys are taken; before that the line has no caret.
  var isListening = true
}

private func bottom(_ state: State, columns: Int) -> Bottom {
  switch state.layers.last {
  case .plan(let plan) where plan.typedWord.isShown:
    let below = Screens.below(state)
    let remark = below.isEmpty ? "" : "\(below), Tab goes there."
    let lines = [Line(Text.cut(state.notice ?? remark, columns))]
    return Bottom(
      lines: lines + plan.prompt(columns: columns),
      editor: plan.typedWord.editor, isListening: !state.isDroppingKeys)
  case .question(let question):
    var texts = Text.wrap(question.text.joined(separator: " "), columns - 1)
    if let notice = state.notice, question.typedWord != nil { texts.append(notice) }
    let lines =
      [Line.rule("", columns: columns)] + texts.map { Line($0) }
      + [Line(question.prompt, style: Theme.notice)]
    return Bottom(
      lines: lines, editor: question.typedWord?.editor, isListening: !state.isDroppingKeys)
  case .input(let input):
    return Bottom(
      lines: [Line.rule("", columns: columns)] + input.lines(state, columns: columns),
      editor: input.editor)
  case .palette(let palette): return Bottom(editor: palette.editor)
  case nil, .plan, .run, .activity, .help, .reading, .range, .logChoices, .menu: return Bottom()
  }
}

private func drawMessage(
  _ state: State, _ asked: Bottom, row: Int, on canvas: inout Canvas
) {
  let columns = canvas.size.columns
  guard let editor = asked.editor else {
    if case .question = state.layers.last { return }
    let message = Frame.message(state)
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

/// A list over the lower part of the pane: the palette as high as it is while letters are typed, the
/// others as high as they need.
private func drawOverlay(_ state: State, in content: Rect, on canvas: inout Canvas) {
  let columns = content.columns
  switch state.layers.last {
  case .palette(let palette):
    let lines = palette.lines(state, columns: columns)
    let heading = Line.rule("Command", trailing: "\(lines.count) match", columns: columns)
    draw(lines, under: heading, palette.cursor.index(in: lines.count), rows: 14, content, &canvas)
  case .menu(let menu):
    let lines = menu.lines(state, columns: columns)
    let cursor = menu.cursor.index(in: menu.entries(state).count)
    let heading = Line.rule(menu.title(state), columns: columns)
    draw(lines, under: heading, cursor, rows: lines.count + 1, content, &canvas)
  case .logChoices(let choices):
    let lines = choices.lines(state, columns: columns)
    let heading = Line.rule(choices.title, columns: columns)
    let cursor = choices.cursor.index(in: lines.count)
    draw(lines, under: heading, cursor, rows: lines.count + 1, content, &canvas)
  case nil, .plan, .run, .activity, .help, .reading, .range, .input, .question: break
  }
}

private func draw(
  _ lines: [Line], under heading: Line, _ cursor: Int, rows: Int, _ content: Rect,
  _ canvas: inout Canvas
) {
  var area = content
  area.rows = min(content.rows, rows)
  area.row = content.row + content.rows - area.rows
  canvas.fill(area, style: .plain)
  canvas.draw(heading, row: area.row, column: 0, columns: area.columns)
  area.row += 1
  area.rows -= 1
  canvas.draw(list: lines, cursor: cursor, in: area)
}
