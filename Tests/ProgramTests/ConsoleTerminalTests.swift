import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// The console and the terminals it may find, and the quiet it keeps.
@Suite(.inTurn)
struct ConsoleTerminalTests {
  // MARK: Terminals that will not do

  @Test func withoutATerminalTheStatusIsPrintedAndTheExitCodeSaysSo() throws {
    let stage = try ConsoleStage()
    let words = stage.arguments([]).map { "'\($0)'" }.joined(separator: " ")
    let files = ["out", "err"].map { "\(stage.folder)/\($0)" }
    let shell = try PseudoTerminal(
      ["/bin/sh", "-c", "\(words) < /dev/null > '\(files[0])' 2> '\(files[1])'"],
      environment: stage.environment())
    #expect(shell.waitExit() == .exited(2))
    let texts = files.map {
      String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
    }
    #expect(texts[0].contains("1 of 10 steps hold"))
    #expect(!texts[0].contains("\u{1B}"))
    #expect(texts[1].contains("There is no terminal for the console"))
  }

  @Test func aTerminalThatCannotMoveItsCursorIsRefused() throws {
    let stage = try ConsoleStage()
    var environment = stage.environment()
    environment["TERM"] = "dumb"
    let terminal = try PseudoTerminal(stage.arguments([]), environment: environment)
    #expect(terminal.waitExit() == .exited(2))
    #expect(terminal.screenText.contains("cannot move its cursor"))
    #expect(terminal.isCooked)
    #expect(!terminal.hasSent("\u{1B}"))
  }

  /// Whatever says it: the kernel, the environment.
  @Test func aWindowThatNoScreenHasIsBounded() throws {
    let stage = try ConsoleStage()
    var environment = stage.environment()
    environment["LINES"] = "32767"
    environment["COLUMNS"] = "32767"
    let terminal = try PseudoTerminal(
      stage.arguments([]), environment: environment, folder: stage.folder)
    try #require(terminal.waitForFacts(), "\(terminal.screenText)")
    terminal.resizeProgramOnly(rows: 32_767, columns: 32_767)
    terminal.resizeProgramOnly(rows: 24, columns: 80)
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
  }

  // MARK: Beside others

  @Test func openConsolesKeepNobodyFromChangingTheCluster() throws {
    let stage = try ConsoleStage()
    let consoles = [try stage.openedConsole(), try stage.openedConsole()]
    for console in consoles {
      #expect(console.line(0).contains("READ-WRITE"), "\(console.line(0))")
      console.send("2a")
      try #require(console.wait { $0.heading == "PLAN" }, "\(console.screenText)")
    }
    let command = try PseudoTerminal(
      stage.arguments(["apply", "--yes", "namespace"]), environment: stage.environment())
    #expect(command.waitExit() == .exited(0), "\(command.screenText)")
    let changes = stage.changes()
    #expect(!changes.isEmpty)
    // The plan on the screen is looked at once more before it runs.
    try #require(consoles[0].typeWord(), "\(consoles[0].screenText)")
    #expect(consoles[0].wait { $0.heading == "HOLDS" }, "\(consoles[0].screenText)")
    #expect(stage.changes() == changes)
  }

  @Test func whoChangesTheClusterIsNamedAndNobodyElseDoes() throws {
    let stage = try ConsoleStage()
    let folder = StateFolder(root: "\(stage.folder)/state", cluster: "rehearsal-fresh")
    let lock = try Lock.acquire(in: folder, doing: "provider: Switch IP leases on")
    let console = try stage.openedConsole(columns: 120)
    #expect(console.screenText.contains("being changed"), "\(console.screenText)")
    console.send("2a")
    try #require(console.wait { $0.heading == "PLAN" }, "\(console.screenText)")
    try #require(console.typeWord(), "\(console.screenText)")
    #expect(console.wait { $0.heading == "FAILED" }, "\(console.screenText)")
    #expect(console.waitFor("process \(getpid())"), "\(console.screenText)")
    #expect(stage.changes().isEmpty)
    // Its turn comes as soon as the other is done, without another reading.
    lock.release()
    console.send("\u{1B}")
    console.send("a")
    try #require(console.wait { $0.heading == "PLAN" }, "\(console.screenText)")
    try #require(console.typeWord(), "\(console.screenText)")
    #expect(console.wait { $0.heading == "DONE" }, "\(console.screenText)")
  }

  // MARK: Reading only

  @Test func readOnlyIsSaidAndKept() throws {
    let stage = try ConsoleStage()
    let terminal = try stage.openedConsole(["--read-only"], columns: 120)
    #expect(terminal.line(0).contains("READ-ONLY"))
    try expectNoPlanRuns(terminal, because: "--read-only was given")
    #expect(stage.changes().isEmpty)
  }

  private func expectNoPlanRuns(_ terminal: PseudoTerminal, because reason: String) throws {
    terminal.send("2a")
    try #require(terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
    #expect(terminal.screenText.contains(reason), "\(terminal.screenText)")
    terminal.send("a")
    #expect(terminal.waitFor("Accept line is off"), "\(terminal.screenText)")
    terminal.send("yes\r")
    terminal.settle()
    #expect(!terminal.screenText.contains("Type  yes"))
    #expect(terminal.heading != "RUNNING")
  }

  // MARK: Quiet

  /// What other processes do to the machine does not count: only what this one itself works.
  @Test func anIdleConsoleSendsNothingAndTakesNoTime() throws {
    let stage = try ConsoleStage()
    let terminal = try stage.openedConsole()
    terminal.settle(.milliseconds(300))
    // The built-in cluster lives in the same process and writes a log line now and then; in between
    // there is rest.
    let windows = try (0..<3).map { _ in
      let before = try terminal.ticks()
      #expect(terminal.watch(for: .seconds(2)) == 0)
      return try terminal.ticks() - before
    }
    #expect(windows.min() ?? 9 <= 1, "\(windows)")
  }

  @Test func aWindowTooSmallShowsTheSafeScreenAndTakesNoChange() throws {
    let stage = try ConsoleStage()
    let terminal = try stage.openedConsole()
    terminal.send("2a")
    try #require(terminal.wait { $0.heading == "PLAN" })
    terminal.resize(rows: 8, columns: 40)
    try #require(terminal.waitFor("60x15 is needed"), "\(terminal.screenText)")
    #expect(terminal.screenText.contains("Works: Q ? P"))
    for key in "a123yesxu:/qi\r" {
      terminal.send(String(key))
      terminal.send("yes\r")
    }
    terminal.settle()
    #expect(terminal.screenText.contains("Nothing"))
    terminal.resize(rows: 24, columns: 80)
    #expect(terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
    #expect(stage.changes().isEmpty)
  }

  // MARK: tmux

  private static let tmux = "/usr/bin/tmux"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: tmux), "tmux is not installed"))
  func insideTmuxTheWheelMovesAndAPasteIsRefusedAtTheTypedWord() throws {
    let stage = try ConsoleStage()
    let settings = "\(stage.folder)/tmux.conf"
    try "set -g default-terminal tmux-256color\nset -g mouse on\nset -s escape-time 0\n"
      .write(toFile: settings, atomically: true, encoding: .utf8)
    let words = stage.arguments([]).map { "'\($0)'" }.joined(separator: " ")
    let socket = "\(stage.folder)/tmux"
    let terminal = try PseudoTerminal(
      [Self.tmux, "-S", socket, "-f", settings, "new-session", "echo $TERM > term; \(words)"],
      environment: stage.environment(), folder: stage.folder)
    try #require(terminal.waitForFacts(), "\(terminal.screenText)")
    // The server outlives its terminal where something fails on the way.
    defer {
      let end = try? PseudoTerminal([Self.tmux, "-S", socket, "kill-server"])
      _ = end?.waitExit()
    }
    let name = FileManager.default.contents(atPath: "\(stage.folder)/term") ?? Data()
    #expect(String(decoding: name, as: UTF8.self) == "tmux-256color\n")
    terminal.send("2")
    try #require(terminal.waitFor("> 2 Namespace"), "\(terminal.screenText)")
    terminal.send("\u{1B}[<65;11;6M")
    #expect(terminal.waitFor("> 3 MetalLB"), "\(terminal.screenText)")
    terminal.send("\u{1B}[<64;11;6M")
    #expect(terminal.waitFor("> 2 Namespace"), "\(terminal.screenText)")
    terminal.send("a")
    try #require(terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
    terminal.send("a")
    // The line listens once the cursor stands in it: before that everything is dropped.
    try #require(
      terminal.wait { $0.cursorVisible && $0.screenText.contains("Type  yes") },
      "\(terminal.screenText)")
    terminal.send("\u{1B}[200~yes\r\u{1B}[201~")
    #expect(terminal.waitFor("A paste is not taken here"), "\(terminal.screenText)")
    #expect(stage.changes().isEmpty)
    // The same from a terminal that does not mark it.
    terminal.send("yes\r")
    #expect(terminal.waitFor("That came at once, as a paste does"), "\(terminal.screenText)")
    #expect(stage.changes().isEmpty)
    terminal.send("\u{1B}")
    #expect(terminal.waitFor("Cancelled. Nothing was run."), "\(terminal.screenText)")
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
    #expect(terminal.isCooked)
  }
}
