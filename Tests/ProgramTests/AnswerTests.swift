import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

@testable import ip_leases

/// How a call is understood before a subcommand answers it, and what it reads.
@Suite(.inTurn)
struct AnswerTests {
  private let program = ProgramCall()

  @Test func helpAndVersionAreAnswers() async {
    let version = await program.run(["--version"])
    #expect(version.told == CommandResult(exit: .code(0), standardOutput: "0.1.0\n"))
    let help = await program.run(["pools", "--help"])
    #expect(help.exit == .code(0))
    #expect(help.outputText.contains("SUBCOMMANDS:"))
    #expect(help.errorText == "")
  }

  @Test func theScenariosAreListed() async {
    for arguments in [["--rehearse", "help"], ["status", "--rehearse=help"]] {
      let list = await program.run(arguments)
      #expect(
        list.told == CommandResult(exit: .code(0), standardOutput: RehearsalStart.list + "\n"))
    }
  }

  @Test func aMistypedCommandIsGuessed() async {
    let result = await program.run(["stauts"])
    #expect(result.exit == .code(64))
    #expect(
      result.errorText.hasPrefix("Error: There is no command \"stauts\". Did you mean status?\n"),
      "\(result.errorText)")
    #expect(result.outputText == "")
  }

  @Test func withoutATerminalTheConsoleIsStatusAndCannotBeTold() async {
    let result = await program.run(["--rehearse", "enabled"])
    #expect(result.exit == .code(2))
    #expect(result.errorText == "There is no terminal for the console; this is ip-leases status.\n")
    #expect(result.outputText.hasPrefix("NOW  IP leases are on"))
  }

  /// A full disk.
  @Test func anAnswerThatCannotBeWrittenIsNoAnswer() async throws {
    let result = try await program.shell(#""$0" --version > /dev/full"#)
    #expect(result.exit == .code(2))
    #expect(result.errorText.hasPrefix("The answer could not be written"), "\(result.errorText)")
  }

  @Test func aHyphenAsFileIsStandardInput() async {
    let streams = RecordedStreams(input: "194.28.98.0/28\n194.28.98.217\n")
    let result = await program.run(["pools", "check", "-f", "-"], streams)
    #expect(result.exit == .code(1))
    #expect(result.outputText.contains("fix: did you mean 194.28.98.217/32?"))
  }

  @Test func whoIsAskedAtATerminalIsToldWhatIsRead() async {
    let streams = RecordedStreams(terminals: [.input])
    let result = await program.run(["migrate"], streams)
    #expect(
      result.errorText.hasPrefix("Reading the old configuration from here; Ctrl-D ends it.\n"))
    #expect(result.exit != .code(0))
  }
}

extension CommandResult {
  fileprivate init(exit: CommandExit, standardOutput: String) {
    self.init(exit: exit, standardOutput: Data(standardOutput.utf8))
  }
}
