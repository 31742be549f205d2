import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// What stays as it was over an upgrade, what changed since the baseline, and the verdict.
package struct WatchPane: Pane {
  package static let id = PaneID(title: "Watch", commandWord: "watch")
  package static let letters: [Key] = [.character("W")]

  package var cursor = ListCursor()

  package init() {}

  package func keys(_ known: Known) -> [Binding] {
    [
      Binding(
        [.character("a")], "Plan", "an upgrade; the plan that leads back where something is broken",
        .plan,
        opensFirst: true, bar: 1, off: reasonNoPlan(known)),
      Binding(
        [.character("b")], "Baseline", "what is there now is what the watch compares with",
        .baseline, bar: 2, off: reasonNoBaseline(known)),
      Binding(
        [.character("d")], "Diff", "the baseline against now", .diff, bar: 3,
        off: known.watchLook == nil ? Self.unseen : nil),
    ]
  }

  /// A line the cursor can stand on.
  enum Row: Hashable {
    case promise(PromiseTrack)
    case event(WatchEvent)
  }

  /// How many promises are kept; before a baseline was taken only where not all are.
  package func count(_ known: Known) -> String {
    guard let look = known.watchLook else { return "" }
    let all = look.run.tracks.count
    return look.hasBaseline || look.keptCount < all ? "\(look.keptCount)/\(all)" : ""
  }

  package func rows(_ known: Known) -> [PaneRow] {
    shown(known).map { row in
      switch row {
      case .promise(let track):
        PaneRow(
          "\(Self.title(track)) \(track.now) \(track.state.why ?? "")", word: Self.word(track),
          part: 0)
      case .event(let event): PaneRow("\(event.part.rawValue) \(event.text)", part: 1)
      }
    }
  }

  package func hint(_ known: Known) -> String {
    switch underCursor(known) {
    case .promise(let track):
      let why = SafeText.line(track.state.why ?? "")
      switch track.state.kind {
      case .kept: return "Kept. i shows what it is judged by."
      case .waiting: return "It waits: \(why)"
      case .broken: return "Broken: \(why)"
      case .unknown: return "It cannot be told: \(why)"
      }
    case .event: return "i shows all of this line."
    case nil: return known.watchLook == nil ? Text.sentence(Self.unseen) : "Nothing changed yet."
    }
  }

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    switch action {
    case .open, .why:
      return underCursor(known).map { [.open(WatchEvidence.reading($0, now: known.now))] } ?? []
    case .diff:
      return known.watchLook.map { [.open(WatchEvidence.difference($0, now: known.now))] } ?? []
    case .plan: return askPlan(known)
    case .baseline: return askBaseline(known.watchLook)
    default: return nil
    }
  }

  package func isHome(of subject: PlanRequest.Subject) -> Bool {
    switch subject {
    case .upgrade, .wayBack: true
    case .step, .rollback, .pool, .remedy, .proof: false
    }
  }

  package var wayHome: String { "Esc goes to the watch." }

  package func lines(_ known: Known, columns: Int) -> [Line] {
    WatchScreen(pane: self, known: known).lines(columns: columns)
  }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    WatchScreen(pane: self, known: known).draw(in: rect, on: &canvas)
  }

  // MARK: What the watch tells

  /// The cursor stays on what it stands on.
  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    switch event {
    case .watchChanged, .baselineTaken: break
    default: return []
    }
    guard let look = known.watchLook else { return [] }
    guard let earlier = before.watchLook else { return takeFirst(look, known) }
    if let place = underCursor(before),
      let index = shown(known).firstIndex(where: { isSame($0, place) })
    {
      cursor.index = index
    }
    return earlier.hasBaseline || !look.hasBaseline
      ? [] : [.say("A watch was begun beside this console. 6 shows it.")]
  }

  private mutating func takeFirst(_ look: WatchLook, _ known: Known) -> [Move] {
    let words = promises(known).map(Self.word)
    cursor.index = words.firstIndex(of: .fail) ?? words.firstIndex { $0 != .ok } ?? 0
    if let problem = look.problem { return [.say(known.oneLine(problem))] }
    guard let gap = look.gap else { return [] }
    func moment(_ date: Date) -> String { WatchTime.moment(date, now: known.now) }
    return [
      .say(
        "The watch of \(moment(look.run.baseline.time)) goes on; nothing was seen from "
          + "\(moment(gap.start)) to \(moment(gap.end)).")
    ]
  }

  private func isSame(_ row: Row, _ other: Row) -> Bool {
    switch (row, other) {
    case (.promise(let track), .promise(let other)): track.id == other.id
    default: row == other
    }
  }

  // MARK: Rows

  func underCursor(_ known: Known) -> Row? {
    let rows = shown(known)
    return rows.isEmpty ? nil : rows[cursor.index(in: rows.count)]
  }

  /// The promises in their order, then what changed, the newest first.
  func shown(_ known: Known) -> [Row] {
    promises(known).map(Row.promise) + events(known.watchLook).map(Row.event)
  }

  func promises(_ known: Known) -> [PromiseTrack] {
    (known.watchLook?.run.tracks ?? []).filter {
      !known.showsProblemsOnly || $0.state.kind != .kept
    }
  }

  func events(_ look: WatchLook?) -> [WatchEvent] {
    (look?.run.timeline.events ?? []).reversed()
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

  // MARK: Plans

  /// An upgrade of each part that is there, compared with the baseline that was taken.
  static func upgrades(_ look: WatchLook) -> [PlanChoice] {
    guard look.hasBaseline, look.run.verdict.kind != .goBack else { return [] }
    let versions = look.run.timeline.known.versions
    return Upgrade.Part.allCases.compactMap { part in
      versions[part.rawValue].map {
        PlanChoice("\(part.title.upperFirst), now \($0)", PlanRequest(.upgrade(part)))
      }
    }
  }

  /// The plans that lead back from what is broken.
  static func plans(_ look: WatchLook, _ facts: Facts?) -> [PlanChoice] {
    guard look.run.verdict.kind == .goBack else { return [] }
    let baseline = look.run.baseline.observation
    let upgrades = look.run.changedParts.compactMap { part -> PlanChoice? in
      guard look.waysBack.contains(part) else { return nil }
      let version = baseline.versions[part.rawValue].map { " to \($0)" } ?? ""
      return PlanChoice("\(part.title) back\(version)", PlanRequest(.wayBack(part)))
    }
    // What was so at the baseline is no cause of what came after.
    let isNew = look.run.timeline.last.cause != baseline.cause
    return upgrades + (isNew ? PlanChoice.all(facts?.status.remedies ?? []) : [])
  }

  private func askPlan(_ known: Known) -> [Move] {
    guard let look = known.watchLook else { return [] }
    if known.isRunning { return [.ask(PlanRequest(.wayBack(.metallb)))] }
    let upgrades = Self.upgrades(look)
    if !upgrades.isEmpty {
      return PlanChoice.moves(upgrades, title: "What is upgraded, each with its plan")
    }
    return PlanChoice.moves(
      Self.plans(look, known.facts), title: "What leads back, each with its plan")
  }

  private func reasonNoPlan(_ known: Known) -> String? {
    guard let look = known.watchLook else { return Self.unseen }
    if known.isRunning { return nil }
    guard look.run.verdict.kind == .goBack else {
      if !look.hasBaseline { return "b takes the baseline first that an upgrade is compared with" }
      return Self.upgrades(look).isEmpty ? "nothing is there to be upgraded" : nil
    }
    return Self.plans(look, known.facts).isEmpty
      ? "no upgrade by this program is to be taken back, DO says what else helps" : nil
  }

  // MARK: The baseline

  private func askBaseline(_ look: WatchLook?) -> [Move] {
    guard let look, look.hasBaseline, look.run.verdict.kind != .goOn else {
      return [.perform(.takeBaseline)]
    }
    return [.open(Question.newBaseline)]
  }

  private func reasonNoBaseline(_ known: Known) -> String? {
    if let reason = known.reasonReadOnly { return reason }
    if known.isRunning { return "a plan is running" }
    if known.facts?.lost != nil { return "the cluster does not answer" }
    return known.watchLook == nil ? Self.unseen : nil
  }

  static let unseen = "the watch has not seen the cluster yet"
}
