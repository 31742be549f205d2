import ArgumentParser

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
    version: "0.1.0",
    subcommands: [
      ConsoleCommand.self, StatusCommand.self, StepsCommand.self, PlanCommand.self,
      ApplyCommand.self,
      RollbackCommand.self, PoolsCommand.self, LogsCommand.self, VerifyCommand.self,
      RemedyCommand.self,
      ActivityCommand.self, Supervise.self, TerminalProbe.self, LogProbe.self,
    ],
    defaultSubcommand: ConsoleCommand.self)

  static func main() async {
    await main(Self.subcommandFirst(Array(CommandLine.arguments.dropFirst())))
  }

  /// Options may stand before the subcommand, as kubectl's may; the parser wants them behind it.
  static func subcommandFirst(_ arguments: [String]) -> [String] {
    let names = Set(configuration.subcommands.compactMap { $0.configuration.commandName })
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if names.contains(argument) {
        return [argument] + arguments[..<index] + arguments[(index + 1)...]
      }
      guard argument.hasPrefix("-"), argument != "--" else { break }
      index += GlobalOptions.namesWithValue.contains(argument) ? 2 : 1
    }
    return arguments
  }
}
