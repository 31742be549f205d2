import ArgumentParser
import Basics
import Execution
import Foundation
import IPLeasesCore

struct ActivityCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "activity", abstract: "What was run, when, with which result.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json (one object a line).")
  var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let session = await (try Workplace(options, call)).session()
    let contents = session.journal.contents()
    for entry in contents.entries {
      switch output {
      case .json: call.json(ActivityRow(entry: entry), pretty: false)
      case .text: call.output(ActivityText.line(entry) + "\n")
      }
    }
    if contents.skippedLines > 0 { call.error(ActivityText.skipped(contents.skippedLines)) }
    if let problem = session.identity.problem {
      // Something was kept when the cluster was met last under this name; else nothing is known.
      if contents.entries.isEmpty { throw call.failure(problem) }
      call.problem(problem)
    }
    if let problem = session.journal.problem { throw call.failure(problem) }
  }
}

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
    return "\(time)  \(exit.padded(to: 8)) \(seconds.leftPadded(to: 7))  \(kind.padded(to: 6)) "
      + "\(entry.step.padded(to: 16)) \(SafeText.line(ShellQuoting.quote(entry.argv), limit: 400))"
  }
}
