import Foundation
import TestSupport
import Testing

/// The terminal's part of the real program, without the console.
@Suite(.inTurn)
struct TerminalGuardTests {
  private func probe(
    _ options: [String] = [], environment changes: [String: String?] = [:], rows: Int = 24,
    columns: Int = 80
  ) throws -> PseudoTerminal {
    var environment = PseudoTerminal.plainEnvironment
    for (name, value) in changes { environment[name] = value }
    return try PseudoTerminal(
      [Program.underTest, "terminal-probe"] + options, environment: environment, rows: rows,
      columns: columns)
  }

  private func startedProbe(
    _ options: [String] = [], environment: [String: String?] = [:], rows: Int = 24,
    columns: Int = 80
  ) throws -> PseudoTerminal {
    let terminal = try probe(options, environment: environment, rows: rows, columns: columns)
    try #require(terminal.waitFor("terminal probe"), "\(terminal.screenText)")
    return terminal
  }

  private func expectWhole(_ terminal: PseudoTerminal) {
    #expect(terminal.isCooked)
    #expect(!terminal.isAlternateScreen)
    #expect(terminal.cursorVisible)
    for mode in ["2004", "1004", "1000"] {
      let text = String(decoding: terminal.output, as: UTF8.self)
      let on = text.range(of: "\u{1B}[?\(mode)h", options: .backwards)
      let off = text.range(of: "\u{1B}[?\(mode)l", options: .backwards)
      if let on, let off { #expect(on.lowerBound < off.lowerBound, "mode \(mode)") }
      #expect(on == nil || off != nil, "mode \(mode)")
    }
  }

  // MARK: Frames

  @Test func aFrameIsDrawnWithItsStylesAndQuittingRestoresTheTerminal() throws {
    let terminal = try startedProbe()
    #expect(terminal.isAlternateScreen)
    #expect(!terminal.cursorVisible)
    #expect(!terminal.isCooked)
    #expect(terminal.line(0).hasPrefix("── terminal probe ─────"))
    #expect(terminal.cell(0, 79).text == "─")
    #expect(terminal.cell(3, 2) == .init(text: "r", foreground: 1))
    #expect(terminal.cell(3, 6) == .init(text: "o", foreground: 7, background: 4))
    #expect(terminal.cell(3, 14) == .init(text: "b", isBold: true))
    #expect(terminal.cell(3, 19) == .init(text: "r", isReverse: true))
    #expect(terminal.cell(3, 27) == .init(text: "u", isUnderlined: true))
    #expect(terminal.cell(22, 79).text == "│")
    terminal.send("q")
    #expect(terminal.waitExit() == .exited(0))
    expectWhole(terminal)
  }

  @Test func foreignTextReachesTheTerminalWithoutItsControls() throws {
    let terminal = try startedProbe()
    #expect(terminal.line(4).hasPrefix("  界é[2J👍e\u{301}|"))
    #expect(terminal.line(5).hasPrefix("   ?x "))
    #expect(terminal.line(8).hasPrefix("  long xxxxxxxxxxxxxx…  "))
    #expect(!terminal.hasSent("\u{202E}"))
    #expect(!terminal.hasSent("\u{1B}[2J👍"))
  }

  @Test func nothingIsSentWhenNothingHasChanged() throws {
    let terminal = try startedProbe()
    terminal.settle(.milliseconds(50))
    let before = terminal.bytesReceived
    for _ in 0..<5 { terminal.send("N") }
    terminal.settle(.milliseconds(100))
    #expect(terminal.bytesReceived == before)
  }

  @Test func aChangedCellCostsFewBytes() throws {
    let terminal = try startedProbe()
    terminal.settle(.milliseconds(50))
    let before = terminal.bytesReceived
    terminal.send("D")
    #expect(terminal.wait { $0.line(1).contains(" on ") })
    #expect(terminal.bytesReceived - before <= 24)
  }

  @Test func theCaretIsShownWhereTheFrameHasIt() throws {
    let terminal = try startedProbe()
    terminal.send("W")
    #expect(terminal.wait { $0.cursorVisible })
    #expect(terminal.cursor == (7, 4))
    terminal.send("W")
    #expect(terminal.wait { !$0.cursorVisible })
  }

  @Test func redrawingBringsBackWhatOthersHaveOverwritten() throws {
    let terminal = try startedProbe()
    let before = terminal.bytesReceived
    terminal.send("\u{0C}")
    #expect(terminal.wait { $0.bytesReceived - before > 500 })
    #expect(terminal.screenText.contains("terminal probe"))
  }

  // MARK: Keys

  @Test(arguments: [
    ("j", "j"), ("é", "é"), ("界", "界"), ("👍", "👍"), ("\r", "enter"), ("\n", "enter"),
    ("\t", "tab"), ("\u{7F}", "backspace"), ("\u{04}", "Ctrl-d"), ("\u{03}", "Ctrl-c"),
    ("\u{1B}OA", "up"), ("\u{1B}[A", "up"), ("\u{1B}[B", "down"), ("\u{1B}OC", "right"),
    ("\u{1B}[D", "left"), ("\u{1B}OH", "home"), ("\u{1B}[1~", "home"), ("\u{1B}[F", "end"),
    ("\u{1B}[5~", "pageUp"), ("\u{1B}[6~", "pageDown"), ("\u{1B}[3~", "delete"),
    ("\u{1B}[Z", "backTab"), ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"), ("\u{1B}[24~", "F12"),
    ("\u{1B}[I", "focusGained"), ("\u{1B}[O", "focusLost"), ("\u{1B}[97;5u", "unknown"),
    ("\u{1B}[200~one\rtwo\u{1B}[A\t界\u{1B}[201~", "paste(one/two"),
    ("\u{1B}[<64;11;6M", "wheelUp(5,10)"), ("\u{1B}[<65;300;6M", "wheelDown(5,299)"),
    ("\u{1B}[<0;3;4M", "click(3,2)"), ("\u{1B}", "escape"),
  ])
  func aKeyIsNamed(_ sent: String, _ name: String) throws {
    let terminal = try startedProbe()
    terminal.send(sent)
    #expect(terminal.waitFor("keys \(name)"), "\(terminal.line(6))")
    #expect(terminal.line(7).hasPrefix("  1."))
  }

  @Test func charactersCutByTheLineArriveWhole() throws {
    let terminal = try startedProbe()
    for byte in Array("界".utf8) {
      terminal.send([byte])
      terminal.settle(.milliseconds(5))
    }
    #expect(terminal.waitFor("keys 界"))
  }

  @Test func aBareEscapeIsKnownSoon() throws {
    let terminal = try startedProbe()
    for count in 1...5 {
      terminal.send("\u{1B}")
      // No other key follows that would end the wait for more of a sequence.
      #expect(terminal.wait(silence: .zero) { $0.line(7).hasPrefix("  \(count).") })
    }
  }

  // MARK: Size

  @Test func noResizeIsLost() throws {
    let terminal = try startedProbe()
    for count in 0..<200 {
      let (rows, columns) = (10 + count % 31, 40 + count % 83)
      terminal.resize(rows: rows, columns: columns)
      let text = "size \(rows)x\(columns)"
      try #require(
        terminal.wait(silence: .zero) { $0.line(1).contains(text) },
        "resize \(count): \(terminal.screenText)")
    }
  }

  @Test func theLastOfManyQuickResizesIsShown() throws {
    let terminal = try startedProbe()
    for count in 0..<200 { terminal.resize(rows: 10 + count % 31, columns: 40 + count % 83) }
    let last = "size \(terminal.rows)x\(terminal.columns)"
    #expect(terminal.waitFor(last))
    #expect(terminal.cell(0, terminal.columns - 1).text == "─")
  }

  @Test(arguments: [(1, 1), (1, 80), (24, 1), (2, 2), (0, 0), (600, 1200)])
  func oddSizesDoNoHarm(rows: Int, columns: Int) throws {
    let terminal = try startedProbe()
    terminal.settle()
    terminal.resizeProgramOnly(rows: rows, columns: columns)
    terminal.settle()
    terminal.resize(rows: 20, columns: 60)
    #expect(terminal.waitFor("size 20x60"))
    terminal.send("q")
    #expect(terminal.waitExit() == .exited(0))
  }

  // MARK: Away and back

  @Test func suspendingGivesTheShellItsTerminalAndComesBack() throws {
    var environment = PseudoTerminal.plainEnvironment
    environment["PS1"] = "shell>"
    let terminal = try PseudoTerminal(
      ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"], environment: environment)
    try #require(terminal.waitFor("shell>"))
    terminal.send("'\(Program.underTest)' terminal-probe\n")
    try #require(terminal.waitFor("size 24x80"))
    terminal.send("\u{1A}")
    // What is typed before the shell asks again may be lost on its way.
    #expect(
      terminal.wait { terminal in
        let text = terminal.screenText.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.contains("Stopped") && text.hasSuffix("shell>")
      })
    #expect(!terminal.isAlternateScreen)
    #expect(terminal.cursorVisible)
    #expect(terminal.isCooked)
    terminal.resize(rows: 20, columns: 70)
    terminal.send("fg\n")
    #expect(terminal.waitFor("size 20x70"))
    #expect(terminal.isAlternateScreen)
    #expect(!terminal.isCooked)
    #expect(!terminal.cursorVisible)
    terminal.send("\u{1B}[200~x\u{1B}[201~")
    #expect(terminal.waitFor("keys paste(x)"))
    terminal.send("q")
    #expect(terminal.wait { !$0.isAlternateScreen })
    expectWhole(terminal)
  }

  @Test func suspendingWithoutAShellChangesNothing() throws {
    let terminal = try startedProbe()
    terminal.send("\u{1A}j")
    #expect(terminal.waitFor("keys j"))
    #expect(terminal.isAlternateScreen)
  }

  @Test func plainTextIsPrintedOnTheNormalScreenUntilAKeyIsPressed() throws {
    let terminal = try startedProbe()
    terminal.send("P")
    #expect(terminal.waitFor("Press a key"))
    #expect(!terminal.isAlternateScreen)
    #expect(terminal.screenText.contains("plain [31mtext\n界"))
    terminal.send("q")
    #expect(terminal.waitFor("terminal probe"))
    #expect(terminal.isAlternateScreen)
    terminal.send("q")
    #expect(terminal.waitExit() == .exited(0))
    expectWhole(terminal)
  }

  // MARK: Endings

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aTerminatingSignalEndsInOrder(signal: Int32) throws {
    let terminal = try startedProbe()
    terminal.signal(signal)
    #expect(terminal.waitExit() == .exited(130))
    expectWhole(terminal)
  }

  @Test func aLineThatIsCutEndsTheProgram() throws {
    let terminal = try startedProbe()
    terminal.hangUp()
    #expect(terminal.waitExit(reading: false) == .exited(130))
  }

  @Test func aSignalAlsoEndsAProgramWhoseTerminalNobodyReads() throws {
    let terminal = try startedProbe()
    let before = terminal.bytesReceived
    terminal.send("F")
    // From here on nobody reads.
    #expect(terminal.wait(silence: .zero) { $0.bytesReceived > before + 10_000 })
    let clock = ContinuousClock()
    let time = clock.measure {
      terminal.signal(SIGTERM)
      #expect(terminal.waitExit(reading: false) == .exited(130))
    }
    #expect(time > .milliseconds(1500))
    #expect(terminal.isCooked)
  }

  @Test(
    arguments: [
      ("C", SIGILL, "the probe was asked to crash"), ("A", SIGILL, "Index out of range"),
      ("S", SIGSEGV, ""), ("B", SIGABRT, ""), ("O", SIGSEGV, ""),
    ])
  func aCrashLeavesTheTerminalWholeAndItsReportReadable(
    key: String, signal: Int32, said: String
  ) throws {
    let terminal = try startedProbe()
    terminal.send("E\(key)")
    #expect(terminal.waitExit() == .signaled(signal))
    expectWhole(terminal)
    // The whole of it after the screen was left; Swift's list of frames may be a long one.
    let output = String(decoding: terminal.output, as: UTF8.self)
    let left = try #require(output.range(of: "\u{1B}[?1049l", options: .backwards))
    let report = output[left.upperBound...]
    #expect(report.contains("a word on standard error"))
    // An optimised build traps without a sentence.
    #expect(said.isEmpty || !Program.saysWhyItTraps || report.contains(said))
    #expect(report.contains("ip-leases: internal error, signal \(signal)"))
    #expect(!terminal.screenText.contains("terminal probe"))
  }

  @Test func swiftsInteractiveReportDoesNotTakeOver() throws {
    let terminal = try startedProbe(environment: [
      "SWIFT_BACKTRACE": "enable=yes,interactive=yes"
    ])
    terminal.send("C")
    #expect(terminal.waitExit() == .signaled(SIGILL))
    expectWhole(terminal)
  }

  @Test func exitingFromTheMiddleRestoresTheTerminal() throws {
    let terminal = try startedProbe()
    terminal.send("EX")
    #expect(terminal.waitExit() == .exited(3))
    expectWhole(terminal)
    #expect(terminal.screenText.contains("a word on standard error"))
  }

  // MARK: Terminals

  @Test(arguments: [
    ("dumb", "cannot move its cursor"), (nil, "TERM is not set"), ("", "TERM is not set"),
    ("nonesuch", "is not in the terminal database"),
  ])
  func aTerminalThatCannotDoItIsRefusedWithASentence(name: String?, says: String) throws {
    let terminal = try probe(environment: ["TERM": name])
    #expect(terminal.waitExit() == .exited(2))
    #expect(terminal.screenText.contains(says))
    #expect(terminal.isCooked)
    #expect(!terminal.hasSent("\u{1B}"))
  }

  @Test func anUnknownKinOfXtermIsTriedAndSaid() throws {
    let terminal = try startedProbe(environment: ["TERM": "xterm-kitty"])
    #expect(
      terminal.line(2).contains("“xterm-kitty” is unknown here; it is used as xterm-256color"))
    #expect(terminal.cell(3, 2).foreground == 1)
  }

  @Test(arguments: ["xterm", "screen-256color", "tmux-256color", "linux", "vt100"])
  func commonTerminalsDraw(name: String) throws {
    let terminal = try startedProbe(environment: ["TERM": name])
    #expect(terminal.line(1).contains("size 24x80"))
    terminal.send("\u{1B}[A")
    #expect(terminal.waitFor("keys up"))
    terminal.send("q")
    #expect(terminal.waitExit() == .exited(0))
    #expect(terminal.isCooked)
  }

  @Test func noColorKeepsBoldAndReverse() throws {
    let terminal = try startedProbe(environment: ["NO_COLOR": "1"])
    #expect(terminal.cell(3, 2) == .init(text: "r"))
    #expect(terminal.cell(3, 14) == .init(text: "b", isBold: true))
    #expect(terminal.cell(3, 19) == .init(text: "r", isReverse: true))
    let always = try startedProbe(["--color", "always"], environment: ["NO_COLOR": "1"])
    #expect(always.cell(3, 2).foreground == 1)
  }

  @Test func linesAreASCIIWhereTheLocaleIsNotUTF8() throws {
    let terminal = try startedProbe(environment: ["LC_ALL": "C"])
    #expect(terminal.line(0).hasPrefix("-- terminal probe -----"))
    #expect(terminal.line(4).hasPrefix("  界é[2J👍e\u{301}|"))
    terminal.send("界")
    #expect(terminal.waitFor("keys 界"))
  }

  @Test func asciiCanBeAskedFor() throws {
    let terminal = try startedProbe(["--ascii"])
    #expect(terminal.line(0).hasPrefix("-- terminal probe -----"))
    #expect(terminal.cell(1, 79).text == "|")
    #expect(terminal.line(8).hasPrefix("  long xxxxxxxxxxxxxx.  "))
  }
}
