import ArgumentParser
import Terminal

struct VersionCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Which version this is, and what was built in.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  func answer(_ call: Call) {
    let document = VersionDocument()
    switch output {
    case .json, .yaml: call.show(document, as: output)
    case .text:
      call.output(
        "ip-leases \(document.version)\ncommit   \(document.commit ?? "not told by this build")\n"
          + "ncurses  \(document.ncurses), terminals built in: "
          + (document.terminals.isEmpty ? "none" : document.terminals.joined(separator: ", "))
          + "\n")
    }
  }
}

/// `version -o json`.
private struct VersionDocument: Encodable {
  let schema = "ip-leases/version/v1"
  let version = Call.version
  /// null in a build that was not made for release.
  let commit = NcursesScreen.commit
  let ncurses = NcursesScreen.version
  /// Those that need no terminal database.
  let terminals = NcursesScreen.builtInTerminals

  enum CodingKeys: String, CodingKey { case schema, version, commit, ncurses, terminals }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(version, forKey: .version)
    try container.encode(commit, forKey: .commit)
    try container.encode(ncurses, forKey: .ncurses)
    try container.encode(terminals, forKey: .terminals)
  }
}
