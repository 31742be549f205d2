import ArgumentParser
import Basics
import Foundation
import IPLeasesCore
import Rehearsal
import Terminal

@main
struct IPLeases: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ip-leases",
    abstract:
      "Takes an Akash provider from no public IPs to leasing public IPs, and keeps it there.",
    discussion: """
      Without a subcommand: the console. Exit codes: 0 it holds or was done, 1 it does not hold or \
      a command failed, 2 it could not be told, 64 wrong usage, 130 interrupted.
      """,
    version: Call.version,
    subcommands: [
      ConsoleCommand.self, StatusCommand.self, StepsCommand.self, PlanCommand.self,
      ApplyCommand.self,
      RollbackCommand.self, PoolsCommand.self, MigrateCommand.self, LogsCommand.self,
      VerifyCommand.self,
      RemedyCommand.self, WatchCommand.self,
      BundleCommand.self, ActivityCommand.self, ConfigCommand.self, CompletionCommand.self,
      VersionCommand.self,
      SuperviseCommand.self, TerminalProbe.self, LogProbe.self,
    ],
    defaultSubcommand: ConsoleCommand.self)

  static func main() async {
    CrashGuard.begin()
    let code = await answer(.ofThisProcess)
    Interruption.yieldToSignal()
    Foundation.exit(code)
  }

  /// All that the program does, but for ending the process.
  ///
  /// - Returns: the exit code.
  static func answer(_ call: Call) async -> Int32 {
    var call = call
    call.ownOptions = GlobalOptions.whatIsMeant(in: call.arguments)
    let arguments = call.arguments
    if arguments.count > mostArguments {
      call.error(
        "Error: \(arguments.count) arguments are too many, \(mostArguments) are the most.\n"
          + "Many ranges go by a file: pools check, plan and apply take -f FILE; --config FILE holds "
          + "the ranges of a first pool.\n")
      return Exit.usage
    }
    if asksForScenarios(arguments) {
      call.output(RehearsalStart.list + "\n")
      return Exit.holds
    }
    if let word = arguments.first, let problem = unknownCommand(word) {
      call.error(problem)
      return Exit.usage
    }
    do {
      switch try parseAsRoot(subcommandFirst(arguments)) {
      case let command as CompletionCommand:
        call.output(completionScript(for: command.known) + "\n")
      case let command as any Subcommand: try await command.answer(call)
      case var command as any AsyncParsableCommand: try await command.run()
      case var command: try command.run()
      }
      return Exit.holds
    } catch let exit as ExitCode {
      return exit.rawValue
    } catch {
      return tell(error, call)
    }
  }

  /// The names of the subcommands that the help shows.
  private static var shownNames: [String] {
    configuration.subcommands.map { $0.configuration }.filter { $0.shouldDisplay }
      .compactMap { $0.commandName }
  }

  /// A wrong argument is told without what in it would reach the terminal, and not at any length.
  ///
  /// - Returns: the exit code.
  private static func tell(_ error: any Error, _ call: Call) -> Int32 {
    let code = exitCode(for: error)
    let message = fullMessage(for: error, columns: call.streams.helpColumns)
    if code.isSuccess {
      // Help and version are answers, too: the parser's own print would not see a full disk.
      if !message.isEmpty { call.output(message + "\n") }
      return Exit.holds
    }
    guard code == .validationFailure else {
      if !message.isEmpty { call.error(message + "\n") }
      return code.rawValue
    }
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { SafeText.line(String($0), limit: 1_000) }.joined(separator: "\n")
    call.error(text + "\n")
    return Exit.usage
  }

  /// `--rehearse help` is a question, not a mistake.
  private static func asksForScenarios(_ arguments: [String]) -> Bool {
    arguments.contains("--rehearse=help")
      || zip(arguments, arguments.dropFirst()).contains { $0 == "--rehearse" && $1 == "help" }
  }

  /// The parser would take a mistyped command for an argument of the console.
  private static func unknownCommand(_ word: String) -> String? {
    let names = shownNames
    let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !word.hasPrefix("-"), !known.contains(word) else { return nil }
    let near = names.filter {
      Set($0).symmetricDifference(word).count <= 2 && $0.first == word.first
    }
    let guess = near.isEmpty ? "" : " Did you mean \(near.joined(separator: " or "))?"
    return "Error: There is no command \"\(SafeText.line(word, limit: 40))\".\(guess)\n"
      + "There are: \(names.joined(separator: ", ")). See ip-leases --help.\n"
  }

  /// The parser's time grows with the square of their number.
  private static let mostArguments = 2_000

  /// Options may stand before the subcommand, as kubectl's may; the parser wants them behind it.
  static func subcommandFirst(
    _ arguments: [String], of command: any ParsableCommand.Type = Self.self
  ) -> [String] {
    let subcommands = command.configuration.subcommands
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if let found = subcommands.first(where: { $0.configuration.commandName == argument }) {
        return [argument]
          + subcommandFirst(Array(arguments[..<index] + arguments[(index + 1)...]), of: found)
      }
      guard argument.hasPrefix("-"), argument != "--" else { break }
      index += GlobalOptions.namesWithValue.contains(argument) ? 2 : 1
    }
    return arguments
  }
}
