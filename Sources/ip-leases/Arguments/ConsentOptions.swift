import ArgumentParser

/// How a subcommand that changes something is told yes.
struct ConsentOptions: ParsableArguments {
  @Flag(name: [.short, .long], help: "Ask nothing.") var yes = false
  @Option(
    help: ArgumentHelp(
      "Consent to N Services losing or changing their address; the number must be right.",
      valueName: "n"))
  var acceptTouch: Int?

  func validate() throws {
    if let acceptTouch, acceptTouch < 0 { throw ValidationError("--accept-touch wants a number.") }
  }
}

/// Who tries a change instead of making it.
enum DryRun: String, ExpressibleByArgument, CaseIterable { case server }
