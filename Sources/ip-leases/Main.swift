import ArgumentParser

@main
struct IPLeases: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ip-leases", subcommands: [Supervise.self, TerminalProbe.self])
}
