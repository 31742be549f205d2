import Basics
import Logs

/// Log lines as plain text: for the clipboard, a file, the terminal. Secrets are hidden.
package enum LogText {
  /// Bytes that go into a clipboard through a terminal.
  package static let copyLimit = 70_000

  /// - Parameter limit: of bytes; what comes behind is left out.
  package static func lines(
    _ view: LogView, _ places: Range<Int>, _ redaction: Redaction, limit: Int = .max
  ) -> [String] {
    var lines: [String] = []
    var bytes = 0
    for place in places.clamped(to: 0..<view.rowCount) {
      let row = view.row(at: place)
      var text = "\(row.time.rfc3339) \(SafeText.line(row.source.tag, limit: 60)) "
      if let note = row.note {
        text += "-- \(LogNames.title(row.source)): \(note.text)"
      } else if let line = view.line(row.id) {
        text += SafeText.shown(redaction.redacting(line.raw))
        if row.repeats > 0, !row.isUnfolded { text += "  (the same \(row.repeats) times more)" }
      }
      bytes += text.utf8.count + 1
      if bytes > limit, !lines.isEmpty { break }
      lines.append(text)
    }
    return lines
  }

  /// The first line of a fold, from it or from one of its repeats.
  package static func foldHead(of place: Int, _ view: LogView) -> Int? {
    let source = view.row(at: place).source.id
    return (0...place).reversed().first { candidate in
      let row = view.row(at: candidate)
      return row.note == nil && row.source.id == source && !row.isRepeat
    }
  }

  /// "2,914".
  package static func grouped(_ number: Int) -> String {
    var digits = Array(String(abs(number)))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }
}
