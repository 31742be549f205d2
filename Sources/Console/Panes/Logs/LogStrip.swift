import Basics
import ConsoleKit
import IPLeasesCore
import Logs

/// Counts over time, and in a tall window the sources over them.
struct LogStrip {
  let pane: LogsPane
  let known: Known

  private static let column = Duration.seconds(10)
  private static let nanoseconds: Int64 = 10_000_000_000
  private static let mostColumns = 60
  private static let legend = ". 0  : up to 9  | up to 99  # more"

  static func rows(isTall: Bool) -> Int { isTall ? 5 : 3 }

  func lines(columns: Int, rows: Int) -> [Line] {
    var lines: [Line] = []
    if rows > 3 {
      lines.append(Line.rule("Sources", columns: columns))
      lines.append(Line(" " + Text.cut(sources, columns - 1)))
    }
    guard known.logView.rowCount > 0 else { return lines }
    let count = min(Self.mostColumns, columns - 6)
    let counts = known.logView.histogram(
      from: start(columns: count), column: Self.column, columns: count)
    let minutes = count / 6
    lines.append(
      Line.rule(
        "\(isAtEnd ? "Last" : "Around here,") \(minutes) min, one column is 10 s",
        trailing: "H hides", columns: columns))
    lines.append(Line(" err " + String(counts.map { Self.sign($0.errors) })))
    let all = Line(" all " + String(counts.map { Self.sign($0.lines) }))
    let room = columns - 5 - count
    lines.append(
      room > Self.legend.count + 3
        ? all.adding(String(repeating: " ", count: room - Self.legend.count - 1)).adding(
          Self.legend, Theme.quiet)
        : all)
    return lines
  }

  /// The newest line is in the last column, unless older ones are looked at. Moves by whole columns,
  /// so that the strip stands still for as long as one.
  private func start(columns: Int) -> LogTime {
    let view = known.logView
    let end = view.row(at: view.rowCount - 1).time
    let length = Int64(columns) * Self.nanoseconds
    var last = end.nanoseconds / Self.nanoseconds * Self.nanoseconds + Self.nanoseconds
    if !isAtEnd, let cursor = pane.cursorRow(known.logView)?.time.nanoseconds {
      last = min(last, cursor / Self.nanoseconds * Self.nanoseconds + length / 2)
    }
    return LogTime(nanoseconds: last - length)
  }

  /// What the cursor stands on is in the columns that end with the newest line.
  private var isAtEnd: Bool {
    guard !pane.isFollowing, let cursor = pane.cursorRow(known.logView) else { return true }
    let end = known.logView.row(at: known.logView.rowCount - 1).time
    return end - cursor.time < Self.column * (Self.mostColumns - 2)
  }

  private static func sign(_ count: Int) -> Character {
    switch count {
    case 0: "."
    case ..<10: ":"
    case ..<100: "|"
    default: "#"
    }
  }

  /// "operator 213 lines, 2 err | provider 40 lines".
  private var sources: String {
    LogChoices.sourceTags(known.logView).map { entry in
      let problems = entry.problems == 0 ? "" : " \(entry.problems) err"
      let hidden = pane.hiddenTags.contains(entry.tag) ? " hidden" : ""
      return
        "\(SafeText.line(entry.tag, limit: 20)) \(LogText.grouped(entry.lines))\(problems)\(hidden)"
    }.joined(separator: " | ")
  }
}
