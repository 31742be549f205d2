/// What to know before saying yes to a plan.
package struct Note: Hashable, Sendable, Codable {
  package var text: String
  /// It stands over everything else of the plan.
  package var isWarning = false

  package init(_ text: String) { self.text = text }

  package static func warning(_ text: String) -> Note {
    var note = Note(text)
    note.isWarning = true
    return note
  }

  /// As a line among others.
  package var line: String { isWarning ? "warning: \(text)" : text }
}

extension Plan {
  package mutating func note(_ text: String) { notes.append(Note(text)) }
}
