import ConsoleKit
import Terminal

/// The keys that mean the same in every pane and screen.
package enum EverywhereKeys {
  package static let title = "Everywhere"

  package static func table(_ panes: Panes) -> [Binding] {
    looking + showing(panes) + moving + leaving + reading
  }

  private static func showing(_ panes: Panes) -> [Binding] {
    panes.all.map { pane in
      let digit = Key.character(Character("\(panes.number(of: pane.id))"))
      let title = pane.id.title
      return Binding([digit] + type(of: pane).letters, title, "the pane \(title)", .show(pane.id))
    }
  }

  private static let looking: [Binding] = [
    Binding(
      [.character("?"), .function(1)], "Help", "all keys that work here and now", .help,
      bar: 90),
    Binding(
      [.character(":"), .function(2)], "Command",
      "type a few letters of any action, pane or step", .palette, bar: 85),
    Binding(
      [.character("/"), .function(3)], "Find", "search in this pane", .find,
      opensFirst: true),
    Binding([.character("n")], "Next hit", "next hit of the search", .nextHit),
    Binding([.character("N")], "Previous hit", "previous hit of the search", .previousHit),
    Binding(
      [.character("f"), .function(4)], "Problems", "show only what is WARN, FAIL or ?",
      .problemsOnly),
    Binding(
      [.character("e")], "Next problem", "go to the next WARN, FAIL or ?", .nextProblem,
      bar: 60),
    Binding([.character("E")], "Previous problem", "go to the previous one", .previousProblem),
  ]

  private static let moving: [Binding] = [
    Binding([.tab], "Next part", "to the next part of the pane", .nextPart),
    Binding([.backTab], "Previous part", "to the previous part of the pane", .previousPart),
    Binding([.character("[")], "Previous tab", "previous pool, source set, run", .previousTab),
    Binding([.character("]")], "Next tab", "next one", .nextTab),
    Binding([.character("j"), .down], "Down", "one line down", .move(.down)),
    Binding([.character("k"), .up], "Up", "one line up", .move(.up)),
    Binding([.character("h"), .left], "Left", "scroll sideways", .left),
    Binding([.character("l"), .right], "Right", "scroll sideways", .right),
    Binding([.character("g"), .home], "Top", "first line", .move(.top)),
    Binding([.character("G"), .end], "Bottom", "last line", .move(.bottom)),
    Binding([.control("d")], "Half page down", "half a page down", .move(.halfDown)),
    Binding([.control("u")], "Half page up", "half a page up", .move(.halfUp)),
    Binding([.control("f"), .pageDown], "Page down", "page down", .move(.pageDown)),
    Binding([.control("b"), .pageUp], "Page up", "page up", .move(.pageUp)),
    Binding([.character("{")], "Previous group", "previous step or group", .previousGroup),
    Binding([.character("}")], "Next group", "next step or group", .nextGroup),
    Binding([.enter], "Open", "open or unfold what is under the cursor", .open, bar: 50),
    Binding(
      [.character("i")], "Why",
      "explain what is under the cursor: reason, evidence, guide", .why, bar: 70),
    Binding([.character("z")], "Zoom", "this part over the whole window and back", .zoom),
  ]

  private static let leaving: [Binding] = [
    Binding([.escape], "Close", "close the innermost thing; never leaves", .close),
    Binding([.character("q")], "Back", "as Esc; on Overview offers to leave", .back, bar: 95),
    Binding(
      [.character("Q"), .function(10)], "Quit", "leave; asks while a plan runs or a draft is there",
      .quit),
    Binding(
      [.control("c")], "Stop",
      "stop the wait, or ask about the running plan; otherwise offers to leave", .stop),
    Binding([.control("z")], "Suspend", "to the shell; fg comes back", .suspend),
    Binding([.control("l")], "Redraw", "repaint everything", .redraw),
  ]

  private static let reading: [Binding] = [
    Binding([.character("P")], "Plain", "print this as plain text to the terminal", .plainPrint),
    Binding(
      [.character("@")], "Activity", "every command this console ran", .activity,
      bar: 80),
    Binding(
      [.character("r"), .function(5)], "Re-read", "read what is shown here again now", .reread,
      bar: 75),
    Binding([.character("R")], "All", "read the cluster and the journal again", .rereadAll),
    Binding(
      [.character("y"), .character("c")], "Copy",
      "copy what is under the cursor; in a plan, its commands", .copy),
    Binding([.character("Y")], "Markdown", "copy this as Markdown for a ticket", .markdown),
    Binding(
      [.character("S")], "Save", "write this as text to a file, mode 0600", .save,
      opensFirst: true),
    Binding([.character("v")], "Range", "start or end a range of lines", .range),
    Binding(
      [], "Clock", "ages and the time of day run by themselves, on or off",
      .toggleClock),
  ]

  // MARK: Why a key is off

  /// nil: it acts.
  static func reasonOff(_ action: KeyAction, _ scene: Scene) -> String? {
    if scene.known.isRunning, action == .reread || action == .rereadAll {
      return "a plan is running"
    }
    if let overlay = scene.top {
      let elsewhere = reasonWithoutList(action) ?? reasonOfOthers(action)
      return overlay.reasonOff(
        action, scene.beneath(scene.overlays.count - 1), elsewhere: elsewhere)
    }
    let elsewhere = reasonInList(action) ?? reasonOfOthers(action)
    return scene.pane.reasonOff(action, scene.known, elsewhere: elsewhere)
  }

  /// Where an overlay has the keys.
  private static func reasonWithoutList(_ action: KeyAction) -> String? {
    switch action {
    case .find, .nextHit, .previousHit, .problemsOnly, .nextProblem, .previousProblem,
      .previousGroup, .nextGroup, .open, .why:
      "there is no list here"
    default: nil
    }
  }

  private static func reasonInList(_ action: KeyAction) -> String? {
    switch action {
    case .nextHit, .previousHit: "nothing was searched yet, / does"
    case .nextProblem, .previousProblem: "no problem is known in this pane"
    case .close: "nothing is open"
    default: nil
    }
  }

  /// What only some have.
  private static func reasonOfOthers(_ action: KeyAction) -> String? {
    switch action {
    case .nextTab, .previousTab: "there is only one here"
    case .left, .right: "nothing runs out of the window here, lines wrap"
    case .zoom: "there is one part here, it has the whole window"
    case .range: "only log lines are taken by ranges; y and Y copy here"
    default: nil
    }
  }
}

/// The keys of every line where text is typed; letters are text there.
package enum TextLineKeys {
  package static let title = "Text line"

  package static let table: [Binding] = [
    Binding([.enter], "Take", "take what is typed", .take, bar: 2),
    Binding([.escape], "Cancel", "leave without a change", .leave, bar: 1),
    Binding([.function(1)], "Help", "the keys of a text line", .help, bar: 3),
  ]
}
