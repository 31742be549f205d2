import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// Every command this console ran, the newest first.
package struct ActivityScreen: Overlay {
  package private(set) var cursor = ListCursor()

  package init() {}

  package var name: String? { "activity" }
  package var isOfCluster: Bool { true }

  package func heading(_ scene: Scene, columns: Int) -> Line? {
    .heading(
      "ACTIVITY  what was run on this cluster",
      trailing: "\(scene.known.activity.count) entries", columns: columns)
  }

  package func text(_ scene: Scene, columns: Int) -> [Line]? {
    Self.lines(scene.known.activity, columns: columns)
  }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let activity = scene.known.activity
    canvas.draw(
      list: Self.lines(activity, columns: rect.columns), cursor: cursor.index(in: activity.count),
      in: rect)
  }

  package func hint(_ scene: Scene) -> String? {
    "Enter shows the whole entry, y copies its command."
  }

  package func copied(_ scene: Scene) -> String? {
    underCursor(scene.known.activity).map { ShellQuoting.quote($0.argv) }
  }

  package func reasonOff(_ action: KeyAction, _ scene: Scene, elsewhere: String?) -> String? {
    guard action == .open || action == .why else { return elsewhere }
    return scene.known.activity.isEmpty ? "nothing was run yet" : nil
  }

  package mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]? {
    let activity = scene.known.activity
    switch action {
    case .reread: return [.perform(.readActivity)]
    case .open, .why: return underCursor(activity).map { [.open(Self.detail($0))] } ?? []
    case .move(let movement):
      cursor.move(movement, count: activity.count, page: scene.known.size.content.rows)
      return []
    default: return nil
    }
  }

  /// The newest is the first.
  private func underCursor(_ activity: [JournalEntry]) -> JournalEntry? {
    activity.isEmpty ? nil : activity[activity.count - 1 - cursor.index(in: activity.count)]
  }

  private static func lines(_ activity: [JournalEntry], columns: Int) -> [Line] {
    if activity.isEmpty {
      return [Line("  Nothing was run yet on this cluster by this console.")]
    }
    return activity.reversed().enumerated().map { line(of: $1, row: $0, columns: columns) }
  }

  package static func line(of entry: JournalEntry, row: Int?, columns: Int) -> Line {
    let command = SafeText.line(ShellQuoting.quote(entry.argv), limit: 400)
    return Table([.fixed(10), .fixed(7), .fixed(10), .growing(1)], indent: 2, in: columns).line(
      [
        Table.Cell(Text.clock(entry.time)),
        Table.Cell(entry.kind.rawValue, entry.changes ? Theme.label : Theme.quiet),
        Table.Cell(exitText(entry), exitStyle(entry)), Table.Cell(command),
      ], row: row)
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
