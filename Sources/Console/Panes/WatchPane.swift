import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// What stays as it was over an upgrade, what changed since the baseline, and the verdict.
package struct WatchPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()

  package static let id = PaneID.watch
  package static var cursor: WritableKeyPath<State, ListCursor> { \.watch.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character("a")], "Plan", "the plan that leads back where something is broken", .plan,
      opensFirst: true, bar: 1, off: reasonNoPlan),
    KeyBinding(
      [.character("b")], "Baseline", "what is there now is what the watch compares with",
      .baseline, bar: 2, off: reasonNoBaseline),
    KeyBinding(
      [.character("d")], "Diff", "the baseline against now", .diff, bar: 3,
      off: { $0.watchLook == nil ? unseen : nil }),
  ]

  /// A line the cursor can stand on.
  enum Row: Hashable {
    case promise(PromiseTrack)
    case event(WatchEvent)
  }

  package init() {}

  /// How many promises are kept; before a baseline was taken only where not all are.
  package static func count(_ state: State) -> String {
    guard let look = state.watchLook else { return "" }
    let all = look.run.tracks.count
    return look.hasBaseline || look.keptCount < all ? "\(look.keptCount)/\(all)" : ""
  }

  package static func rows(_ state: State) -> [PaneRow] {
    shown(state).map { row in
      switch row {
      case .promise(let track):
        PaneRow(
          "\(title(track)) \(track.now) \(track.state.why ?? "")", word: word(track), part: 0)
      case .event(let event): PaneRow("\(event.part.rawValue) \(event.text)", part: 1)
      }
    }
  }

  package static func hint(_ state: State) -> String {
    switch underCursor(state) {
    case .promise(let track):
      let why = SafeText.line(track.state.why ?? "")
      switch track.state.kind {
      case .kept: return "Kept. i shows what it is judged by."
      case .waiting: return "It waits: \(why)"
      case .broken: return "Broken: \(why)"
      case .unknown: return "It cannot be told: \(why)"
      }
    case .event: return "i shows all of this line."
    case nil: return state.watchLook == nil ? Text.sentence(unseen) : "Nothing changed yet."
    }
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .open, .why:
      if let row = underCursor(state) {
        state.layers.append(.reading(WatchScreen.reading(row, state)))
      }
    case .diff:
      if let look = state.watchLook {
        state.layers.append(.reading(WatchScreen.difference(look, state)))
      }
    case .plan: return askPlan(&state)
    case .baseline: return askBaseline(&state)
    default: return nil
    }
    return []
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    WatchScreen.lines(state, columns: columns)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    WatchScreen.draw(state, in: rect, on: &canvas)
  }

  // MARK: What the watch tells

  /// The cursor stays on what it stands on.
  static func take(_ look: WatchLook, _ state: inout State) {
    let isFirst = state.watchLook == nil
    let place = underCursor(state)
    if let known = state.watchLook, !known.hasBaseline, look.hasBaseline {
      state.notice = "A watch was begun beside this console. 6 shows it."
    }
    state.watchLook = look
    if isFirst {
      if let gap = look.gap {
        state.notice =
          "The watch of \(moment(look.run.baseline.time, state)) goes on; nothing was seen from "
          + "\(moment(gap.start, state)) to \(moment(gap.end, state))."
      }
      let words = promises(state).map(word)
      state.watch.cursor.index =
        words.firstIndex(of: .fail) ?? words.firstIndex { $0 != .ok } ?? 0
    } else if let place, let index = shown(state).firstIndex(where: { isSame($0, place) }) {
      state.watch.cursor.index = index
    }
    if let problem = look.problem, isFirst { state.notice = oneLine(problem) }
  }

  static func takeBaseline(_ look: WatchLook, _ state: inout State) {
    take(look, &state)
    state.notice =
      "The baseline is of \(Text.clock(look.run.baseline.time)): "
      + "\(SafeText.line(look.run.baseline.text))."
  }

  private static func isSame(_ row: Row, _ other: Row) -> Bool {
    switch (row, other) {
    case (.promise(let track), .promise(let other)): track.id == other.id
    default: row == other
    }
  }

  // MARK: Rows

  static func underCursor(_ state: State) -> Row? {
    let rows = shown(state)
    return rows.isEmpty ? nil : rows[state.watch.cursor.index(in: rows.count)]
  }

  /// The promises in their order, then what changed, the newest first.
  static func shown(_ state: State) -> [Row] {
    promises(state).map(Row.promise) + events(state).map(Row.event)
  }

  static func promises(_ state: State) -> [PromiseTrack] {
    (state.watchLook?.run.tracks ?? []).filter {
      !state.showsProblemsOnly || $0.state.kind != .kept
    }
  }

  static func events(_ state: State) -> [WatchEvent] {
    (state.watchLook?.run.timeline.events ?? []).reversed()
  }

  static func title(_ track: PromiseTrack) -> String {
    AllPromises.promise(track.id)?.title ?? track.id.rawValue
  }

  static func word(_ track: PromiseTrack) -> StateWord {
    switch track.state.kind {
    case .kept: .ok
    case .waiting: .wait
    case .broken: .fail
    case .unknown: .unknown
    }
  }

  // MARK: Times

  /// The time of day, with the day where it is another than today.
  static func moment(_ date: Date, _ state: State) -> String {
    clocks(date.formatted(.iso8601), state).replacing("T", with: " ")
  }

  /// The text with each of today's times as a time of day.
  static func clocks(_ text: String, _ state: State) -> String {
    text.replacing(state.now.formatted(.iso8601).prefix(11), with: "")
  }

  // MARK: The way back

  /// The plans that lead back from what is broken.
  static func plans(_ look: WatchLook, _ state: State) -> [Menu.PlanChoice] {
    guard look.run.verdict.kind == .goBack else { return [] }
    let baseline = look.run.baseline.observation
    let upgrades = look.run.changedParts.compactMap { part -> Menu.PlanChoice? in
      guard let upgraded = Upgrade.Part(rawValue: part.rawValue), look.waysBack.contains(upgraded)
      else { return nil }
      let version = baseline.versions[part.rawValue].map { " to \($0)" } ?? ""
      return Menu.PlanChoice("\(part.title) back\(version)", PlanRequest(.wayBack(upgraded)))
    }
    // What was so at the baseline is no cause of what came after.
    let isNew = look.run.timeline.last.cause != baseline.cause
    return upgrades + (isNew ? Menu.choices(state.facts?.status.remedies ?? []) : [])
  }

  private static func askPlan(_ state: inout State) -> [Effect] {
    guard let look = state.watchLook else { return [] }
    if state.isRunning { return Planning.ask(PlanRequest(.wayBack(.metallb)), &state) }
    return Menu.open(
      plans: plans(look, state), title: "What leads back, each with its plan", &state)
  }

  @Sendable private static func reasonNoPlan(_ state: State) -> String? {
    guard let look = state.watchLook else { return unseen }
    if state.isRunning { return nil }
    guard look.run.verdict.kind == .goBack else { return "nothing is broken" }
    return plans(look, state).isEmpty
      ? "no upgrade by this program is to be taken back, DO says what else helps" : nil
  }

  // MARK: The baseline

  private static func askBaseline(_ state: inout State) -> [Effect] {
    guard let look = state.watchLook, look.hasBaseline, look.run.verdict.kind != .goOn else {
      return [.takeBaseline]
    }
    state.layers.append(.question(Question(.newBaseline)))
    return []
  }

  @Sendable private static func reasonNoBaseline(_ state: State) -> String? {
    if let reason = state.reasonReadOnly { return reason }
    if state.isRunning { return "a plan is running" }
    if state.facts?.lost != nil { return "the cluster does not answer" }
    return state.watchLook == nil ? unseen : nil
  }

  static let unseen = "the watch has not seen the cluster yet"
}
