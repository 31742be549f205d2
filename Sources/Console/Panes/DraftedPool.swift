import IPLeasesCore

/// The pool on screen: as it is, with its draft, and with what is just being typed. Made anew from
/// the state whenever it is needed.
struct DraftedPool {
  let live: LivePool
  let draft: PoolDraft
  let rows: [PoolDraft.Row]
  let problems: [PoolProblem]
  /// The rows that are shown, by their place in `rows`; nil: all of them.
  private let filtered: [Int]?
  private let worst: [String: PoolProblem.Severity]
  /// The row under the cursor, by its place in `rows`.
  let current: Int?

  /// nil while no pool is known.
  init?(_ state: State) {
    guard let live = PoolsPane.live(state) else { return nil }
    self.live = live
    let field = state.rangeField
    let kept = state.pools.drafts[live.name] ?? PoolDraft()
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
      state.showsProblemsOnly
      ? rows.indices.filter { rows[$0].stays && worst[rows[$0].text] != nil } : nil
    let count = filtered?.count ?? rows.count
    if let field, field.row == nil {
      current = field.text.isEmpty ? nil : rows.count - 1
    } else if count == 0 {
      current = nil
    } else {
      let place = state.pools.cursor.index(in: count)
      current = filtered?[place] ?? place
    }
  }

  var shownCount: Int { filtered?.count ?? rows.count }

  /// The place in `rows` of the row at a place of the list shown.
  func index(at place: Int) -> Int { filtered?[place] ?? place }

  /// Where the cursor is in the list shown.
  var cursorPlace: Int? {
    current.flatMap { current in filtered?.firstIndex(of: current) ?? current }
  }

  var currentRow: PoolDraft.Row? { current.map { rows[$0] } }

  var errors: [PoolProblem] { problems.filter { $0.severity == .error } }

  /// The number of the first row with an error, from 1; nil where the pool as a whole has one.
  var firstErrorRow: Int? {
    rows.firstIndex { $0.stays && worst[$0.text] == .error }.map { $0 + 1 }
  }

  func problems(of row: PoolDraft.Row) -> [PoolProblem] {
    row.stays ? problems.filter { $0.entry == row.text } : []
  }

  /// Problems of the pool as a whole.
  var problemsOfPool: [PoolProblem] { problems.filter { $0.entry == nil } }

  /// The ways to mend the row under the cursor.
  var fixes: [PoolFix] {
    guard let current, rows[current].stays, worst[rows[current].text] != nil else { return [] }
    return PoolFix.offers(for: current, in: rows, over: live)
  }

  func interval(of row: PoolDraft.Row) -> AddressInterval? {
    if row.kind == .unchanged || row.kind == .removed, let place = row.place {
      return live.ranges[place]?.interval
    }
    return AddressRange(valid: row.text)?.interval
  }

  func seats(of row: PoolDraft.Row) -> ArraySlice<PoolSeat> {
    interval(of: row).map { live.seats(in: $0) } ?? []
  }

  func word(of row: PoolDraft.Row) -> StateWord {
    guard row.stays else { return seats(of: row).isEmpty ? .ok : .warn }
    switch worst[row.text] {
    case .error: return .fail
    case .warning: return .warn
    case nil: return .ok
    }
  }

  /// The addresses the pool is to have.
  var wanted: AddressSet {
    if draft.isEmpty { return live.addresses }
    return AddressSet(rows.filter(\.stays).compactMap(interval))
  }

  /// Services in addresses that leave.
  func moving(out wanted: AddressSet) -> [PoolSeat] {
    if draft.isEmpty { return [] }
    let leaving = live.used.subtracting(wanted)
    return leaving.isEmpty ? [] : live.seats.filter { leaving.contains($0.address) }
  }
}

extension State {
  /// The range being typed; nil while none is.
  var rangeField: RangeField? {
    for layer in layers.reversed() {
      if case .range(let field) = layer { return field }
    }
    return nil
  }
}
