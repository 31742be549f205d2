import ArgumentParser
import Glibc
import SystemPackage
import Terminal

/// Draws a known screen and names the keys it gets, so that the terminal's part of the program can
/// be tested, and tried by hand, without a console around it. Not in the help.
struct TerminalProbe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terminal-probe", abstract: "Draw a known screen and name the keys pressed.",
    shouldDisplay: false)

  @Flag(help: "Draw lines with ASCII characters only.")
  var ascii = false

  @Option(help: "auto, always or never.")
  var color = ColorChoice.auto

  func run() throws {
    let waiter = EventWaiter()
    let environment = ["NO_COLOR": getenv("NO_COLOR").map { String(cString: $0) } ?? ""]
    let screen: NcursesScreen
    do {
      screen = try NcursesScreen(
        colors: color.allowsColor(environment: environment), ascii: ascii)
    } catch {
      let line = "ip-leases: \(error)\n"
      _ = try? FileDescriptor.standardError.writeAll(line.utf8)
      throw ExitCode(2)
    }
    var probe = ProbeLoop(screen: screen)
    let code = probe.run(waiter)
    screen.end()
    throw ExitCode(code)
  }
}

private struct ProbeLoop {
  private enum Step {
    case goOn
    case leave(Int32)
  }

  let screen: NcursesScreen
  private var names: [String] = []
  private var frames = 0
  private var isCounting = false
  private var showsCaret = false

  init(screen: NcursesScreen) {
    self.screen = screen
  }

  /// The exit code.
  mutating func run(_ waiter: EventWaiter) -> Int32 {
    while true {
      draw()
      let wake = waiter.wait()
      if wake.termination != nil { return 130 }
      if wake.isStopRequested { screen.suspend() }
      if wake.isResumed { screen.redraw() }
      for key in wake.hasInput ? screen.readKeys() : [] {
        if case .leave(let code) = react(to: key) { return code }
      }
      if wake.isHungUp { return 130 }
    }
  }

  private mutating func react(to key: Key) -> Step {
    switch key {
    case .character("q"): return .leave(0)
    case .character("C"): crash(because: names.count)
    case .character("A"): names.append(names[names.count + 12])
    case .character("S"):
      if let nowhere = UnsafePointer<Int>(bitPattern: 8) { names.append("\(nowhere.pointee)") }
    case .character("B"): abort()
    case .character("O"): names.append("\(depth(of: names.count))")
    case .character("X"): exit(3)
    case .character("E"): Self.complain()
    case .character("F"): flood()
    case .character("P"): screen.print("plain \u{1B}[31mtext\n界\n", thenAsk: "Press a key ")
    case .character("D"): isCounting.toggle()
    case .character("N"): break
    case .character("W"): showsCaret.toggle()
    case .control("l"): screen.redraw()
    case .control("z"): screen.suspend()
    default: names.append(Self.name(of: key))
    }
    return .goOn
  }

  private mutating func draw() {
    let size = screen.size
    var canvas = Canvas(size: size)
    canvas.rule(row: 0, column: 0, columns: size.columns, title: "terminal probe")
    canvas.write("size \(size.rows)x\(size.columns)", row: 1, column: 2)
    canvas.write(isCounting ? "on" : "off", row: 1, column: 20)
    canvas.write(screen.notice ?? "no notice", row: 2, column: 2)
    canvas.write("red", row: 3, column: 2, style: Style(.red))
    canvas.write("on blue", row: 3, column: 6, style: Style(.white, on: .blue))
    canvas.write("bold", row: 3, column: 14, style: Style(bold: true))
    canvas.write("reverse", row: 3, column: 19, style: Style(reverse: true))
    canvas.write("under", row: 3, column: 27, style: Style(underlined: true))
    canvas.write("界é\u{1B}[2J👍🏽e\u{301}\u{202E}|", row: 4, column: 2)
    canvas[5, 2] = Cell("\u{1B}")
    canvas[5, 3] = Cell("界")
    canvas[5, 4] = Cell("x")
    canvas.verticalRule(row: 1, column: size.columns - 1, rows: size.rows - 2)
    var at = canvas.write("keys", row: 6, column: 2)
    for name in names.suffix(8) { at = canvas.write(" \(name)", row: 6, column: at) }
    canvas.write("\(names.count).", row: 7, column: 2)
    canvas.write("long \(String(repeating: "x", count: 500))", row: 8, column: 2, columns: 20)
    if showsCaret { canvas.caret = Position(row: 7, column: 4) }
    screen.show(canvas)
  }

  /// Different frames for ever, for a terminal that does not read them.
  private mutating func flood() -> Never {
    while true {
      frames += 1
      var canvas = Canvas(size: screen.size)
      for row in 0..<canvas.size.rows {
        let sign = String(Unicode.Scalar(UInt8(65 + (frames + row) % 26)))
        canvas.write(
          String(repeating: sign, count: canvas.size.columns), row: row, column: 0)
      }
      screen.show(canvas)
    }
  }

  private func crash(because count: Int) {
    precondition(count < 0, "the probe was asked to crash")
  }

  private func depth(of count: Int) -> Int {
    count < 0 ? 0 : 1 + depth(of: count + 1) % 7
  }

  private static func complain() {
    let line = "a word on standard error\n"
    _ = try? FileDescriptor.standardError.writeAll(line.utf8)
  }

  private static func name(of key: Key) -> String {
    switch key {
    case .character(let character): String(character)
    case .control(let letter): "Ctrl-\(letter)"
    case .function(let number): "F\(number)"
    case .paste(let text): "paste(\(text.replacing("\n", with: "/")))"
    case .wheelUp(let at): "wheelUp(\(at.row),\(at.column))"
    case .wheelDown(let at): "wheelDown(\(at.row),\(at.column))"
    case .click(let at): "click(\(at.row),\(at.column))"
    case .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .enter, .escape, .tab,
      .backTab, .backspace, .delete, .focusGained, .focusLost, .unknown:
      "\(key)"
    }
  }
}
