import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The pools of the cluster with their tenants, and a draft of what is to change. Nothing of the
/// draft reaches the cluster but by a plan and its word.
package struct PoolsPane: Pane {
  package static let id = PaneID(title: "Pools", commandWord: "pools")

  /// The pool's own line is row 0, its ranges follow.
  package var cursor = ListCursor(index: 1)
  /// The pool on screen; nil: the first.
  package var poolName: String?
  /// By the name of the pool.
  package var drafts: [String: PoolDraft] = [:]
  /// The drafts that are kept on this machine.
  var keptDrafts: [String: PoolDraft] = [:]
  /// Rows whose tenants are shown under them, by their text.
  package var unfolded: Set<String> = []

  package init() {}

  package var hasDraft: Bool { drafts.values.contains { !$0.isEmpty } }

  package func keys(_ known: Known) -> [Binding] {
    let table = table(known)
    let draft = draft(known.facts)
    return [
      Binding(
        [.character(" ")], "Fold", "unfold or fold the addresses of a range", .fold,
        off: needRow(known.facts, table)),
      Binding(
        [.character("+"), .character("o")], "Add", "new range in the draft", .add, bar: 2,
        off: Self.reasonNoEdit(known)),
      Binding(
        [.character("-"), .character("x")], "Remove", "take the range out of the draft",
        .remove, bar: 3, off: reasonNoRemoval(known, table)),
      Binding(
        [.character("u")], "Undo", "last change of the draft", .undo, bar: 4,
        off: draft.undoDepth == 0 ? "nothing was changed in the draft" : nil),
      Binding(
        [.character("U")], "Redo", "the change taken back", .redo, bar: 5,
        off: draft.redoDepth == 0 ? "nothing was taken back" : nil),
      Binding(
        [.character("d")], "Diff", "draft against live", .diff, bar: 6,
        off: draft.isEmpty ? "the draft is empty" : nil),
      Binding(
        [.character("a")], "Plan", "plan of the draft, or of the step Pools", .plan,
        opensFirst: true, bar: 1, off: reasonNoPlan(known, table)),
      Binding(
        [], "Settings",
        "autoAssign, avoidBuggyIPs, advertisements, their nodes and interfaces "
          + "(Enter on the first line)",
        .poolSettings, opensFirst: true, off: Self.needPools(known.facts)),
      Binding(
        [.character("I")], "Import", "ranges from a file", .importRanges, opensFirst: true,
        bar: 96, off: Self.reasonNoEdit(known)),
      Binding(
        [.character("X")], "Export",
        "write the pool with its draft: YAML, Kubespray, CSV, JSON", .exportRanges,
        opensFirst: true, bar: 97,
        off: table?.rows.isEmpty ?? true ? "there is no range to write" : nil),
    ]
  }

  package func reasonOff(_ action: KeyAction, _ known: Known, elsewhere: String?) -> String? {
    switch action {
    case .nextTab, .previousTab: (known.facts?.livePools.count ?? 0) > 1 ? nil : elsewhere
    default: ownReason(action, known, elsewhere)
    }
  }

  package func count(_ known: Known) -> String { known.facts?.addressesInUse ?? "" }

  package func rows(_ known: Known) -> [PaneRow] {
    guard let table = table(known) else { return [] }
    let findings = known.facts?.findings ?? []
    let pool = PaneRow(
      "pool \(table.live.name) \(PoolSettings.summary(table.live, table.draft.options))",
      word: table.wordOfPool(findings))
    return [pool]
      + (0..<table.shownCount).map { place in
        let row = table.rows[table.index(at: place)]
        return PaneRow(row.text, word: table.word(of: row))
      }
  }

  package func rowCount(_ known: Known) -> Int {
    table(known).map { $0.shownCount + 1 } ?? 0
  }

  package func hint(_ known: Known) -> String {
    guard let table = table(known) else { return "i says what is in the way." }
    if !table.draft.isEmpty {
      let count = table.errors.count
      guard count > 0 else { return "a shows the plan of the draft; nothing was sent so far." }
      let problems = count == 1 ? "1 problem" : "\(count) problems"
      guard let row = table.firstErrorRow else { return "Plan is off: \(problems) in the draft." }
      return "Plan is off: \(problems) in the draft (row \(row)). e goes there."
    }
    guard let row = table.currentRow else {
      if let problem = table.problemsOfPool.first { return SafeText.line(problem.message) }
      if known.facts?.findings.isEmpty == false {
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

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    switch action {
    case .plan: return askPlan(known.facts)
    case .why: return explain(known)
    case .open: return edit(known)
    case .add: return openField(RangeField(), known)
    case .remove: return removeRow(known)
    case .undo:
      change(known.facts) { $0.undo() }
      return [.say("Taken back: U does it again.")]
    case .redo:
      change(known.facts) { $0.redo() }
      return [.say("Done again.")]
    case .diff: return difference(known).map { [.open($0)] } ?? []
    case .poolSettings: return openSettings(known.facts)
    case .fold:
      guard let row = underCursor(known) else { return [] }
      if unfolded.remove(row.text) == nil { unfolded.insert(row.text) }
    case .nextPart, .previousPart: return openFixes(known)
    case .nextTab: showPool(1, known.facts)
    case .previousTab: showPool(-1, known.facts)
    case .importRanges: return askImport(known.facts)
    case .exportRanges: return [.open(PoolExportMenu.make())]
    case .copy: return copy(known)
    default: return nil
    }
    return []
  }

  package func isHome(of subject: PlanRequest.Subject) -> Bool {
    switch subject {
    case .pool: true
    case .step, .rollback, .upgrade, .wayBack, .remedy, .proof: false
    }
  }

  package var wayHome: String { "Esc goes back to the pools." }

  package func lines(_ known: Known, columns: Int) -> [Line] {
    PoolScreen(self, known).allLines(columns: columns)
  }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    PoolScreen(self, known).draw(in: rect, on: &canvas)
  }

  // MARK: The pool on screen

  package func live(_ facts: Facts?) -> LivePool? {
    let pools = facts?.livePools ?? []
    return pools.first { $0.name == poolName } ?? pools.first
  }

  package func draft(_ facts: Facts?) -> PoolDraft {
    live(facts).flatMap { drafts[$0.name] } ?? PoolDraft()
  }

  /// - Parameter field: the range being typed.
  func table(_ known: Known, field: RangeField? = nil) -> DraftedPool? {
    live(known.facts).map { live in
      DraftedPool(
        live, drafts[live.name] ?? PoolDraft(), field, cursor,
        showsProblemsOnly: known.showsProblemsOnly)
    }
  }

  package func underCursor(_ known: Known) -> PoolDraft.Row? { table(known)?.currentRow }

  mutating func change(_ facts: Facts?, _ body: (inout PoolDraft) -> Void) {
    guard let live = live(facts) else { return }
    body(&drafts[live.name, default: PoolDraft()])
  }

  mutating func moveCursor(to entry: PoolEntry, _ known: Known) {
    guard let place = table(known)?.place(of: entry) else { return }
    cursor.index = place + 1
  }

  // MARK: Why a key is off

  static func needPools(_ facts: Facts?) -> String? {
    guard let facts else { return "the pools were not read yet" }
    switch facts.pools {
    case .known: return nil
    case .absent: return "MetalLB is not installed, the cluster knows no pools"
    case .unreadable: return "the pools could not be read, i says why"
    case .notRead: return "the pools were not read"
    }
  }

  static func reasonNoEdit(_ known: Known) -> String? {
    needPools(known.facts)
      ?? (known.awaitedPlan == nil ? nil : "a plan is being made, Ctrl-C stops the wait")
  }

  private func needRow(_ facts: Facts?, _ table: DraftedPool?) -> String? {
    Self.needPools(facts) ?? (table?.currentRow == nil ? "there is no range here" : nil)
  }

  private func reasonNoRemoval(_ known: Known, _ table: DraftedPool?) -> String? {
    if let reason = Self.reasonNoEdit(known) ?? needRow(known.facts, table) { return reason }
    return table?.currentRow?.stays == true
      ? nil : "this range leaves already, u takes that back"
  }

  private func reasonNoPlan(_ known: Known, _ table: DraftedPool?) -> String? {
    guard let table, !draft(known.facts).isEmpty else {
      guard let reason = known.reasonNoPlan(.pools) else { return nil }
      return Self.needPools(known.facts) ?? "the draft is empty, and of the step: \(reason)"
    }
    if known.isRunning { return "a plan is running" }
    let errors = table.errors.count
    if errors == 0 { return nil }
    return "\(errors == 1 ? "1 problem" : "\(errors) problems") in the draft, e goes there"
  }
}
