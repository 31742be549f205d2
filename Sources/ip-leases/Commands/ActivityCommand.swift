import ArgumentParser
import Basics
import Execution
import Foundation
import IPLeasesCore

struct ActivityCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "activity", abstract: "What was run, when, with which result.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json (one object a line) or yaml.")
  var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let session = await (try Workplace(options, call)).session()
    let contents = session.journal.contents()
    for entry in contents.entries {
      switch output {
      case .json, .yaml: call.show(ActivityRow(entry: entry), as: output, isLine: true)
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
