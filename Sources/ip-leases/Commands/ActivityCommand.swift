import ArgumentParser
import Foundation
import IPLeasesCore

struct ActivityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activity", abstract: "What was run, when, with which result.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json (one object a line).")
  var output = OutputFormat.text

  func run() async throws {
    let session = await (try Workplace(options)).session()
    for entry in session.journal.entries() {
      switch output {
      case .json: Standard.json(entry, pretty: false)
      case .text: Standard.output(ActivityText.line(entry) + "\n")
      }
    }
  }
}

enum ActivityText {
  static func line(_ entry: JournalEntry) -> String {
    let exit = entry.exit.map { "exit \($0)" } ?? "no end"
    let seconds = entry.seconds.map { String(format: "%.1f s", $0) } ?? ""
    let time = entry.time.formatted(.iso8601)
    let kind = entry.changes ? "change" : "read"
    return "\(time)  \(exit.padded(to: 8)) \(seconds.leftPadded(to: 7))  \(kind.padded(to: 6)) "
      + "\(entry.step.padded(to: 16)) \(SafeText.line(ShellQuoting.quote(entry.argv), limit: 400))"
  }
}
