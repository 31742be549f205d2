import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Logs
import Terminal

/// The log lines of everything that leases addresses, merged by time: followed, paused, filtered,
/// searched. What is shown comes from the view of the store; lines are remembered by identity, so
/// that what comes in between moves nothing.
package struct LogsPane: Pane {
  package static let id = PaneID(title: "Logs", commandWord: "logs")

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

  package init() {}

  package func count(_ known: Known) -> String {
    let count = known.logView.problemCount
    return count == 0 ? "" : "\(count) err"
  }

  package func rows(_ known: Known) -> [PaneRow] { [] }

  package func reasonOff(_ action: KeyAction, _ known: Known, elsewhere: String?) -> String? {
    switch action {
    case .nextProblem, .previousProblem: known.logView.problemCount > 0 ? nil : elsewhere
    case .nextHit, .previousHit: search == nil ? elsewhere : nil
    case .left, .right: reasonWrapped
    case .range: known.logView.rowCount == 0 ? "there is no line" : nil
    default: elsewhere
    }
  }

  package func standing(_ known: Known) -> String? {
    guard known.isFollowing else { return nil }
    return isFollowing ? "live" : "paused"
  }

  /// For a print: the rows up to the end of those in sight.
  package func lines(_ known: Known, columns: Int) -> [Line] {
    let end = LogWindow(self, known).visible.upperBound
    return LogText.lines(
      known.logView, max(0, end - Self.printedRows)..<end, known.secrets.redaction
    ).map { Line($0) }
  }

  private static let printedRows = 500

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    LogScreen(pane: self, known: known).draw(in: rect, on: &canvas)
  }

  /// One sentence about the line under the cursor; while following, about what is wrong.
  package func hint(_ known: Known) -> String {
    if let problem = known.logProblems.first, known.logView.rowCount == 0 {
      return "Not read: \(SafeText.line(problem.name)): \(known.oneLine(problem.message))"
    }
    if isFollowing {
      let all = known.logView.findings(now: LogTime(known.now))
      guard let worst = all.last(where: { $0.state == .problem })?.finding else {
        if let problem = known.secrets.problem {
          return "Hidden is what looks like a secret: \(known.oneLine(problem))"
        }
        return known.logView.letGoLines == 0
          ? "F stops following; going up does so, too. Nothing is lost meanwhile."
          : "More came than is kept; the oldest lines went. F stops following."
      }
      return "e goes to \(LogNames.code(worst.line))\(LogNames.title(worst.source)): "
        + "\(worst.line.meaning)."
    }
    guard let row = cursorRow(known.logView) else { return "No line passes. & lists the filters." }
    if let note = row.note { return "\(LogNames.title(row.source)): \(note.text)." }
    guard let known = known.logLine(row.id)?.known else {
      return "\(LogNames.place(row.source)). i shows its fields."
    }
    let code = known.code.map { " \($0) (5 shows it)" } ?? ""
    return "Known\(code): \(known.meaning)."
  }

  // MARK: The cursor

  /// The place of the cursor in the list; nil in an empty one.
  package func cursorPlace(_ view: LogView) -> Int? {
    let count = view.rowCount
    guard count > 0 else { return nil }
    guard !isFollowing, let line = cursorLine else { return count - 1 }
    return min(count - 1, view.row(of: line))
  }

  package func cursorRow(_ view: LogView) -> LogRow? {
    cursorPlace(view).map { view.row(at: $0) }
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

/// What stands before each line.
package enum LogTimeForm: Hashable, Sendable {
  case clock
  /// Since the oldest line there was when it was asked for.
  case since(LogTime)
  case off
}
