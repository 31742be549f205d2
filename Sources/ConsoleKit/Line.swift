import Terminal

/// One line of a pane: pieces of text with a style each, and the row of the list it stands for.
package struct Line: Hashable, Sendable {
  package struct Span: Hashable, Sendable {
    package var text: String
    package var style: Style
  }

  package var spans: [Span]
  /// The row the cursor can stand on; nil for lines that only belong to one.
  package var row: Int?

  package init(_ text: String = "", style: Style = .plain, row: Int? = nil) {
    spans = text.isEmpty ? [] : [Span(text: text, style: style)]
    self.row = row
  }

  package var text: String { spans.map(\.text).joined() }

  package func adding(_ text: String, _ style: Style = .plain) -> Line {
    var line = self
    line.spans.append(Span(text: text, style: style))
    return line
  }

  /// Adds a column of exactly `columns`.
  package func adding(
    _ text: String, columns: Int, _ alignment: Text.Alignment = .left, style: Style = .plain
  ) -> Line {
    adding(Text.fit(text, columns, alignment), style)
  }

  /// "── Title ─────── trailing ──" over the whole width.
  package static func rule(
    _ title: String, trailing: String = "", tail: Int = 2, columns: Int
  ) -> Line {
    Line(Rule.text(title, trailing: trailing, tail: tail, columns: columns), style: Theme.frame)
  }

  /// With a text at its right end, where a blank stays before it.
  package func ending(with text: String, _ style: Style = .plain, columns: Int) -> Line {
    let gap = columns - TextWidth.columns(of: self.text) - TextWidth.columns(of: text)
    return gap < 1 ? self : adding(String(repeating: " ", count: gap)).adding(text, style)
  }

  /// A title, cut where the text at the right end needs the room.
  package static func heading(_ title: String, trailing: String, columns: Int) -> Line {
    let room = columns - TextWidth.columns(of: trailing) - 1
    return Line(Text.fit(title, room), style: Theme.title).adding(" " + trailing)
  }

  /// A heading word and a text that wraps under itself.
  package static func labelled(
    _ label: String, _ text: String, indent: Int, columns: Int, style: Style = .plain
  ) -> [Line] {
    let parts = Text.wrap(text, columns - indent)
    return parts.enumerated().map { number, part in
      Line(Text.fit(number == 0 ? label : "", indent), style: Theme.label).adding(part, style)
    }
  }
}

extension Line {
  package func indented(by columns: Int) -> Line {
    var line = self
    line.spans.insert(Span(text: String(repeating: " ", count: columns), style: .plain), at: 0)
    return line
  }
}
