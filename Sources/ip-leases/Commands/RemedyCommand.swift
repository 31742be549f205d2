import ArgumentParser
import Execution
import IPLeasesCore

struct RemedyCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "remedy", abstract: "Cures for what verify finds; each is a plan.",
    discussion: "Without an id, or with list: which there are, and when each helps and does not.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Flag(help: "Show the plan and run nothing.") var dryRun = false
  @Argument(
    help: ArgumentHelp("The remedy, or list.", valueName: "id"), completion: Completions.remedies)
  var name = "list"

  func validate() throws {
    if name != "list", !dryRun { try options.refuseBundle(for: "remedy \(name)") }
    guard name == "list" || RemedyID(rawValue: name) != nil else {
      let names = RemedyID.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no remedy \"\(name)\". There are: \(names).")
    }
  }

  func answer(_ call: Call) async throws {
    guard let id = RemedyID(rawValue: name) else {
      switch output {
      case .json, .yaml: call.show(RemedyListDocument(), as: output)
      case .text: call.output(RemedyText.list(call.ownOptions))
      }
      return
    }
    let session = await (try Workplace(options, call)).session(isForChange: !dryRun)
    try await Change(
      call: call, flow: session.cure(by: id), doing: "remedy: \(id.rawValue)", consent: agreement,
      output: output, use: dryRun ? .show : .run
    ).carryOut()
  }
}
