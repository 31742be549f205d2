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
    subcommands: [
      ConsoleCommand.self, StatusCommand.self, StepsCommand.self, PlanCommand.self,
      ApplyCommand.self,
      RollbackCommand.self, VerifyCommand.self, RemedyCommand.self, ActivityCommand.self,
      Supervise.self, TerminalProbe.self,
    ],
    defaultSubcommand: ConsoleCommand.self)
}
