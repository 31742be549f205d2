import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// Every command this console ran, the newest first.
package struct ActivityScreen: Hashable, Sendable {
  package var cursor = ListCursor()

  package init() {}

  package static func heading(_ state: State, columns: Int) -> Line {
    let count = "\(state.activity.count) entries"
    return Line(
      Text.fit("ACTIVITY  what was run on this cluster", columns - count.count - 1),
      style: Theme.title
    ).adding(" " + count)
  }

  package static func entry(_ state: State, at index: Int) -> JournalEntry? {
    guard state.activity.indices.contains(state.activity.count - 1 - index) else { return nil }
    return state.activity[state.activity.count - 1 - index]
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    if state.activity.isEmpty {
      return [Line("  Nothing was run yet on this cluster by this console.")]
    }
    return state.activity.reversed().enumerated().map { line(of: $1, row: $0, columns: columns) }
  }

  package static func line(of entry: JournalEntry, row: Int?, columns: Int) -> Line {
    let command = SafeText.line(ShellQuoting.quote(entry.argv), limit: 400)
    return Line("  ", row: row).adding(Text.clock(entry.time), columns: 10)
      .adding(entry.kind.rawValue, columns: 7, style: entry.changes ? Theme.label : Theme.quiet)
      .adding(exitText(entry), columns: 10, style: exitStyle(entry))
      .adding(command, columns: max(1, columns - 29))
  }

  /// The whole entry, for `Enter` and `i`.
  package static func detail(_ entry: JournalEntry) -> ReadingScreen {
    var paragraphs = [
      ReadingScreen.Paragraph("command", SafeText.line(ShellQuoting.quote(entry.argv))),
      ReadingScreen.Paragraph("for", entry.step.isEmpty ? "reading" : SafeText.line(entry.step)),
      ReadingScreen.Paragraph("at", Text.clock(entry.time)),
      ReadingScreen.Paragraph("ended", exitText(entry)),
    ]
    if let seconds = entry.seconds {
      let took = Text.elapsed(.milliseconds(Int(min(seconds, 1e9) * 1_000)))
      paragraphs.append(ReadingScreen.Paragraph("took", took))
    }
    for (label, tail) in [("output", entry.stdoutTail), ("errors", entry.stderrTail)]
    where !tail.isEmpty {
      paragraphs += SafeText.lines(tail).enumerated().map {
        ReadingScreen.Paragraph($0.offset == 0 ? label : "", $0.element)
      }
    }
    return ReadingScreen(title: "ACTIVITY  one command", paragraphs: paragraphs)
  }

  private static func exitText(_ entry: JournalEntry) -> String {
    entry.exit.map { "exit \($0)" } ?? "no end"
  }

  private static func exitStyle(_ entry: JournalEntry) -> Style {
    entry.exit == 0 ? .plain : Theme.style(of: .warn)
  }
}
