import Foundation
import TestSupport
import Testing

/// The first set-up by keys alone, on the built-in cluster.
@Suite(.inTurn)
struct ConsoleWalkTests {
  struct Size: Hashable, CustomStringConvertible {
    var rows: Int
    var columns: Int
    var description: String { "\(columns)x\(rows)" }
  }

  /// Applies one step after the other until all hold, then takes the provider's step back.
  @Test(arguments: [[Size(rows: 24, columns: 80)], [Size(rows: 40, columns: 120)]])
  func everyStepIsDoneByKeysAlone(sizes: [Size]) throws {
    // In the larger window the ranges are typed when the console asks for them.
    let options = sizes[0].columns == 80 ? ["--pool", "203.0.113.0/28"] : []
    try walk(sizes, options, pace: "0")
  }

  @Test func aWindowThatChangesItsSizeWhileStepsRunLosesNothing() throws {
    let sizes = [
      Size(rows: 24, columns: 80), Size(rows: 40, columns: 120), Size(rows: 16, columns: 61),
      Size(rows: 50, columns: 200),
    ]
    try walk(sizes, ["--pool", "203.0.113.0/28"], pace: "0.3")
  }

  private func walk(_ sizes: [Size], _ options: [String], pace: String) throws {
    let stage = try ConsoleStage()
    let terminal = try stage.openedConsole(
      options, pace: pace, rows: sizes[0].rows, columns: sizes[0].columns)
    terminal.send("2")
    try #require(terminal.waitFor("[2 Steps 1/10]"), "\(terminal.screenText)")
    var plans = 0
    while !terminal.screenText.contains("Every step holds") {
      plans += 1
      try #require(plans < 20)
      terminal.send("a")
      try #require(
        terminal.wait {
          ["holds by now", "may be leased?"].contains(where: $0.screenText.contains)
            || $0.heading == "PLAN"
        }, "\(terminal.screenText)")
      if terminal.screenText.contains("may be leased?") { try giveRanges(terminal) }
      // Between two looks the cluster may have come to where the plan leads.
      guard terminal.heading == "PLAN" else { continue }
      readToTheEnd(terminal)
      try #require(terminal.typeWord(), "\(terminal.screenText)")
      let size = sizes[plans % sizes.count]
      if sizes.count > 1 { terminal.resize(rows: size.rows, columns: size.columns) }
      try #require(terminal.waitForEnd(), "\(terminal.screenText)")
      #expect(terminal.heading == "DONE", "\(terminal.screenText)")
      if sizes.count > 1 { try expectWholeFrame(terminal, size) }
    }
    // Steps that only wait may have come to hold by themselves on a slow machine.
    #expect(plans >= 7)
    #expect(try stage.steps().map(\.state) == Array(repeating: "done", count: 10))
    try takeProviderBack(terminal, stage)
    #expect(!terminal.hasSentSecrets)
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
  }

  private func takeProviderBack(_ terminal: PseudoTerminal, _ stage: ConsoleStage) throws {
    terminal.send("2")
    try #require(terminal.waitFor("[2 Steps 10/10]"), "\(terminal.screenText)")
    terminal.send("/")
    try #require(terminal.waitFor("Find in Steps"))
    terminal.send("switch-on\r")
    try #require(terminal.waitFor("> 9 Provider"), "\(terminal.screenText)")
    terminal.send("u")
    try #require(terminal.wait { $0.heading == "ROLL" }, "\(terminal.screenText)")
    readToTheEnd(terminal)
    try #require(terminal.typeWord(), "\(terminal.screenText)")
    try #require(terminal.waitForEnd(), "\(terminal.screenText)")
    #expect(terminal.heading == "DONE", "\(terminal.screenText)")
    let states = Dictionary(uniqueKeysWithValues: try stage.steps().map { ($0.id, $0.state) })
    #expect(states["provider"] == "todo")
    #expect(states["capacity"] == "done")
  }

  private func giveRanges(_ terminal: PseudoTerminal) throws {
    terminal.send("203.0.113.0/")
    try #require(terminal.waitFor(" FAIL  "), "\(terminal.screenText)")
    terminal.send("\r")
    try #require(terminal.waitFor("Not taken as it is"), "\(terminal.screenText)")
    terminal.send("28")
    try #require(terminal.waitFor(" OK    16 addresses in 1 range"), "\(terminal.screenText)")
    terminal.send("\r")
    try #require(terminal.wait { $0.heading == "PLAN" }, "\(terminal.screenText)")
  }

  private func readToTheEnd(_ terminal: PseudoTerminal) {
    var pages = 0
    while terminal.screenText.contains("below, Tab goes there"), pages < 20 {
      terminal.send("\u{1B}[6~")
      terminal.settle()
      pages += 1
    }
  }

  /// Title, heading, message and keys are all there at the new size.
  private func expectWholeFrame(_ terminal: PseudoTerminal, _ size: Size) throws {
    #expect(terminal.line(0).hasPrefix("IP-LEASES REHEARSAL fresh"), "\(size)")
    #expect(terminal.line(size.rows - 1).contains("? Help"), "\(size) \(terminal.screenText)")
    #expect(terminal.screenText.contains("── Output "), "\(size) \(terminal.screenText)")
  }
}
