import ArgumentParser
import Execution
import Foundation
import IPLeasesCore

/// The background process that sees a change to its end, or gives back what a proof has borrowed;
/// started by the program itself, never by a person.
struct SuperviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise", abstract: "Run a prepared change to its end.", shouldDisplay: false)

  @Argument(help: "The folder of the change.")
  var job: String

  func run() async throws {
    // A log-out or shutdown signals everyone; we stay to write down how the change ended. The change
    // itself gets default signals back when it is started.
    for number in [SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGTSTP] { signal(number, SIG_IGN) }
    if job == Keeper.word { throw ExitCode(await Keeper.run()) }
    throw ExitCode(await Supervisor.run(jobFolder: job))
  }
}
