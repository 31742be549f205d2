import ArgumentParser

struct ConsoleCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "The console (the default; needs a terminal).")

  @OptionGroup var options: GlobalOptions

  func answer(_ call: Call) async throws {
    var status = StatusCommand()
    status.options = options
    status.output = .text
    status.contexts = ContextOptions()
    status.contexts.allContexts = false
    status.repetition = RepetitionOptions()
    status.repetition.isOn = false
    if options.plain { return try await status.answer(call) }
    guard call.streams.isTerminal(.input) && call.streams.isTerminal(.output) else {
      call.error("There is no terminal for the console; this is ip-leases status.\n")
      try? await status.answer(call)
      throw ExitCode(Exit.untold)
    }
    throw ExitCode(await OpenConsole.open(try Workplace(options, call, hasScreen: true), options))
  }
}
