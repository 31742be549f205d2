import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The lines over and under the list.
extension LogScreen {
  /// "src: operator provider speaker(3)   level: all   keep: -   hide: 1".
  func header(columns: Int) -> Line {
    let logs = pane
    let keeping = logs.patterns.filter { !$0.isHiding }
    let hiding = logs.patterns.filter(\.isHiding)
    var rest = "   level: \(logs.minimumLevel.map { ">=" + $0.word } ?? "all")"
    rest += "   keep: \(words(keeping))   hide: \(words(hiding))"
    if known.showsProblemsOnly { rest += "   only problems (f)" }
    let room = columns - 6 - TextWidth.columns(of: rest)
    let sources = sourceWords().first { TextWidth.columns(of: $0) <= room }
    let text = " src: \(sources ?? Text.cut(sourceWords().last ?? "", max(8, room)))\(rest)"
    return Line(Text.cut(text, columns), style: Theme.label)
  }

  private func words(_ filters: [LogPatternFilter]) -> String {
    guard let first = filters.first else { return "-" }
    if filters.count > 1 { return "\(filters.count { $0.isOn }) of \(filters.count)" }
    return Text.cut(first.pattern.shown, 16) + (first.isOn ? "" : " (off)")
  }

  /// The sources shown, in three lengths: names, tags, a count.
  private func sourceWords() -> [String] {
    let all = LogChoices.sourceTags(known.logView)
    let shown = all.filter { !pane.hiddenTags.contains($0.tag) }
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
  func statusLines(columns: Int) -> [Line] {
    var lines = [standing(columns: columns)]
    var parts: [String] = []
    if let search = pane.search {
      parts.append("find: \(Text.cut(search.shown, 24))\(hits()), n/N")
    }
    if !pane.marks.isEmpty { parts.append("marks: \(pane.marks.count)") }
    if pane.rangeStart != nil { parts.append("range: y copies, v ends") }
    if pane.sideways > 0 { parts.append("from column \(pane.sideways + 1)") }
    if !parts.isEmpty {
      lines.append(Line(Text.cut(" " + parts.joined(separator: "   "), columns)))
    }
    return lines
  }

  private func hits() -> String {
    guard let hits = pane.hits, hits.pattern == pane.search else { return "" }
    let more = hits.takenLines < known.logView.takenLines ? "+" : ""
    return "   \(LogText.grouped(hits.lines))\(more) \(hits.lines == 1 ? "line" : "lines")"
  }

  private func standing(columns: Int) -> Line {
    let view = known.logView
    let word = pane.isFollowing ? "FOLLOWING" : "PAUSED"
    var parts: [String] = []
    let unseen = pane.unseen(known.logView)
    if !pane.isFollowing {
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
    if !known.logProblems.isEmpty { parts.append("\(known.logProblems.count) not read") }
    if known.secrets.problem != nil { parts.append("secrets not known") }
    var text = ""
    for part in parts where TextWidth.columns(of: word + text + part) + 4 <= columns {
      text += "   " + part
    }
    return Line(" ").adding(word, pane.isFollowing ? Theme.label : Theme.notice).adding(text)
  }

  private func new(_ unseen: LogCount) -> String {
    let lines = "\(LogText.grouped(unseen.lines)) new \(unseen.lines == 1 ? "line" : "lines")"
    guard unseen.problems > 0 else { return lines }
    return lines + ", \(unseen.problems) \(unseen.problems == 1 ? "problem" : "problems")"
  }
}
