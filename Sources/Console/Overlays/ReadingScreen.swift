import ConsoleKit

/// A text to read: an explanation, or why something was refused.
package struct ReadingScreen: ScrolledText {
  package var title: String
  /// Paragraphs by label; each wraps under its label.
  package var paragraphs: [Paragraph]
  package var scroll = Scroll()

  package struct Paragraph: Hashable, Sendable {
    package var label: String
    package var text: String

    package init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  package init(title: String, paragraphs: [Paragraph]) {
    self.title = title
    self.paragraphs = paragraphs
  }

  package var name: String? { "text" }

  package func heading(_ scene: Scene, columns: Int) -> Line? { Line(title, style: Theme.title) }

  package func lines(_ scene: Scene, columns: Int) -> [Line] {
    paragraphs.flatMap { paragraph in
      Line.labelled(" " + paragraph.label, paragraph.text, indent: 11, columns: columns - 1)
    }
  }

  package func copied(_ scene: Scene) -> String? {
    lines(scene, columns: 100).map(\.text).joined(separator: "\n")
  }
}
