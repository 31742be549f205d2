import Addresses

extension PoolDraft {
  /// Pools up to this size are always looked at as a whole.
  private static let small = 400

  /// What is wrong with the pool as the draft would make it.
  ///
  /// In a large pool only the changed rows and those they touch are looked at anew; the rest, and
  /// the pool as a whole, are as they were read.
  package func problems(over live: LivePool) -> [PoolProblem] {
    let reach = options.reachProblems(
      nodes: live.context.nodeLabels, beside: live.announcedBeside)
    let all = rangeProblems(over: live) + reach
    return reach.isEmpty
      ? all : all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
  }

  private func rangeProblems(over live: LivePool) -> [PoolProblem] {
    if isEmpty { return live.problems }
    let rows = rows(over: live.entries)
    let count = rows.count - removed.count
    guard count > Self.small, options.avoidBuggyIPs == nil else {
      let staying = rows.filter(\.stays)
      return PoolProblems.find(in: staying.map(\.entry), context: optioned(live.context))
    }
    let changed = newRows
    let intervals = changed.compactMap(\.entry.interval)
    // A range over very many rows: the first of them and their number say it.
    var hidden = 0
    var places: Set<Int> = []
    let gone = Set(removed).union(edited.map(\.old))
    let goneRanges = gone.compactMap(\.interval)
    for interval in intervals {
      let touched = live.places(overlapping: interval)
      let leaving = goneRanges.count { $0.overlaps(interval) }
      hidden += max(0, touched.count - leaving - PoolProblems.mostOfOneKind)
      places.formUnion(
        touched.lazy.filter { !gone.contains(live.entries[$0]) }.prefix(PoolProblems.mostOfOneKind))
    }
    let near = places.sorted().map { rows[$0] }
    let looked = near + changed
    var fresh: [PoolProblem] = []
    if !looked.isEmpty {
      fresh = PoolProblems.find(in: looked.map(\.entry), context: optioned(live.context))
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
    let done = Set(looked.map(\.text) + gone.texts)
    let kept = live.problems.filter { problem in
      if old.contains(problem) { return false }
      return problem.entry.map { !done.contains($0) } ?? true
    }
    let all = fresh + kept
    return all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
  }

  /// With the options the draft gives the pool.
  private func optioned(_ context: PoolContext) -> PoolContext {
    var context = context
    context.autoAssign = options.autoAssign ?? context.autoAssign
    context.avoidBuggyIPs = options.avoidBuggyIPs ?? context.avoidBuggyIPs
    return context
  }
}
