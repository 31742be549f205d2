import Basics
import ConsoleKit
import Logs
import Terminal

/// The columns of the list, from the left: gutter, time, tag, level, text.
struct LogColumns {
  let total: Int
  let time: Int
  let tag: Int
  let text: Int

  /// Columns before the text.
  var indent: Int { total - text }

  init(_ pane: LogsPane, _ known: Known, columns: Int) {
    // The edge and the blank before it.
    total = columns - 2
    let isTimed = pane.timeForm != .off
    // A narrow window keeps whole seconds only.
    time = isTimed ? (columns < 80 ? 9 : 13) : 0
    let tags = known.logView.sources.filter { $0.lines > 0 }.map {
      Self.tag(of: $0.source).utf8.count
    }
    tag = min(columns < 80 ? 4 : 10, max(2, tags.max() ?? 2))
    text = max(10, total - 1 - time - tag - 1 - 2)
  }

  /// "prv.i" for "prv.init": of a container beside the main one the first letter is enough.
  static func tag(of source: LogSource) -> String {
    let parts = SafeText.line(source.tag, limit: 60).split(separator: ".")
    return ([String(parts.first ?? "")] + parts.dropFirst().map { String($0.prefix(1)) })
      .joined(separator: ".")
  }

  static func time(of row: LogRow, _ form: LogTimeForm, _ known: Known) -> String {
    guard row.isTimed else { return "" }
    switch form {
    case .clock:
      let day = 86_400_000_000_000
      let isToday = row.time.nanoseconds / Int64(day) == LogTime(known.now).nanoseconds / Int64(day)
      if isToday || known.size.columns < 80 {
        return row.time.clockText(digits: known.size.columns < 80 ? 0 : 3)
      }
      // "11-23 12:04": a line of another day must not look like one of today.
      return String(row.time.rfc3339.dropFirst(5).prefix(11)).replacing("T", with: " ")
    case .off: return ""
    case .since(let start):
      let nanoseconds = row.time.nanoseconds - start.nanoseconds
      let elapsed = LogTime(nanoseconds: abs(nanoseconds))
      let days = abs(nanoseconds) / 86_400_000_000_000
      let sign = nanoseconds < 0 ? "-" : "+"
      if days > 0 { return "\(sign)\(days)d \(elapsed.clockText(digits: 0))" }
      return sign + elapsed.clockText(digits: known.size.columns < 80 ? 0 : 3).dropFirst()
    }
  }
}

extension Theme {
  package static func style(of level: LogLevel?) -> Style {
    switch level {
    case .error, .fatal: Style(.red, bold: true)
    case .warn: Style(.yellow, bold: true)
    case .trace, .debug, .info, nil: .plain
    }
  }
}
