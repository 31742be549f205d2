import Addresses
import ConsoleKit
import IPLeasesCore

/// The pool on screen: as it is, with its draft, and with what is just being typed. Made anew
/// whenever it is needed, and so at the cost of the draft, not of the pool.
struct DraftedPool {
  let live: LivePool
  let draft: PoolDraft
  let rows: PoolDraft.Rows
  let problems: [PoolProblem]
  /// The rows that are shown, by their place in `rows`; nil: all of them.
  private let filtered: [Int]?
  private let worst: [String: PoolProblem.Severity]
  /// The row under the cursor, by its place in `rows`; nil: the pool's own line.
  let current: Int?

  /// The range being typed; nil while none is.
  let field: RangeField?

  init(
    _ live: LivePool, _ kept: PoolDraft, _ field: RangeField?, _ cursor: ListCursor,
    showsProblemsOnly: Bool
  ) {
    self.live = live
    self.field = field
    draft = field?.applied(to: kept) ?? kept
    rows = draft.rows(over: live.entries)
    problems = draft.problems(over: live)
    var worst: [String: PoolProblem.Severity] = [:]
    for problem in problems {
      guard let entry = problem.entry, worst[entry] != .error else { continue }
      worst[entry] = problem.severity
    }
    self.worst = worst
    let rows = rows
    filtered =
      showsProblemsOnly
      ? rows.indices.filter { rows[$0].stays && worst[rows[$0].text] != nil } : nil
    let count = filtered?.count ?? rows.count
    if let field, field.row == nil {
      current = field.text.isEmpty ? nil : rows.count - 1
    } else {
      // Before the first range stands the pool itself.
      let place = cursor.index(in: count + 1) - 1
      current = place < 0 ? nil : filtered?[place] ?? place
    }
  }

  var shownCount: Int { filtered?.count ?? rows.count }

  /// The place in `rows` of the row at a place of the list shown.
  func index(at place: Int) -> Int { filtered?[place] ?? place }

  /// Where the cursor is in the list shown; nil: on the pool's own line.
  var cursorPlace: Int? {
    current.flatMap { current in filtered?.firstIndex(of: current) ?? current }
  }

  /// The last place in the list shown of an entry.
  func place(of entry: PoolEntry) -> Int? {
    guard let place = rows.lastPlace(of: entry) else { return nil }
    return filtered.map { $0.lastIndex(of: place) } ?? place
  }

  var currentRow: PoolDraft.Row? { current.map { rows[$0] } }

  var errors: [PoolProblem] { problems.filter { $0.severity == .error } }

  /// The number of the first row with an error, from 1; nil where the pool as a whole has one.
  var firstErrorRow: Int? {
    guard worst.values.contains(.error) else { return nil }
    return rows.firstIndex { $0.stays && worst[$0.text] == .error }.map { $0 + 1 }
  }

  func problems(of row: PoolDraft.Row) -> [PoolProblem] {
    row.stays && worst[row.text] != nil ? problems.filter { $0.entry == row.text } : []
  }

  /// Problems of the pool as a whole.
  var problemsOfPool: [PoolProblem] { problems.filter { $0.entry == nil } }

  /// The ways to mend the row under the cursor.
  var fixes: [PoolFix] {
    guard let current, rows[current].stays, worst[rows[current].text] != nil else { return [] }
    return PoolFix.offers(for: current, in: rows, over: live)
  }

  /// Who sits in a row, with the draft's word on what is handed out; nil where it is no range.
  func use(of row: PoolDraft.Row) -> RangeUse? {
    row.entry.range.map { live.use(of: $0, avoidsBuggyIPs: avoidsBuggyIPs) }
  }

  func seats(of row: PoolDraft.Row) -> ArraySlice<PoolSeat> {
    row.entry.interval.map { live.seats(in: $0) } ?? []
  }

  func word(of row: PoolDraft.Row) -> StateWord {
    guard row.stays else { return seats(of: row).isEmpty ? .ok : .warn }
    switch worst[row.text] {
    case .error: return .fail
    case .warning: return .warn
    case nil: return .ok
    }
  }

  /// Of the pool's own line: what is wrong with it as a whole, and with the leases in it.
  func wordOfPool(_ findings: [LeaseFinding]) -> StateWord {
    let whole = problemsOfPool
    if whole.contains(where: { $0.severity == .error }) { return .fail }
    if live.silence != nil { return .fail }
    return whole.isEmpty && findings.isEmpty ? .ok : .warn
  }

  /// With the draft's word on it.
  var avoidsBuggyIPs: Bool { draft.avoidsBuggyIPs(over: live) }

  /// What the draft changes, its settings first.
  var changes: [DraftChange] {
    PoolSettings.changes(live, draft.options)
      + draft.removed.map { DraftChange(.removed, $0.text) }
      + draft.edited.flatMap {
        [DraftChange(.removed, $0.old.text), DraftChange(.added, $0.new.text)]
      }
      + draft.added.map { DraftChange(.added, $0.text) }
  }
}

/// One line of what a draft changes.
struct DraftChange {
  enum Sign: String {
    case added = "+"
    case removed = "-"
  }

  var sign: Sign
  var text: String

  init(_ sign: Sign, _ text: String) {
    self.sign = sign
    self.text = text
  }
}
