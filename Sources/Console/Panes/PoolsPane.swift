import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The pools of the cluster with their tenants, and a draft of what is to change. Nothing of the
/// draft reaches the cluster but by a plan and its word.
package struct PoolsPane: Pane, Hashable, Sendable {
  /// The pool's own line is row 0, its ranges follow.
  package var cursor = ListCursor(index: 1)
  /// The pool on screen; nil: the first.
  package var poolName: String?
  /// By the name of the pool.
  package var drafts: [String: PoolDraft] = [:]
  /// Rows whose tenants are shown under them, by their text.
  package var unfolded: Set<String> = []

  package static let id = PaneID.pools
  package static var cursor: WritableKeyPath<State, ListCursor> { \.pools.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character(" ")], "Fold", "unfold or fold the addresses of a range", .fold, off: needRow),
    KeyBinding(
      [.character("+"), .character("o")], "Add", "new range in the draft", .add, bar: 2,
      off: reasonNoEdit),
    KeyBinding(
      [.character("-"), .character("x")], "Remove", "take the range out of the draft",
      .remove, bar: 3, off: reasonNoRemoval),
    KeyBinding(
      [.character("u")], "Undo", "last change of the draft", .undo, bar: 4,
      off: { draft($0).undoDepth == 0 ? "nothing was changed in the draft" : nil }),
    KeyBinding(
      [.character("U")], "Redo", "the change taken back", .redo, bar: 5,
      off: { draft($0).redoDepth == 0 ? "nothing was taken back" : nil }),
    KeyBinding(
      [.character("d")], "Diff", "draft against live", .diff, bar: 6,
      off: { draft($0).isEmpty ? "the draft is empty" : nil }),
    KeyBinding(
      [.character("a")], "Plan", "plan of the draft, or of the step Pools", .plan,
      opensFirst: true, bar: 1, off: reasonNoPlan),
    KeyBinding(
      [], "Settings",
      "autoAssign, avoidBuggyIPs, advertisements, their nodes and interfaces (Enter on the first line)",
      .poolSettings, opensFirst: true, off: needPools),
    KeyBinding(
      [.character("I")], "Import", "ranges from a file", .importRanges, opensFirst: true,
      bar: 96, off: reasonNoEdit),
    KeyBinding(
      [.character("X")], "Export", "write the pool with its draft: YAML, Kubespray, CSV, JSON",
      .exportRanges,
      opensFirst: true, bar: 97,
      off: { DraftedPool($0)?.rows.isEmpty ?? true ? "there is no range to write" : nil }),
  ]

  package init() {}

  package static func count(_ state: State) -> String {
    let counts = state.facts?.status.addresses ?? []
    guard let total = counts.first(where: { $0.source == "pool" })?.total else { return "" }
    let inUse = counts.compactMap(\.inUse).first ?? "-"
    return SafeText.line("\(inUse)/\(total)", limit: 20)
  }

  package static func rows(_ state: State) -> [PaneRow] {
    guard let table = DraftedPool(state) else { return [] }
    let findings = state.facts?.findings ?? []
    let pool = PaneRow(
      "pool \(table.live.name) \(PoolSettings.summary(table.live, table.draft.options))",
      word: table.wordOfPool(findings))
    return [pool]
      + (0..<table.shownCount).map { place in
        let row = table.rows[table.index(at: place)]
        return PaneRow(row.text, word: table.word(of: row))
      }
  }

  package static func rowCount(_ state: State) -> Int {
    DraftedPool(state).map { $0.shownCount + 1 } ?? 0
  }

  package static func hint(_ state: State) -> String {
    guard let table = DraftedPool(state) else { return "i says what is in the way." }
    if !table.draft.isEmpty {
      let count = table.errors.count
      guard count > 0 else { return "a shows the plan of the draft; nothing was sent so far." }
      let problems = count == 1 ? "1 problem" : "\(count) problems"
      guard let row = table.firstErrorRow else { return "Plan is off: \(problems) in the draft." }
      return "Plan is off: \(problems) in the draft (row \(row)). e goes there."
    }
    guard let row = table.currentRow else {
      if let problem = table.problemsOfPool.first { return SafeText.line(problem.message) }
      if state.facts?.findings.isEmpty == false {
        return "i says what to do about the findings; Enter shows the settings."
      }
      if table.rows.isEmpty {
        return "+ adds a range to the draft; nothing is sent before the word of a plan."
      }
      return "Enter shows the settings: autoAssign, avoidBuggyIPs, advertisements."
    }
    if let problem = table.problems(of: row).first { return SafeText.line(problem.message) }
    return "Enter edits the range, Space shows who sits in it, + adds another."
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .plan: return askPlan(&state)
    case .why: explain(&state)
    case .open: edit(&state)
    case .add: openField(RangeField(), &state)
    case .remove: removeRow(&state)
    case .undo: step(&state, "Taken back: U does it again.") { $0.undo() }
    case .redo: step(&state, "Done again.") { $0.redo() }
    case .diff: showDiff(&state)
    case .poolSettings: openSettings(&state)
    case .fold:
      guard let row = underCursor(state) else { return [] }
      if state.pools.unfolded.remove(row.text) == nil { state.pools.unfolded.insert(row.text) }
    case .nextPart, .previousPart: openFixes(&state)
    case .nextTab: showPool(1, &state)
    case .previousTab: showPool(-1, &state)
    case .importRanges: askImport(&state)
    case .exportRanges: state.layers.append(.menu(Menu(.exportPool)))
    case .copy: return copy(&state)
    default: return nil
    }
    return []
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    PoolScreen.allLines(state, columns: columns)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    PoolScreen.draw(state, in: rect, on: &canvas)
  }

  // MARK: What others ask of it

  static func live(_ state: State) -> LivePool? {
    let pools = state.facts?.livePools ?? []
    return pools.first { $0.name == state.pools.poolName } ?? pools.first
  }

  static func draft(_ state: State) -> PoolDraft {
    live(state).flatMap { state.pools.drafts[$0.name] } ?? PoolDraft()
  }

  static func underCursor(_ state: State) -> PoolDraft.Row? { DraftedPool(state)?.currentRow }

  static func change(_ state: inout State, _ body: (inout PoolDraft) -> Void) {
    guard let live = live(state) else { return }
    body(&state.pools.drafts[live.name, default: PoolDraft()])
  }

  static func moveCursor(to entry: PoolEntry, _ state: inout State) {
    guard let table = DraftedPool(state), let place = table.place(of: entry) else { return }
    state.pools.cursor.index = place + 1
  }

  // MARK: Why a key is off

  @Sendable static func needPools(_ state: State) -> String? {
    guard let facts = state.facts else { return "the pools were not read yet" }
    switch facts.pools {
    case .known: return nil
    case .absent: return "MetalLB is not installed, the cluster knows no pools"
    case .unreadable: return "the pools could not be read, i says why"
    case .notRead: return "the pools were not read"
    }
  }

  @Sendable private static func needRow(_ state: State) -> String? {
    needPools(state) ?? (underCursor(state) == nil ? "there is no range here" : nil)
  }

  @Sendable static func reasonNoEdit(_ state: State) -> String? {
    needPools(state)
      ?? (state.awaitedPlan == nil ? nil : "a plan is being made, Ctrl-C stops the wait")
  }

  @Sendable private static func reasonNoRemoval(_ state: State) -> String? {
    if let reason = reasonNoEdit(state) ?? needRow(state) { return reason }
    return underCursor(state)?.stays == true ? nil : "this range leaves already, u takes that back"
  }

  @Sendable private static func reasonNoPlan(_ state: State) -> String? {
    guard let table = DraftedPool(state), !draft(state).isEmpty else {
      guard let reason = Navigation.reasonNoPlan(.pools, state) else { return nil }
      return needPools(state) ?? "the draft is empty, and of the step: \(reason)"
    }
    if state.isRunning { return "a plan is running" }
    let errors = table.errors.count
    if errors == 0 { return nil }
    return "\(errors == 1 ? "1 problem" : "\(errors) problems") in the draft, e goes there"
  }
}
