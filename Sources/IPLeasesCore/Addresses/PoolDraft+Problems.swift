extension PoolDraft {
  /// Pools up to this size are always looked at as a whole.
  private static let small = 400

  /// What is wrong with the pool as the draft would make it.
  ///
  /// In a large pool only the changed rows and those they touch are looked at anew; the rest, and
  /// the pool as a whole, are as they were read.
  package func problems(over live: LivePool) -> [PoolProblem] {
    if isEmpty { return live.problems }
    let rows = rows(over: live.entries)
    let count = rows.count - removed.count
    guard count > Self.small, options.avoidBuggyIPs == nil else {
      let staying = rows.filter(\.stays)
      return PoolProblems.find(
        in: staying.map(\.text), context: context(for: staying, live))
    }
    let changed = newRows
    let intervals = changed.compactMap { AddressRange(valid: $0.text)?.interval }
    // A range over very many rows: the first of them and their number say it.
    var hidden = 0
    var places: Set<Int> = []
    let gone = Set(removed).union(edited.map(\.old))
    for interval in intervals {
      let touched = live.places(overlapping: interval).filter {
        gone.isEmpty || !gone.contains(live.entries[$0])
      }
      hidden += max(0, touched.count - PoolProblems.mostOfOneKind)
      places.formUnion(touched.prefix(PoolProblems.mostOfOneKind))
    }
    let near = places.sorted().map { rows[$0] }
    let looked = near + changed
    var fresh: [PoolProblem] = []
    if !looked.isEmpty {
      fresh = PoolProblems.find(in: looked.map(\.text), context: context(for: looked, live))
        .filter { $0.entry != nil || $0.severity == .error && !live.problems.contains($0) }
    }
    // The pool's options are looked at anew, and said once.
    let settings = PoolProblems.settings(optioned(live.context))
    let old = PoolProblems.settings(live.context)
    fresh.removeAll { settings.contains($0) }
    fresh += settings
    if hidden > 0 {
      let fix = fresh.first { $0.severity == .error }?.fix
      fresh.append(PoolProblem(.error, "The same holds for \(hidden) more.", fix: fix))
    }
    let done = Set(looked.map(\.text))
    let kept = live.problems.filter { problem in
      if old.contains(problem) { return false }
      return problem.entry.map { !done.contains($0) && !gone.contains($0) } ?? true
    }
    let all = fresh + kept
    return all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
  }

  /// The entries of other pools are left out where none of them is touched: reading them all costs
  /// more than everything else.
  private func context(for rows: [Row], _ live: LivePool) -> PoolContext {
    var context = optioned(live.context)
    let touches = rows.contains { row in
      guard let range = AddressRange(valid: row.text) else { return false }
      return live.elsewhere.overlaps(range.interval)
    }
    if touches { return context }
    context.otherPools = context.otherPools?.map { pool in
      PoolContext.OtherPool(name: pool.name, entries: [], autoAssign: pool.autoAssign)
    }
    return context
  }

  /// With the options the draft gives the pool.
  private func optioned(_ context: PoolContext) -> PoolContext {
    var context = context
    context.autoAssign = options.autoAssign ?? context.autoAssign
    context.avoidBuggyIPs = options.avoidBuggyIPs ?? context.avoidBuggyIPs
    return context
  }
}
