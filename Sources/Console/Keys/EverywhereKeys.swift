import Terminal

/// The keys that mean the same in every pane and screen.
package enum EverywhereKeys {
  package static let table: [KeyBinding] = looking + moving + leaving + reading

  private static let looking: [KeyBinding] =
    [
      KeyBinding(
        [.character("?"), .function(1)], "Help", "all keys that work here and now", .help,
        bar: 90),
      KeyBinding(
        [.character(":"), .function(2)], "Command",
        "type a few letters of any action, pane or step", .palette, bar: 85),
      KeyBinding(
        [.character("/"), .function(3)], "Find", "search in this pane", .find,
        opensFirst: true, off: reasonNoRows),
      KeyBinding(
        [.character("n")], "Next hit", "next hit of the search", .nextHit, off: reasonNoHits),
      KeyBinding(
        [.character("N")], "Previous hit", "previous hit of the search", .previousHit,
        off: reasonNoHits),
      KeyBinding(
        [.character("f"), .function(4)], "Problems", "show only what is WARN, FAIL or ?",
        .problemsOnly, off: reasonNoRows),
      KeyBinding(
        [.character("e")], "Next problem", "go to the next WARN, FAIL or ?", .nextProblem,
        bar: 60, off: reasonNoProblems),
      KeyBinding(
        [.character("E")], "Previous problem", "go to the previous one", .previousProblem,
        off: reasonNoProblems),
    ]
    + PaneID.allCases.map { pane in
      let letter: [Key] = pane == .watch ? [.character("W")] : []
      return KeyBinding(
        [.character(pane.digit)] + letter, pane.title, "the pane \(pane.title)", .show(pane))
    }

  private static let moving: [KeyBinding] = [
    KeyBinding([.tab], "Next part", "to the next part of the pane", .nextPart),
    KeyBinding([.backTab], "Previous part", "to the previous part of the pane", .previousPart),
    KeyBinding(
      [.character("[")], "Previous tab", "previous pool, source set, run", .previousTab,
      off: reasonOneTab),
    KeyBinding(
      [.character("]")], "Next tab", "next one", .nextTab,
      off: reasonOneTab),
    KeyBinding([.character("j"), .down], "Down", "one line down", .move(.down)),
    KeyBinding([.character("k"), .up], "Up", "one line up", .move(.up)),
    KeyBinding(
      [.character("h"), .left], "Left", "scroll sideways", .left,
      off: reasonNothingRunsOut),
    KeyBinding(
      [.character("l"), .right], "Right", "scroll sideways", .right, off: reasonNothingRunsOut),
    KeyBinding([.character("g"), .home], "Top", "first line", .move(.top)),
    KeyBinding([.character("G"), .end], "Bottom", "last line", .move(.bottom)),
    KeyBinding([.control("d")], "Half page down", "half a page down", .move(.halfDown)),
    KeyBinding([.control("u")], "Half page up", "half a page up", .move(.halfUp)),
    KeyBinding([.control("f"), .pageDown], "Page down", "page down", .move(.pageDown)),
    KeyBinding([.control("b"), .pageUp], "Page up", "page up", .move(.pageUp)),
    KeyBinding(
      [.character("{")], "Previous group", "previous step or group", .previousGroup,
      off: reasonNoRows),
    KeyBinding(
      [.character("}")], "Next group", "next step or group", .nextGroup,
      off: reasonNoRows),
    KeyBinding(
      [.enter], "Open", "open or unfold what is under the cursor", .open, bar: 50,
      off: reasonNothingToOpen),
    KeyBinding(
      [.character("i")], "Why",
      "explain what is under the cursor: reason, evidence, guide", .why, bar: 70,
      off: reasonNothingToOpen),
    KeyBinding(
      [.character("z")], "Zoom", "this part over the whole window and back", .zoom,
      off: { state in
        if state.layers.last == nil, state.pane == .steps { return nil }
        return "there is one part here, it has the whole window"
      }),
  ]

  private static let leaving: [KeyBinding] = [
    KeyBinding(
      [.escape], "Close", "close the innermost thing; never leaves", .close,
      off: { $0.layers.isEmpty && !$0.steps.isZoomed ? "nothing is open" : nil }),
    KeyBinding([.character("q")], "Back", "as Esc; on Overview offers to leave", .back, bar: 95),
    KeyBinding(
      [.character("Q"), .function(10)], "Quit", "leave; asks while a plan runs or a draft is there",
      .quit),
    KeyBinding(
      [.control("c")], "Stop",
      "stop the wait, or ask about the running plan; otherwise offers to leave", .stop),
    KeyBinding([.control("z")], "Suspend", "to the shell; fg comes back", .suspend),
    KeyBinding([.control("l")], "Redraw", "repaint everything", .redraw),
  ]

  private static let reading: [KeyBinding] = [
    KeyBinding([.character("P")], "Plain", "print this as plain text to the terminal", .plainPrint),
    KeyBinding(
      [.character("@")], "Activity", "every command this console ran", .activity,
      bar: 80),
    KeyBinding(
      [.character("r"), .function(5)], "Re-read", "read what is shown here again now", .reread,
      bar: 75, off: { $0.isRunning ? "a plan is running" : nil }),
    KeyBinding(
      [.character("R")], "All", "read the cluster and the journal again", .rereadAll,
      off: { $0.isRunning ? "a plan is running" : nil }),
    KeyBinding(
      [.character("y"), .character("c")], "Copy",
      "copy what is under the cursor; in a plan, its commands", .copy),
    KeyBinding([.character("Y")], "Markdown", "copy this as Markdown for a ticket", .markdown),
    KeyBinding(
      [.character("S")], "Save", "write this as text to a file, mode 0600", .save,
      opensFirst: true),
    KeyBinding(
      [.character("v")], "Range", "start or end a range of lines", .range,
      off: { state in
        if state.pane == .logs, state.layers.isEmpty {
          return state.logView.rowCount == 0 ? "there is no line" : nil
        }
        return "only log lines are taken by ranges; y and Y copy here"
      }),
    KeyBinding(
      [], "Clock", "ages and the time of day run by themselves, on or off",
      .toggleClock),
  ]

  @Sendable private static func reasonNoRows(_ state: State) -> String? {
    state.hasRows ? nil : "there is no list here"
  }

  @Sendable private static func reasonOneTab(_ state: State) -> String? {
    let isSeveral =
      state.layers.isEmpty && state.pane == .pools && (state.facts?.livePools.count ?? 0) > 1
    return isSeveral ? nil : "there is only one here"
  }

  @Sendable private static func reasonNothingToOpen(_ state: State) -> String? {
    if case .activity = state.layers.last {
      return state.activity.isEmpty ? "nothing was run yet" : nil
    }
    return reasonNoRows(state)
  }

  @Sendable private static func reasonNoHits(_ state: State) -> String? {
    if !state.hasRows { return "there is no list here" }
    let isSearched = AllPanes.pane(state.pane).hasSearch(state)
    return isSearched ? nil : "nothing was searched yet, / does"
  }

  @Sendable private static func reasonNoProblems(_ state: State) -> String? {
    if !state.hasRows { return "there is no list here" }
    let isSome = AllPanes.pane(state.pane).hasProblems(state)
    return isSome ? nil : "no problem is known in this pane"
  }

  @Sendable private static func reasonNothingRunsOut(_ state: State) -> String? {
    guard state.pane == .logs, state.layers.isEmpty else {
      return "nothing runs out of the window here, lines wrap"
    }
    return LogsPane.reasonWrapped(state)
  }
}

/// The keys of every line where text is typed; letters are text there.
package enum TextLineKeys {
  package static let table: [KeyBinding] = [
    KeyBinding([.enter], "Take", "take what is typed", .take, bar: 2),
    KeyBinding([.escape], "Cancel", "leave without a change", .leave, bar: 1),
    KeyBinding([.function(1)], "Help", "the keys of a text line", .help, bar: 3),
  ]
}
