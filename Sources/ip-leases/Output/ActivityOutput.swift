import Basics
import Execution
import Foundation

/// One line of `activity -o json`: every key is there, null where the end is not known.
struct ActivityRow: Encodable {
  let entry: JournalEntry

  enum CodingKeys: String, CodingKey {
    case time, context, step, argv, changes, exit, seconds, stdoutTail, stderrTail
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entry.time, forKey: .time)
    try container.encode(entry.context, forKey: .context)
    try container.encode(entry.step, forKey: .step)
    try container.encode(entry.argv, forKey: .argv)
    try container.encode(entry.changes, forKey: .changes)
    try container.encode(entry.exit, forKey: .exit)
    try container.encode(entry.seconds, forKey: .seconds)
    try container.encode(entry.stdoutTail, forKey: .stdoutTail)
    try container.encode(entry.stderrTail, forKey: .stderrTail)
  }
}

enum ActivityText {
  static func skipped(_ count: Int) -> String {
    let lines = count == 1 ? "1 line of the journal is" : "\(count) lines of the journal are"
    return "\(lines) left out: torn, or not written by this console.\n"
  }

  static func line(_ entry: JournalEntry) -> String {
    let exit = entry.exit.map { "exit \($0)" } ?? "no end"
    let seconds = entry.seconds.map { String(format: "%.1f s", $0) } ?? ""
    let time = entry.time.formatted(.iso8601)
    let kind = entry.kind.rawValue
    let step = SafeText.line(entry.step, limit: 40).padded(to: 16)
    return "\(time)  \(exit.padded(to: 8)) \(seconds.leftPadded(to: 7))  \(kind.padded(to: 6)) "
      + "\(step) \(SafeText.line(ShellQuoting.quote(entry.argv), limit: 400))"
  }
}
