import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// The four rows around every pane: title, tabs, message, keys.
package enum Frame {
  package static let smallest = Size(rows: 15, columns: 60)

  package static func isLargeEnough(_ size: Size) -> Bool {
    size.rows >= smallest.rows && size.columns >= smallest.columns
  }

  /// The area between the tabs and the message.
  package static func content(_ size: Size) -> Rect {
    Rect(row: 2, column: 0, rows: size.rows - 4, columns: size.columns)
  }

  /// Who and where this is, what may be done, and how many problems there are.
  package static func title(_ state: State, columns: Int) -> Line {
    var line = Line("IP-LEASES", style: Theme.title)
    if let scenario = state.settings.rehearsal {
      line = line.adding(" ").adding("REHEARSAL \(SafeText.line(scenario))", Theme.rehearsal)
    }
    func joined(_ texts: String...) -> String {
      texts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
    let (lost, verdict) = (lost(state), verdict(state))
    let clock = state.isClockOn ? Text.clock(state.now) : ""
    var right = joined(lost, verdict, problems(state), clock)
    let mode = mode(state, columns: columns)
    if columns >= 60, let facts = state.facts {
      let fixed = [line.text, mode, right.isEmpty ? "" : " " + right]
      let room = columns - fixed.map { TextWidth.columns(of: $0) }.reduce(0, +)
      line = line.adding(names(facts, isRehearsal: state.settings.rehearsal != nil, columns: room))
    }
    line = line.adding(mode)
    let room = columns - TextWidth.columns(of: line.text) - 1
    // What an upgrade hangs on is the last to fall away.
    for shorter in [joined(lost, verdict), verdict]
    where TextWidth.columns(of: right) > room && !shorter.isEmpty { right = shorter }
    let gap = room + 1 - TextWidth.columns(of: right)
    guard gap >= 1 else { return line }
    return line.adding(String(repeating: " ", count: gap)).adding(right, Theme.title)
  }

  private static func mode(_ state: State, columns: Int) -> String {
    let gap = columns >= 60 ? "  " : " "
    if state.reasonReadOnly != nil { return gap + "READ-ONLY" }
    return state.facts == nil || columns < 60 ? "" : gap + "READ-WRITE"
  }

  /// The provider and the context. Where not both fit whole, each keeps its beginning; a rehearsal
  /// says its context already.
  private static func names(_ facts: Facts, isRehearsal: Bool, columns: Int) -> String {
    let provider = SafeText.line(facts.provider)
    let context = SafeText.line(facts.context)
    let start = provider.isEmpty ? "" : " " + provider
    let end = context.isEmpty ? "" : "  ctx " + context
    let surplus = TextWidth.columns(of: start) + TextWidth.columns(of: end) - columns
    if surplus <= 0 { return start + end }
    if isRehearsal { return Text.cut(start, columns) }
    let half = columns / 2
    if TextWidth.columns(of: end) <= half {
      return Text.cut(start, columns - TextWidth.columns(of: end)) + end
    }
    if TextWidth.columns(of: start) <= columns - half {
      return start + Text.cut(end, columns - TextWidth.columns(of: start))
    }
    return Text.cut(start, columns - half) + Text.cut(end, half)
  }

  package static func tabs(_ state: State, columns: Int) -> Line {
    var right = reading(state)
    func fits(_ line: Line) -> Bool {
      TextWidth.columns(of: line.text) + TextWidth.columns(of: right) < columns
    }
    var line = tabs(state, columns: columns, isTight: false)
    if !fits(line) { line = tabs(state, columns: columns, isTight: true) }
    if !fits(line) { right = right.replacing("as of ", with: "").replacing("since ", with: "") }
    // That it is being read is worth more than a moment without the counts.
    if !fits(line), state.isReading {
      line = tabs(state, columns: columns, isTight: true, hasCounts: false)
    }
    let gap = columns - TextWidth.columns(of: line.text) - TextWidth.columns(of: right)
    guard gap >= 1 else { return line }
    return line.adding(String(repeating: " ", count: gap)).adding(right, Theme.quiet)
  }

  /// Each tab with a blank or its brackets on both sides; where it is tight, one blank between two.
  private static func tabs(
    _ state: State, columns: Int, isTight: Bool, hasCounts: Bool = true
  ) -> Line {
    var line = Line()
    for id in PaneID.allCases {
      let isShown = id == state.pane
      let count = columns >= 80 && hasCounts || isShown ? AllPanes.pane(id).count(state) : ""
      let text = "\(id.rawValue) \(id.title)" + (count.isEmpty ? "" : " \(count)")
      if isTight, !line.spans.isEmpty { line = line.adding(" ") }
      line =
        isShown
        ? line.adding("[\(text)]", Theme.tab) : line.adding(isTight ? text : " \(text) ")
    }
    return line
  }

  /// The keys that work here and now, those of the place first; what does not fit falls away before
  /// Help does.
  package static func keys(_ state: State, columns: Int) -> String {
    let gap = columns >= 120 ? "   " : "  "
    let bindings = state.bindings
      .filter { $0.bar != nil && $0.reasonWhenOff(state) == nil }
      .sorted { ($0.bar ?? 0) < ($1.bar ?? 0) }
    var hints = bindings.filter { $0.action != .help }.map(\.hint)
    let help = bindings.first { $0.action == .help }?.hint
    if state.layers.isEmpty {
      hints.insert(
        "1-\(PaneID.allCases.count) Pane", at: bindings.firstIndex { ($0.bar ?? 0) > paneBar } ?? 0)
    }
    if case .run = state.layers.last, state.isRunning { hints.insert("Ctrl-C Stop..", at: 0) }
    var row = ""
    let reserved = help.map { TextWidth.columns(of: gap + $0) } ?? 0
    for hint in hints {
      let longer = row.isEmpty ? hint : row + gap + hint
      if TextWidth.columns(of: longer) + reserved > columns { break }
      row = longer
    }
    guard let help else { return row }
    return row.isEmpty ? help : row + gap + help
  }

  /// Where the digits of the panes stand among the hints: behind those of the pane.
  private static let paneBar = 45

  /// One sentence: what just happened, what is under way, or what the cursor stands on.
  package static func message(_ state: State) -> (text: String, isNotice: Bool) {
    if let notice = state.notice { return (notice, true) }
    if let request = state.awaitedPlan {
      return ("The plan of \(request.name(state)) is being made. Ctrl-C stops the wait.", true)
    }
    switch state.layers.last {
    case .run:
      guard state.isRunning else {
        switch state.run?.request.home {
        case .pools: return ("Esc goes back to the pools.", false)
        case .verify: return ("Esc goes to the checks.", false)
        case .watch: return ("Esc goes to the watch.", false)
        case .overview, .steps, .logs, nil: break
        }
        let next = RunScreen.stepToGoOn(state).flatMap { state.number(of: $0) }
        let plan = next.map { "a shows the plan of step \($0). " } ?? ""
        return (plan + "Esc goes back to the steps.", false)
      }
      return ("Ctrl-C asks about stopping. Esc leaves this screen, the plan goes on.", false)
    case .plan:
      if let reason = state.reasonReadOnly { return ("Accept line is off: \(reason).", false) }
      let below = Screens.below(state)
      if !below.isEmpty { return ("\(below), Tab goes there. Nothing has run yet.", false) }
      return ("Nothing has run. a goes to the line where the word is typed.", false)
    case .activity: return ("Enter shows the whole entry, y copies its command.", false)
    case .help, .reading:
      let below = Screens.below(state)
      return (below.isEmpty ? "Esc closes." : "\(below), PgDn goes there. Esc closes.", false)
    case .range(let field): return (field.hint(state), false)
    case .logChoices(let choices): return (choices.hint, false)
    case .menu(let menu): return (menu.hint(state), false)
    case nil, .palette, .question, .input: break
    }
    if let run = state.run, run.outcome == nil {
      let step = min(run.doneCount + 1, run.states.count)
      return (
        "A plan is running, action \(step) of \(run.states.count). a in Steps shows it.", true
      )
    }
    if let problem = state.readProblem {
      return ("Not read: \(oneLine(problem)) What is shown is older.", true)
    }
    return (AllPanes.pane(state.pane).hint(state), false)
  }

  // MARK: Helpers

  private static func reading(_ state: State) -> String {
    if state.isReading { return "reading.." }
    if state.pane == .logs, state.layers.isEmpty, state.isFollowing {
      return state.logs.isFollowing ? "live" : "paused"
    }
    guard let facts = state.facts else { return "not read" }
    if state.isClockOn { return Text.age(from: facts.readAt, to: state.now) + " ago" }
    return "\(facts.isFollowed ? "since" : "as of") \(Text.clock(facts.readAt))"
  }

  /// Whatever pane is shown, it is of a time when the cluster still answered.
  private static func lost(_ state: State) -> String {
    state.facts?.lost.map { "NO ANSWER since \(Text.clock($0.since))" } ?? ""
  }

  /// Once a baseline was taken by a word, whatever pane is shown.
  private static func verdict(_ state: State) -> String {
    guard let look = state.watchLook, look.hasBaseline else { return "" }
    let kind = look.run.verdict.kind
    let since = kind == .goBack ? look.run.brokenSince.map { " " + Text.clock($0) } : nil
    return kind.words + (since ?? "")
  }

  /// "2 FAIL 1 WARN": the checks that ask for something, as Verify counts them without those set
  /// aside; the same over every pane.
  private static func problems(_ state: State) -> String {
    guard let checks = state.facts?.checks else { return "" }
    let parts = [Verdict.Kind.fail, .warn].compactMap { kind in
      let count = checks.openCount(kind)
      return count == 0 ? nil : "\(count) \(kind.word)"
    }
    return parts.joined(separator: " ")
  }
}
