import Foundation
import TestSupport
import Testing

/// What becomes of the terminal and of the cluster when the console ends while a step runs.
@Suite(.inTurn)
struct ConsoleEndingTests {
  /// A console in the middle of installing MetalLB, which takes two seconds.
  private func running(_ stage: ConsoleStage) throws -> PseudoTerminal {
    let setup = try PseudoTerminal(
      stage.arguments(["apply", "namespace", "--yes"]), environment: stage.environment())
    try #require(setup.waitExit() == .exited(0))
    let terminal = try stage.openedConsole(pace: "1")
    try startInstallation(terminal)
    return terminal
  }

  private func startInstallation(_ terminal: PseudoTerminal) throws {
    terminal.send("2a")
    try #require(terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
    try #require(terminal.typeWord(), "\(terminal.screenText)")
    try #require(
      terminal.wait(silence: .zero) { $0.screenText.contains("3 running  install MetalLB") },
      "\(terminal.screenText)")
  }

  private func expectWhole(_ terminal: PseudoTerminal) {
    #expect(terminal.isCooked)
    #expect(!terminal.isAlternateScreen)
    #expect(terminal.cursorVisible)
  }

  /// The words in the list of Steps, against what a call of `steps` says.
  private func expectConsoleShowsTheSteps(_ stage: ConsoleStage) throws {
    let terminal = try stage.openedConsole(rows: 40, columns: 120)
    terminal.send("2")
    try #require(terminal.waitFor("[2 Steps"))
    let shown = (1...10).map { number in
      let start = "\(number) "
      let row = (3..<terminal.rows).map(terminal.line).first {
        $0.drop { $0 == " " || $0 == ">" }.hasPrefix(start)
      }
      return row.map { String($0.dropFirst(27).prefix { $0 != " " }) } ?? "nothing"
    }
    let words = [
      "done": "OK", "notNeeded": "OK", "todo": "TODO", "blocked": "WAIT", "failed": "FAIL",
      "setAside": "SKIP", "unknown": "?",
    ]
    let told = try stage.steps().map { words[$0.state] ?? $0.state }
    #expect(shown == told, "\(terminal.screenText)")
    #expect(told[1] == "OK")
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func aSignalWhileAStepRunsEndsAtOnce(signal: Int32) throws {
    let stage = try ConsoleStage()
    let terminal = try running(stage)
    terminal.signal(signal)
    try #require(terminal.waitExit() == .exited(130))
    // It did not wait for the step's end.
    #expect(!terminal.screenText.contains("DONE"))
    expectWhole(terminal)
    try expectConsoleShowsTheSteps(stage)
  }

  /// With the time of a real cluster a proof from outside would hold its address for a minute.
  @Test func leavingDuringAProofRemovesItsServiceWithinSecondsAndSaysSo() throws {
    let stage = try ConsoleStage("enabled")
    let terminal = try stage.openedConsole(pace: "1")
    terminal.send("5")
    try #require(terminal.waitFor("[5 Verify"), "\(terminal.screenText)")
    terminal.send("G ")
    try #require(terminal.waitFor("v Proof from outside"), "\(terminal.screenText)")
    terminal.send("Ga")
    try #require(
      terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
    try #require(terminal.typeWord(), "\(terminal.screenText)")
    try #require(
      terminal.wait { $0.screenText.contains("wait until you have tried") },
      "\(terminal.screenText)")
    terminal.send("Q")
    try #require(terminal.waitFor("its test Service is removed first"), "\(terminal.screenText)")
    terminal.send("\r")
    try #require(terminal.waitExit() == .exited(0))
    expectWhole(terminal)
    #expect(terminal.screenText.contains("The proof ends first"), "\(terminal.screenText)")
    #expect(terminal.screenText.contains("It is removed."), "\(terminal.screenText)")
  }

  @Test func aLineThatIsCutWhileAStepRunsEndsAtOnce() throws {
    let stage = try ConsoleStage()
    let terminal = try running(stage)
    terminal.hangUp()
    #expect(terminal.waitExit(reading: false) == .exited(130))
    try expectConsoleShowsTheSteps(stage)
  }

  @Test func aKilledConsoleIsFollowedByOneThatKnowsTheState() throws {
    let stage = try ConsoleStage()
    let terminal = try running(stage)
    terminal.signal(SIGKILL)
    #expect(terminal.waitExit() == .signaled(SIGKILL))
    try expectConsoleShowsTheSteps(stage)
  }

  @Test func stoppingAsksForAWordAndThenStops() throws {
    let stage = try ConsoleStage()
    let terminal = try running(stage)
    terminal.send("\u{03}")
    #expect(terminal.waitFor("Stopping sends SIGINT", silence: .zero), "\(terminal.screenText)")
    try #require(terminal.wait(silence: .zero) { $0.cursorVisible })
    try #require(terminal.typeKeys("stop"))
    terminal.send("\r")
    try #require(terminal.waitForEnd(), "\(terminal.screenText)")
    #expect(terminal.heading == "STOPPED", "\(terminal.screenText)")
    #expect(terminal.screenText.contains("Stopped by you."))
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
    try expectConsoleShowsTheSteps(stage)
  }

  @Test func leavingWhileAStepRunsAsksFirst() throws {
    let stage = try ConsoleStage()
    let terminal = try running(stage)
    terminal.send("Q")
    #expect(terminal.waitFor("Leaving does not stop it", silence: .zero), "\(terminal.screenText)")
    terminal.send("\u{1B}")
    try #require(terminal.waitForEnd(), "\(terminal.screenText)")
    #expect(terminal.heading == "DONE")
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
    expectWhole(terminal)
  }

  @Test func suspendedWhileAStepRunsItGoesOnWhenItIsBack() throws {
    let stage = try ConsoleStage()
    let setup = try PseudoTerminal(
      stage.arguments(["apply", "namespace", "--yes"]), environment: stage.environment())
    try #require(setup.waitExit() == .exited(0))
    var environment = stage.environment(pace: "1")
    environment["PS1"] = "shell>"
    let terminal = try PseudoTerminal(
      ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"], environment: environment)
    try #require(terminal.waitFor("shell>"))
    terminal.send(stage.arguments([]).map { "'\($0)'" }.joined(separator: " ") + "\n")
    try #require(terminal.waitForFacts(), "\(terminal.screenText)")
    try startInstallation(terminal)
    terminal.send("\u{1A}")
    try #require(terminal.waitFor("Stopped"), "\(terminal.screenText)")
    expectWhole(terminal)
    terminal.send("fg\n")
    try #require(terminal.waitForEnd(), "\(terminal.screenText)")
    #expect(terminal.heading == "DONE")
    #expect(terminal.isAlternateScreen)
    terminal.send("Q")
    #expect(terminal.wait { !$0.isAlternateScreen })
    expectWhole(terminal)
  }
}
