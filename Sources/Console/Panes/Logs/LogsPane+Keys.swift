import ConsoleKit
import IPLeasesCore
import Terminal

extension LogsPane {
  package static let keys: [KeyBinding] = [
    binding(" ", "Page down", "page down", .fold),
    binding("b", "Page up", "page up", .pageUpInLogs),
    KeyBinding(
      [.character("F")], "Follow", "follow the end on or off; going up turns it off", .follow,
      bar: 1),
    KeyBinding(
      [.character("&")], "Keep/hide", "lines to keep or hide (a leading ! hides), list of all",
      .keepHide, opensFirst: true, bar: 2),
    KeyBinding(
      [.character("L")], "Level", "lowest level shown, the next one with each press", .level,
      bar: 5),
    KeyBinding(
      [.character("s")], "Sources", "which pods and containers", .sources, opensFirst: true,
      bar: 3, off: { $0.logView.sources.isEmpty ? "no line has come yet" : nil }),
    binding(
      "p", "Previous", "the last words of the container before its restart", .previousLog, bar: 7),
    binding("m", "Mark", "mark the line, or take its mark off", .mark),
    KeyBinding(
      [.character("'")], "Next mark", "next mark", .nextMark, off: reasonNoMark),
    KeyBinding(
      [.character("\"")], "Previous mark", "previous mark", .previousMark, off: reasonNoMark),
    binding("t", "Time", "clock time (UTC), since the oldest line, off", .timeForm),
    binding(
      "T", "Go to time", "10m ago, a clock time (UTC) or a whole one", .goToTime, opensFirst: true),
    KeyBinding([.character("w")], "Wrap", "long lines wrap or run out", .wrap, bar: 8),
    KeyBinding([.character("H")], "Hist", "strip of counts over time", .histogram, bar: 6),
    KeyBinding(
      [.character("0")], "Line start", "line start", .lineStart, off: reasonWrapped),
    KeyBinding(
      [.character("$")], "Line end", "end of the longest line in sight", .lineEnd,
      off: reasonWrapped),
  ]

  private static func binding(
    _ key: Character, _ word: String, _ meaning: String, _ action: KeyAction,
    opensFirst: Bool = false, bar: Int? = nil
  ) -> KeyBinding {
    KeyBinding(
      [.character(key)], word, meaning, action, opensFirst: opensFirst, bar: bar,
      off: { $0.logView.rowCount == 0 ? "there is no line" : nil })
  }

  @Sendable private static func reasonNoMark(_ state: State) -> String? {
    state.logs.marks.isEmpty ? "nothing is marked, m does" : nil
  }

  /// Why nothing runs out of the window; nil where lines do.
  @Sendable static func reasonWrapped(_ state: State) -> String? {
    state.logs.isWrapping ? "long lines wrap, w lets them run out" : nil
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .fold: move(.pageDown, &state)
    case .pageUpInLogs: move(.pageUp, &state)
    case .move(let movement): move(movement, &state)
    case .follow: follow(!state.logs.isFollowing, &state)
    case .nextProblem: jump(.down, to: .problem, "problem", &state)
    case .previousProblem: jump(.up, to: .problem, "problem", &state)
    case .nextGroup: jump(.down, to: .restart, "restart", &state)
    case .previousGroup: jump(.up, to: .restart, "restart", &state)
    case .nextHit: return nextHit(.down, &state)
    case .previousHit: return nextHit(.up, &state)
    case .previousLog: goToPreviousLog(&state)
    case .mark: mark(&state)
    case .nextMark: goToMark(.down, &state)
    case .previousMark: goToMark(.up, &state)
    case .left: moveSideways(.left, &state)
    case .right: moveSideways(.right, &state)
    case .lineStart: moveSideways(.start, &state)
    case .lineEnd: moveSideways(.end, &state)
    case .level: changeLook(&state, nextLevel)
    case .timeForm: changeLook(&state, nextTimeForm)
    case .wrap: changeLook(&state, turnWrapping)
    case .histogram: changeLook(&state, turnStrip)
    case .why: changeLook(&state, turnChosen)
    case .find: ask(.search, &state)
    case .keepHide: ask(.filter, &state)
    case .goToTime: ask(.time, &state)
    case .save: ask(.save, &state)
    case .sources: state.layers.append(.logChoices(LogChoices(.sources)))
    case .range: toggleRange(&state)
    case .open: return open(&state)
    case .copy, .markdown: return copy(action, &state)
    case .show(.verify): goToCheck(&state)
    default: return nil
    }
    return []
  }
}
