extension PoolDraft {
  /// Pools up to this size are always looked at as a whole.
  private static let small = 400

  /// What is wrong with the pool as the draft would make it.
  ///
  /// In a large pool only the changed rows and those they touch are looked at anew; the rest, and
  /// the pool as a whole, are as they were read.
  package func problems(over live: LivePool) -> [PoolProblem] {
    if isEmpty { return live.problems }
    let rows = rows(over: live.entries).filter(\.stays)
    guard rows.count > Self.small else {
      return PoolProblems.find(in: rows.map(\.text), context: context(for: rows, live))
    }
    let changed = rows.filter(\.isNew)
    let intervals = changed.compactMap { AddressRange(valid: $0.text)?.interval }
    let touched = AddressSet(intervals)
    let near = rows.filter { row in
      guard !row.isNew, let place = row.place, let range = live.ranges[place] else { return false }
      return touched.overlaps(range.interval)
    }
    let looked = near + changed
    var fresh: [PoolProblem] = []
    if !looked.isEmpty {
      fresh = PoolProblems.find(in: looked.map(\.text), context: context(for: looked, live))
        .filter { $0.entry != nil || $0.severity == .error && !live.problems.contains($0) }
    }
    let done = Set(looked.map(\.text))
    let left = Set(removed).union(edited.map(\.old))
    let kept = live.problems.filter { problem in
      problem.entry.map { !done.contains($0) && !left.contains($0) } ?? true
    }
    let all = fresh + kept
    return all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
  }

  /// The entries of other pools are left out where none of them is touched: reading them all costs
  /// more than everything else.
  private func context(for rows: [Row], _ live: LivePool) -> PoolContext {
    let touches = rows.contains { row in
      guard let range = AddressRange(valid: row.text) else { return false }
      return live.elsewhere.overlaps(range.interval)
    }
    guard !touches else { return live.context }
    var context = live.context
    context.otherPools = context.otherPools?.map { pool in
      PoolContext.OtherPool(name: pool.name, entries: [], autoAssign: pool.autoAssign)
    }
    return context
  }
}
