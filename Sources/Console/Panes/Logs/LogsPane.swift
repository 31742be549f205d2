import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Logs
import Terminal

/// The log lines of everything that leases addresses, merged by time: followed, paused, filtered,
/// searched. What is shown comes from the view of the store; lines are remembered by identity, so
/// that what comes in between moves nothing.
package struct LogsPane: Pane, Hashable, Sendable {
  /// Lines are not counted by places: the cursor is `cursorLine`.
  package var cursor = ListCursor()
  /// The end of the list is shown, whatever comes.
  package var isFollowing = true
  /// nil: the last line.
  package var cursorLine: LogLineID?
  /// The first line in sight while the list stands still.
  package var top: LogLineID?
  /// What had come when the end was last in sight.
  package var seen = LogCount()

  // What is left out.
  /// By their tags, so that a pod's successor is hidden as it was.
  package var hiddenTags: Set<String> = []
  package var minimumLevel: LogLevel?
  package var patterns: [LogPatternFilter] = []
  /// What the store was asked for last.
  package var askedFilter = LogFilter()

  // What is looked for.
  package var search: LogPattern?
  package var hits: LogHits?
  /// The way to a hit that is being looked for.
  package var searching: LogSearch?
  package var marks: Set<LogLineID> = []
  package var rangeStart: LogLineID?

  // How it looks.
  package var timeForm = LogTimeForm.clock
  package var isWrapping = false
  /// Columns of the text that are scrolled out at the left.
  package var sideways = 0
  /// nil: where there is room.
  package var showsStrip: Bool?
  package var showsChosen: Bool?

  package static let id = PaneID.logs
  package static var cursor: WritableKeyPath<State, ListCursor> { \.logs.cursor }

  package init() {}

  package static func count(_ state: State) -> String {
    let count = state.logView.problemCount
    return count == 0 ? "" : "\(count) err"
  }

  package static func rows(_ state: State) -> [PaneRow] { [] }

  package static func hasProblems(_ state: State) -> Bool { state.logView.problemCount > 0 }

  package static func hasSearch(_ state: State) -> Bool { state.logs.search != nil }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    LogText.pageLines(state).map { Line($0) }
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    LogScreen.draw(state, in: rect, on: &canvas)
  }

  /// One sentence about the line under the cursor; while following, about what is wrong.
  package static func hint(_ state: State) -> String {
    if let problem = state.logProblems.first, state.logView.rowCount == 0 {
      return "Not read: \(SafeText.line(problem.name)): \(oneLine(problem.message))"
    }
    if state.logs.isFollowing {
      let all = state.logView.findings(now: LogTime(state.now))
      guard let worst = all.last(where: { $0.state == .problem })?.finding else {
        if let problem = state.secrets.problem {
          return "Hidden is what looks like a secret: \(oneLine(problem))"
        }
        return state.logView.letGoLines == 0
          ? "F stops following; going up does so, too. Nothing is lost meanwhile."
          : "More came than is kept; the oldest lines went. F stops following."
      }
      return "e goes to \(LogNames.code(worst.line))\(LogNames.title(worst.source)): "
        + "\(worst.line.meaning)."
    }
    guard let row = cursorRow(state) else { return "No line passes. & lists the filters." }
    if let note = row.note { return "\(LogNames.title(row.source)): \(note.text)." }
    guard let known = state.logLine(row.id)?.known else {
      return "\(LogNames.place(row.source)). i shows its fields."
    }
    let code = known.code.map { " \($0) (5 shows it)" } ?? ""
    return "Known\(code): \(known.meaning)."
  }

  // MARK: The cursor

  /// The place of the cursor in the list; nil in an empty one.
  static func cursorPlace(_ state: State) -> Int? {
    let count = state.logView.rowCount
    guard count > 0 else { return nil }
    guard !state.logs.isFollowing, let line = state.logs.cursorLine else { return count - 1 }
    return min(count - 1, state.logView.row(of: line))
  }

  static func cursorRow(_ state: State) -> LogRow? {
    cursorPlace(state).map { state.logView.row(at: $0) }
  }
}

/// Lines, and those of them that need attention.
package struct LogCount: Hashable, Sendable {
  package var lines = 0
  package var problems = 0
}

/// A pattern of the filter, kept in its list while it is off.
package struct LogPatternFilter: Hashable, Sendable {
  package var pattern: LogPattern
  package var isHiding: Bool
  package var isOn = true
}

/// How many lines a search finds, at one moment.
package struct LogHits: Hashable, Sendable {
  package var pattern: LogPattern
  package var lines: Int
  /// Lines that came later are not counted.
  package var takenLines: Int
}

/// What stands before each line.
package enum LogTimeForm: Hashable, Sendable {
  case clock
  /// Since the oldest line there was when it was asked for.
  case since(LogTime)
  case off
}

extension State {
  /// A line with every secret hidden; nil for a note and for what is no longer kept.
  func logLine(_ id: LogLineID) -> LogLine? {
    guard let line = logView.line(id) else { return nil }
    let safe = secrets.redaction.redacting(line.raw)
    guard safe != line.raw else { return line }
    var hidden = LogParser.line(Array(safe.utf8), from: line.source)
    hidden.time = line.time
    hidden.cutBytes = line.cutBytes
    return hidden
  }
}

/// What sources and known lines are called.
enum LogNames {
  /// "speaker 3", "provider init", "operator, before its restart".
  static func title(_ source: LogSource) -> String {
    var parts = source.tag.split(separator: ".").map(String.init)
    let first = parts.isEmpty ? "" : parts.removeFirst()
    let number = first.reversed().prefix { $0.isNumber }.reversed()
    var title = source.role.rawValue + (number.isEmpty ? "" : " \(String(number))")
    let isBefore = source.isPrevious
    if isBefore { parts.removeAll { $0 == "prev" } }
    if !parts.isEmpty { title += " " + parts.joined(separator: " ") }
    return SafeText.line(title, limit: 60) + (isBefore ? ", before its restart" : "")
  }

  /// "pod operator-ip-6c9f7d-x2, container operator-ip, node1".
  static func place(_ source: LogSource) -> String {
    guard !source.pod.isEmpty else {
      return source.namespace.isEmpty
        ? "this console" : "events of \(SafeText.line(source.namespace, limit: 60))"
    }
    let node = source.node.map { ", \(SafeText.line($0, limit: 60))" } ?? ""
    let pod = SafeText.line(source.pod, limit: 80)
    return "pod \(pod), container \(SafeText.line(source.container, limit: 60))\(node)"
  }

  /// "IPL-0704 "; "" where no check explains it.
  static func code(_ known: KnownLine) -> String { known.code.map { $0 + " " } ?? "" }
}
