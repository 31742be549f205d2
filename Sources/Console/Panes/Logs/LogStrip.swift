import Basics
import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// Counts over time, and in a tall window the sources over them.
enum LogStrip {
  private static let column = Duration.seconds(10)
  private static let nanoseconds: Int64 = 10_000_000_000
  private static let mostColumns = 60
  private static let legend = ". 0  : up to 9  | up to 99  # more"

  static func rows(isTall: Bool) -> Int { isTall ? 5 : 3 }

  static func lines(_ state: State, columns: Int, rows: Int) -> [Line] {
    var lines: [Line] = []
    if rows > 3 {
      lines.append(Line.rule("Sources", columns: columns))
      lines.append(Line(" " + Text.cut(sources(state), columns - 1)))
    }
    guard state.logView.rowCount > 0 else { return lines }
    let count = min(mostColumns, columns - 6)
    let counts = state.logView.histogram(
      from: start(state, columns: count), column: column, columns: count)
    let minutes = count / 6
    lines.append(
      Line.rule(
        "\(isAtEnd(state) ? "Last" : "Around here,") \(minutes) min, one column is 10 s",
        trailing: "H hides", columns: columns))
    lines.append(Line(" err " + String(counts.map { sign($0.errors) })))
    let all = Line(" all " + String(counts.map { sign($0.lines) }))
    let room = columns - 5 - count
    lines.append(
      room > legend.count + 3
        ? all.adding(String(repeating: " ", count: room - legend.count - 1)).adding(
          legend, Theme.quiet)
        : all)
    return lines
  }

  /// The newest line is in the last column, unless older ones are looked at. Moves by whole columns,
  /// so that the strip stands still for as long as one.
  private static func start(_ state: State, columns: Int) -> LogTime {
    let view = state.logView
    let end = view.row(at: view.rowCount - 1).time
    let length = Int64(columns) * nanoseconds
    var last = end.nanoseconds / nanoseconds * nanoseconds + nanoseconds
    if !isAtEnd(state), let cursor = LogsPane.cursorRow(state)?.time.nanoseconds {
      last = min(last, cursor / nanoseconds * nanoseconds + length / 2)
    }
    return LogTime(nanoseconds: last - length)
  }

  /// What the cursor stands on is in the columns that end with the newest line.
  private static func isAtEnd(_ state: State) -> Bool {
    guard !state.logs.isFollowing, let cursor = LogsPane.cursorRow(state) else { return true }
    let end = state.logView.row(at: state.logView.rowCount - 1).time
    return end - cursor.time < column * (mostColumns - 2)
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
  private static func sources(_ state: State) -> String {
    LogChoices.sourceTags(state).map { entry in
      let problems = entry.problems == 0 ? "" : " \(entry.problems) err"
      let hidden = state.logs.hiddenTags.contains(entry.tag) ? " hidden" : ""
      return
        "\(SafeText.line(entry.tag, limit: 20)) \(LogText.grouped(entry.lines))\(problems)\(hidden)"
    }.joined(separator: " | ")
  }
}
