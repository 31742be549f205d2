import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Which settings stand, and a file for them.",
    subcommands: [ConfigShow.self, ConfigInit.self])
}
