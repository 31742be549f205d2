import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The lines over and under the list.
extension LogScreen {
  /// "src: operator provider speaker(3)   level: all   keep: -   hide: 1".
  static func header(_ state: State, columns: Int) -> Line {
    let logs = state.logs
    let keeping = logs.patterns.filter { !$0.isHiding }
    let hiding = logs.patterns.filter(\.isHiding)
    var rest = "   level: \(logs.minimumLevel.map { ">=" + $0.word } ?? "all")"
    rest += "   keep: \(words(keeping))   hide: \(words(hiding))"
    if state.showsProblemsOnly { rest += "   only problems (f)" }
    let room = columns - 6 - TextWidth.columns(of: rest)
    let sources = sourceWords(state).first { TextWidth.columns(of: $0) <= room }
    let text = " src: \(sources ?? Text.cut(sourceWords(state).last ?? "", max(8, room)))\(rest)"
    return Line(Text.cut(text, columns), style: Theme.label)
  }

  private static func words(_ filters: [LogPatternFilter]) -> String {
    guard let first = filters.first else { return "-" }
    if filters.count > 1 { return "\(filters.count { $0.isOn }) of \(filters.count)" }
    return Text.cut(first.pattern.shown, 16) + (first.isOn ? "" : " (off)")
  }

  /// The sources shown, in three lengths: names, tags, a count.
  private static func sourceWords(_ state: State) -> [String] {
    let all = LogChoices.sourceTags(state)
    let shown = all.filter { !state.logs.hiddenTags.contains($0.tag) }
    if shown.isEmpty { return [all.isEmpty ? "-" : "none of \(all.count)"] }
    var names: [(name: String, count: Int)] = []
    for entry in shown {
      let name = entry.role.rawValue
      if let at = names.firstIndex(where: { $0.name == name }) {
        names[at].count += 1
      } else {
        names.append((name, 1))
      }
    }
    let hidden = all.count - shown.count
    let left = hidden == 0 ? "" : " (\(hidden) hidden)"
    return [
      names.map { $0.count == 1 ? $0.name : "\($0.name)(\($0.count))" }.joined(separator: " ")
        + left,
      shown.map { SafeText.line($0.tag, limit: 20) }.joined(separator: " ") + left,
      hidden == 0 ? "\(all.count) sources" : "\(shown.count) of \(all.count)",
    ]
  }

  // MARK: Below the list

  /// How the list stands, and under it what is looked for, where anything is.
  static func statusLines(_ state: State, columns: Int) -> [Line] {
    var lines = [standing(state, columns: columns)]
    var parts: [String] = []
    if let search = state.logs.search {
      parts.append("find: \(Text.cut(search.shown, 24))\(hits(state)), n/N")
    }
    if !state.logs.marks.isEmpty { parts.append("marks: \(state.logs.marks.count)") }
    if state.logs.rangeStart != nil { parts.append("range: y copies, v ends") }
    if state.logs.sideways > 0 { parts.append("from column \(state.logs.sideways + 1)") }
    if !parts.isEmpty {
      lines.append(Line(Text.cut(" " + parts.joined(separator: "   "), columns)))
    }
    return lines
  }

  private static func hits(_ state: State) -> String {
    guard let hits = state.logs.hits, hits.pattern == state.logs.search else { return "" }
    let more = hits.takenLines < state.logView.takenLines ? "+" : ""
    return "   \(LogText.grouped(hits.lines))\(more) \(hits.lines == 1 ? "line" : "lines")"
  }

  private static func standing(_ state: State, columns: Int) -> Line {
    let view = state.logView
    let word = state.logs.isFollowing ? "FOLLOWING" : "PAUSED"
    var parts: [String] = []
    let unseen = LogsPane.unseen(state)
    if !state.logs.isFollowing {
      parts.append(unseen.lines == 0 ? "nothing new" : "\(new(unseen)) below")
    }
    let passing =
      view.filter.isOpen
      ? nil : LogText.grouped(view.passingLines) + (view.isFiltering ? "+" : "") + " of "
    let kept = "\(passing ?? "")\(LogText.grouped(view.lineCount)) lines kept"
    if view.letGoLines > 0 {
      parts.append("\(kept), \(LogText.grouped(view.letGoLines)) let go")
    } else {
      parts.append(
        view.lineCount == 0 ? "no line yet" : "\(kept) of \(LogText.grouped(view.limits.lines))")
    }
    parts.append(view.problemCount == 1 ? "1 problem" : "\(view.problemCount) problems")
    if !state.logProblems.isEmpty { parts.append("\(state.logProblems.count) not read") }
    if state.secrets.problem != nil { parts.append("secrets not known") }
    var text = ""
    for part in parts where TextWidth.columns(of: word + text + part) + 4 <= columns {
      text += "   " + part
    }
    return Line(" ").adding(word, state.logs.isFollowing ? Theme.label : Theme.notice).adding(text)
  }

  private static func new(_ unseen: LogCount) -> String {
    let lines = "\(LogText.grouped(unseen.lines)) new \(unseen.lines == 1 ? "line" : "lines")"
    guard unseen.problems > 0 else { return lines }
    return lines + ", \(unseen.problems) \(unseen.problems == 1 ? "problem" : "problems")"
  }
}
