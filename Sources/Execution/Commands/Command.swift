import Basics

/// The outside programs this project runs. `KUBECTL`, `HELM` and `ANSIBLE_PLAYBOOK` in the environment
/// name others.
package enum Tool: String, Hashable, Sendable, Codable, CaseIterable {
  case kubectl
  case helm
  case curl
  case ansiblePlaybook = "ansible-playbook"
}

/// One call of an outside program: an argument vector and its standard input, never a shell string.
///
/// Secrets never stand in `arguments` or `standardInput` that is shown; they go by a 0600 file.
package struct Command: Hashable, Sendable, Codable {
  package var tool: Tool
  /// The arguments after the program's name.
  package var arguments: [String]
  package var standardInput: String?
  /// What the command is for, in a few words ("label the namespace").
  package var purpose: String
  /// True if it changes the cluster, a Helm release or a chart repository list.
  package var changes: Bool
  /// The whole call is ended after this time.
  package var timeLimit: Duration
  /// The arguments of the same change as a server-side dry run; nil where the tool has none.
  package var dryRunArguments: [String]?
  /// The folder it is run in; nil: where this program runs.
  package var folder: String?

  package init(
    _ tool: Tool, _ arguments: [String], standardInput: String? = nil, purpose: String,
    changes: Bool = false, timeLimit: Duration = .seconds(30), dryRunArguments: [String]? = nil,
    folder: String? = nil
  ) {
    self.folder = folder
    self.tool = tool
    self.arguments = arguments
    self.standardInput = standardInput
    self.purpose = purpose
    self.changes = changes
    self.timeLimit = timeLimit
    self.dryRunArguments = dryRunArguments
  }

  /// Limits that a kept command may have: they can be counted with.
  static let times = Duration.zero...Duration.seconds(7 * 86_400)

  /// The argument vector with the program's plain name in front.
  package var argv: [String] { [tool.rawValue] + arguments }

  /// The vector quoted so that pasting it into a POSIX shell does the same.
  package var shellText: String {
    let call = ShellQuoting.quote(argv)
    return folder.map { "(cd \(ShellQuoting.quote($0)) && \(call))" } ?? call
  }

  /// Asks what stands behind the API server, not the API server itself.
  package var isThroughProxy: Bool {
    arguments.contains("--raw") && arguments.contains { $0.contains("/proxy/") }
  }

  /// What it prints may hold everything that would be written.
  package var isDryRun: Bool { arguments.contains("--dry-run=server") }

  /// The same change asked of the server without being made; nil where the tool has no dry run.
  package var dryRun: Command? {
    guard let dryRunArguments else { return nil }
    var command = self
    command.arguments = dryRunArguments
    command.dryRunArguments = nil
    command.changes = false
    command.purpose = "dry run: \(purpose)"
    return command
  }
}
