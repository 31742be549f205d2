import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// The actions of a plan in words and as exact commands.
package enum ActionText {
  /// What belongs to an action stands under its title.
  private static let indent = 7

  /// What the action is for, in a few words.
  package static func title(_ action: Action) -> String {
    switch action {
    case .command(let command): SafeText.line(command.purpose)
    case .file(let file):
      "write \(SafeText.line(file.path)), mode \(file.keepsMode ? "kept" : "0600")"
    case .wait(let wait):
      "wait until \(SafeText.line(wait.until)), \(Text.elapsed(wait.limit)) at most"
    }
  }

  /// The title, and under it what would be run or written.
  ///
  /// - Parameters:
  ///   - isWhole: nothing is shortened.
  ///   - shownDiff: a diff that stands above already and is not shown again.
  package static func lines(
    _ action: Action, number: Int, columns: Int, isWhole: Bool = true, shownDiff: String = ""
  ) -> [Line] {
    let heading = Line("  ").adding("\(number)", columns: 3, .right, style: Theme.label)
      .adding("  " + Text.cut(title(action), columns - 7))
    if case .file(let file) = action, !shownDiff.isEmpty, file.diff == shownDiff {
      return [heading, Line("the change shown above", style: Theme.quiet).indented(by: indent)]
    }
    return [heading] + detail(action, columns: columns, isWhole: isWhole)
  }

  /// "2 commands, 1 file, 1 wait".
  package static func count(_ actions: [Action]) -> String {
    var commands = 0
    var files = 0
    var waits = 0
    for action in actions {
      switch action {
      case .command: commands += 1
      case .file: files += 1
      case .wait: waits += 1
      }
    }
    let parts = [(commands, "command"), (files, "file"), (waits, "wait")].filter { $0.0 > 0 }
    return parts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
  }

  /// A unified diff, a line each; what is too long wraps.
  package static func diff(_ text: String, columns: Int) -> [Line] {
    var lines = SafeText.lines(text)
    if lines.last == "" { lines.removeLast() }
    return lines.flatMap { line in
      let style =
        switch line.first {
        case "+": Theme.added
        case "-": Theme.removed
        default: Style.plain
        }
      return Text.hardWrap(line, columns).map { Line($0, style: style) }
    }
  }

  /// The commands as a shell takes them, one a line, each followed by its standard input.
  package static func shellLines(_ actions: [Action]) -> [String] {
    actions.compactMap { action in
      switch action {
      case .command(let command): command.shellText + hereDocument(command.standardInput)
      case .file: nil
      case .wait(let wait): wait.probe.shellText
      }
    }
  }

  private static func hereDocument(_ input: String?) -> String {
    guard let input else { return "" }
    let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
    var end = "EOF"
    while lines.contains(where: { $0 == end }) { end += "F" }
    return " <<'\(end)'\n\(input)\(input.hasSuffix("\n") ? "" : "\n")\(end)"
  }

  private static func lines(of argv: [String], columns: Int) -> [Line] {
    Text.wrapCommand(argv, columns - indent).map { line in
      line.isJoined ? Line(line.text) : Line(line.text).indented(by: indent)
    }
  }

  private static func detail(_ action: Action, columns: Int, isWhole: Bool) -> [Line] {
    switch action {
    case .command(let command):
      var lines = lines(of: command.argv, columns: columns)
      if let input = command.standardInput {
        let parts = input.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let shown = isWhole ? parts : parts.map(LongValues.shortened)
        let remark = shown == parts ? "" : " (long values cut here, P prints them)"
        lines.append(
          Line("with this on standard input\(remark):", style: Theme.quiet).indented(by: indent))
        lines += diff(shown.joined(separator: "\n"), columns: columns - indent - 2).map { line in
          Line("| " + line.text).indented(by: indent)
        }
      }
      return lines
    case .file(let file):
      return diff(file.diff, columns: columns - indent).map { $0.indented(by: indent) }
    case .wait(let wait): return lines(of: wait.probe.argv, columns: columns)
    }
  }
}
