import Foundation
import TestSupport

/// Runs a program in a terminal of 120x40, presses keys, and prints the cells of its screen as JSON,
/// from which `screenshots/make` draws the pictures.
///
///     ScreenDump WORDS -- PROGRAM [ARGUMENT...]
///
/// WORDS, in order: `wait:TEXT` until the screen holds TEXT and stands still, `key:TEXT` types TEXT,
/// where `\r` is Enter and `\e` is Esc. Ends with 1 when a wait is in vain.
@main
struct ScreenDump {
  static let rows = 40
  static let columns = 120

  struct Picture: Encodable {
    let rows: Int
    let columns: Int
    let cells: [[Cell]]
  }

  struct Cell: Encodable {
    let text: String
    let foreground: Int
    let background: Int
    let isBold: Bool
    let isReverse: Bool
    let isUnderlined: Bool
  }

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let end = words.firstIndex(of: "--"), end + 1 < words.endIndex else {
      stop("usage: ScreenDump [wait:TEXT | key:TEXT]... -- PROGRAM [ARGUMENT...]", code: 64)
    }
    var environment = PseudoTerminal.plainEnvironment
    for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "IP_LEASES_PACE"] {
      environment[name] = ProcessInfo.processInfo.environment[name]
    }
    let terminal = try PseudoTerminal(
      Array(words[(end + 1)...]), environment: environment, rows: rows, columns: columns)
    for word in words[..<end] { play(word, terminal) }
    let cells = (0..<rows).map { row in (0..<columns).map { cell(terminal.cell(row, $0)) } }
    let picture = Picture(rows: rows, columns: columns, cells: cells)
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(picture))
  }

  private static func play(_ word: String, _ terminal: PseudoTerminal) {
    let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("key", 2):
      terminal.send(
        parts[1].replacing("\\r", with: "\r").replacing("\\e", with: "\u{1b}"))
    case ("wait", 2):
      if terminal.waitFor(parts[1], silence: .milliseconds(150)) { return }
      stop("“\(parts[1])” did not come. The screen:\n\(terminal.screenText)", code: 1)
    default:
      stop("\(word) is neither wait:TEXT nor key:TEXT", code: 64)
    }
  }

  private static func cell(_ cell: PseudoTerminal.Cell) -> Cell {
    Cell(
      text: cell.text, foreground: cell.foreground, background: cell.background,
      isBold: cell.isBold, isReverse: cell.isReverse, isUnderlined: cell.isUnderlined)
  }

  private static func stop(_ reason: String, code: Int32) -> Never {
    FileHandle.standardError.write(Data("ScreenDump: \(reason)\n".utf8))
    exit(code)
  }
}
