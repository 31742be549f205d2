import ConsoleKit
import Terminal

/// A text to read: an explanation, or why something was refused.
package struct ReadingScreen: Hashable, Sendable {
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

  package func lines(columns: Int) -> [Line] {
    paragraphs.flatMap { paragraph in
      Line.labelled(" " + paragraph.label, paragraph.text, indent: 11, columns: columns - 1)
    }
  }
}
