import IPLeasesCore
import Terminal

/// The actions of a plan in words and as exact commands.
package enum ActionText {
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
      return [heading, Line("       the change shown above", style: Theme.quiet)]
    }
    return [heading]
      + detail(action, columns: columns - 7, isWhole: isWhole).map { $0.indented(by: 7) }
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

  private static func detail(_ action: Action, columns: Int, isWhole: Bool) -> [Line] {
    switch action {
    case .command(let command):
      var lines = Text.wrapCommand(command.argv, columns).map { Line($0) }
      if let input = command.standardInput {
        let parts = input.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let shown = isWhole ? parts : parts.map(LongValues.shortened)
        let remark = shown == parts ? "" : " (long values cut here, P prints them)"
        lines.append(Line("with this on standard input\(remark):", style: Theme.quiet))
        lines += diff(shown.joined(separator: "\n"), columns: columns - 2).map { line in
          Line("| " + line.text)
        }
      }
      return lines
    case .file(let file): return diff(file.diff, columns: columns)
    case .wait(let wait): return Text.wrapCommand(wait.probe.argv, columns).map { Line($0) }
    }
  }
}

extension Line {
  package func indented(by columns: Int) -> Line {
    var line = self
    line.spans.insert(Span(text: String(repeating: " ", count: columns), style: .plain), at: 0)
    return line
  }
}
