import ConsoleKit
import IPLeasesCore

extension LogsPane {
  package func keys(_ known: Known) -> [Binding] {
    let empty = known.logView.rowCount == 0 ? "there is no line" : nil
    let unmarked = marks.isEmpty ? "nothing is marked, m does" : nil
    let sourceless = known.logView.sources.isEmpty ? "no line has come yet" : nil
    return [
      Binding([.character(" ")], "Page down", "page down", .fold, off: empty),
      Binding([.character("b")], "Page up", "page up", .pageUpInLogs, off: empty),
      Binding(
        [.character("F")], "Follow", "follow the end on or off; going up turns it off", .follow,
        bar: 1),
      Binding(
        [.character("&")], "Keep/hide", "lines to keep or hide (a leading ! hides), list of all",
        .keepHide, opensFirst: true, bar: 2),
      Binding(
        [.character("L")], "Level", "lowest level shown, the next one with each press", .level,
        bar: 5),
      Binding(
        [.character("s")], "Sources", "which pods and containers", .sources, opensFirst: true,
        bar: 3, off: sourceless),
      Binding(
        [.character("p")], "Previous", "the last words of the container before its restart",
        .previousLog, bar: 7, off: empty),
      Binding([.character("m")], "Mark", "mark the line, or take its mark off", .mark, off: empty),
      Binding([.character("'")], "Next mark", "next mark", .nextMark, off: unmarked),
      Binding([.character("\"")], "Previous mark", "previous mark", .previousMark, off: unmarked),
      Binding(
        [.character("t")], "Time", "clock time (UTC), since the oldest line, off", .timeForm,
        off: empty),
      Binding(
        [.character("T")], "Go to time", "10m ago, a clock time (UTC) or a whole one", .goToTime,
        opensFirst: true, off: empty),
      Binding([.character("w")], "Wrap", "long lines wrap or run out", .wrap, bar: 8),
      Binding([.character("H")], "Hist", "strip of counts over time", .histogram, bar: 6),
      Binding([.character("0")], "Line start", "line start", .lineStart, off: reasonWrapped),
      Binding(
        [.character("$")], "Line end", "end of the longest line in sight", .lineEnd,
        off: reasonWrapped),
    ]
  }

  /// Why nothing runs out of the window; nil where lines do.
  var reasonWrapped: String? { isWrapping ? "long lines wrap, w lets them run out" : nil }

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    switch action {
    case .fold: return move(.pageDown, known)
    case .pageUpInLogs: return move(.pageUp, known)
    case .move(let movement): return move(movement, known)
    case .follow: return follow(!isFollowing, known)
    case .nextProblem: return jump(.down, to: .problem, "problem", known)
    case .previousProblem: return jump(.up, to: .problem, "problem", known)
    case .nextGroup: return jump(.down, to: .restart, "restart", known)
    case .previousGroup: return jump(.up, to: .restart, "restart", known)
    case .nextHit: return nextHit(.down, known)
    case .previousHit: return nextHit(.up, known)
    case .previousLog: return goToPreviousLog(known)
    case .mark: mark(known)
    case .nextMark: return goToMark(.down, known)
    case .previousMark: return goToMark(.up, known)
    case .left: return moveSideways(.left, known)
    case .right: return moveSideways(.right, known)
    case .lineStart: return moveSideways(.start, known)
    case .lineEnd: return moveSideways(.end, known)
    case .level: return changeLook(known) { $0.nextLevel() }
    case .timeForm: return changeLook(known) { $0.nextTimeForm(known.logView) }
    case .wrap: return changeLook(known) { $0.turnWrapping() }
    case .histogram: return changeLook(known) { $0.turnStrip(known) }
    case .why: return changeLook(known) { $0.turnChosen(known) }
    case .find: return [.open(Self.searchInput(search?.shown ?? ""))]
    case .keepHide:
      return [patterns.isEmpty ? .open(Self.filterInput()) : .open(LogChoices(.filters))]
    case .goToTime: return [.open(Self.timeInput())]
    case .save: return [.open(Self.saveInput(known.logView.passingLines))]
    case .sources: return [.open(LogChoices(.sources))]
    case .range: return toggleRange(known)
    case .open: return open(known)
    case .copy, .markdown: return copy(action, known)
    case .show(VerifyPane.id): return goToCheck(known)
    default: return nil
    }
    return []
  }
}
