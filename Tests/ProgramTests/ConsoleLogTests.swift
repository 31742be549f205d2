import Foundation
import TestSupport
import Testing

@testable import ip_leases

/// The Logs pane of the real program.
@Suite(.inTurn)
struct ConsoleLogTests {
  @Test func aFloodLeavesTheLineFreeAndKeysAnswered() throws {
    let stage = try ConsoleStage("enabled")
    // What a debug build takes in without falling behind.
    let terminal = try stage.console(["log-probe", "--rate", "5000"])
    terminal.send("4")
    try #require(
      terminal.wait(silence: .zero) { $0.screenText.contains("bid made") })
    let start = ContinuousClock.now
    let bytes = Double(terminal.watch(for: .seconds(2)))
    let rate = bytes / (start.duration(to: .now) / .seconds(1))
    // A machine with other work may show less of it.
    #expect(bytes > 0 && rate < 20_000, "\(rate) bytes in a second")

    terminal.send("k")
    #expect(terminal.wait(silence: .zero) { $0.screenText.contains(" PAUSED ") })
    #expect(terminal.wait(silence: .zero) { $0.screenText.contains(" new lines") })
    terminal.send("F")
    #expect(terminal.wait(silence: .zero) { $0.screenText.contains(" FOLLOWING ") })
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
  }

  @Test func nothingIsSentWhereNothingArrives() throws {
    let stage = try ConsoleStage("enabled")
    let terminal = try stage.openedConsole()
    terminal.send("4")
    try #require(terminal.waitFor("lines kept", silence: .milliseconds(700)))
    // The built-in cluster writes a line now and then; in between nothing is sent.
    var quiet = 0
    for _ in 0..<20 {
      let before = terminal.screenText
      let bytes = terminal.watch(for: .milliseconds(100))
      if bytes == 0 { quiet += 1 }
      #expect((bytes == 0) == (terminal.screenText == before))
    }
    #expect(quiet >= 10)
  }

  @Test func aPaneWithoutALineArrivingIsAtRest() throws {
    let stage = try ConsoleStage("enabled")
    let terminal = try stage.console(["log-probe", "--rate", "0"])
    try #require(terminal.waitForFacts())
    terminal.send("4")
    try #require(terminal.waitFor("FOLLOWING", silence: .seconds(1)), "\(terminal.screenText)")
    let ticks = try terminal.ticks()
    #expect(terminal.watch(for: .seconds(2)) == 0)
    #expect(try terminal.ticks() - ticks <= 1)
  }

  @Test func whatPassesIsSavedForTheUserAlone() throws {
    let stage = try ConsoleStage("enabled")
    let terminal = try stage.openedConsole()
    terminal.send("4")
    try #require(terminal.waitFor("lines kept of"))
    terminal.send("S")
    try #require(terminal.waitFor("Save the"))
    terminal.send("\u{15}saved.txt\r")
    try #require(terminal.waitFor("Saved as saved.txt"))
    let path = stage.folder + "/saved.txt"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.contains(#/^\d{4}-\d\d-\d\dT[\d:.]+Z \S+ /#) })
  }

  @Test func theClipboardIsReachedThroughTmuxAndScreen() {
    let plain = Clipboard.sequence(for: "text", ["TERM": "xterm"])
    #expect(plain == "\u{1B}]52;c;dGV4dA==\u{07}")
    #expect(Clipboard.sequence(for: "text", ["TERM": "screen", "TMUX": "x"]) == plain)
    let wrapped = Clipboard.sequence(
      for: String(repeating: "x", count: 3_000), ["TERM": "screen-256color"])
    let pieces = wrapped.components(separatedBy: "\u{1B}P").dropFirst()
    #expect(pieces.count == 6)
    #expect(pieces.allSatisfy { $0.hasSuffix("\u{1B}\\") && $0.utf8.count < 768 })
    let joined = pieces.map { $0.dropLast(2) }.joined()
    #expect(wrapped.hasPrefix(joined))
  }
}
