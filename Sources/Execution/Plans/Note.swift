import Basics

/// What to know before saying yes to a plan.
package struct Note: Hashable, Sendable, Codable {
  package var text: Advice
  /// It stands over everything else of the plan.
  package var isWarning = false

  package init(_ text: Advice) { self.text = text }
  package init(_ text: String) { self.init(Advice(text)) }

  package static func warning(_ text: Advice) -> Note {
    var note = Note(text)
    note.isWarning = true
    return note
  }

  package static func warning(_ text: String) -> Note { warning(Advice(text)) }

  /// As a line among others.
  ///
  /// - Parameter options: what each command of this program carries.
  package func line(_ options: [String] = []) -> String {
    (isWarning ? "warning: " : "") + text.text(options)
  }
}

extension Plan {
  package mutating func note(_ text: Advice) { notes.append(Note(text)) }
  package mutating func note(_ text: String) { notes.append(Note(text)) }
}
