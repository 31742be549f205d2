/// The IP operator is healthy and counts what the pool holds.
enum OperatorPromise {
  /// Seconds, from its start.
  private static let patience = 90
  /// Seconds in which it counts anew by itself, and one more minute
  /// (provider: operator/ip/operator.go reads MetalLB every 10 minutes).
  private static let lateCount = 660

  static let promise = Promise(.operator, "the operator counts what the pool holds") { scene in
    var finding = PromiseFinding(
      baseline: text(scene.baseline.operator), now: text(scene.now.operator))
    let isAway: String
    switch scene.now.operator {
    case .known(let state) where !state.isLocked:
      finding.deviations = [frozen(scene)].compactMap(\.self)
      finding.unknown = scene.now.pools.unreadBecause
      guard let wrong = miscount(state, scene) else { return finding }
      if isMiscounted(scene.baseline) {
        finding.unknown = "as at the baseline, \(wrong.why)"
      } else {
        finding.deviations.append(wrong)
      }
      return finding
    case .known: isAway = scene.now.barrier?.text ?? "its barrier is locked"
    case .unread(let why):
      finding.unknown = why
      return finding
    case .silent(let why): isAway = "it does not answer: \(why)"
    case .absent: isAway = "it is not there"
    }
    switch scene.baseline.operator {
    case .known(let before) where !before.isLocked: break
    case .absent where scene.now.operator == .absent: return finding
    case .known, .absent, .silent, .unread:
      finding.unknown = "it was not healthy at the baseline either: \(isAway)"
      return finding
    }
    let barrier = scene.now.barrier
    let state = barrier.map { " (state \($0.state))" } ?? ""
    finding.deviations = [
      Deviation(
        key: "away", why: isAway + state, patience: barrier?.isCertain == true ? 0 : patience,
        from: scene.arrival(of: .operator))
    ]
    return finding
  }

  /// A number that is late by design is not wrong yet.
  private static func miscount(
    _ state: Observation.OperatorState, _ scene: WatchScene
  ) -> Deviation? {
    guard let size = scene.now.pools.value?.size, let total = state.total, total != size else {
      return nil
    }
    return Deviation(
      key: "count", why: "it counts \(total), the pool holds \(size)", patience: lateCount,
      from: scene.arrival(of: .operator))
  }

  private static func isMiscounted(_ observation: Observation) -> Bool {
    guard let total = observation.operator.value?.total else { return false }
    return observation.pools.value?.size != total
  }

  /// It serves, and the provider's bidding is stuck behind it.
  private static func frozen(_ scene: WatchScene) -> Deviation? {
    guard let barrier = scene.now.barrier, barrier.isCertain,
      scene.baseline.barrier?.state != barrier.state
    else { return nil }
    return Deviation(key: "frozen", why: "\(barrier.text) (state \(barrier.state))")
  }

  private static func text(_ found: Observed<Observation.OperatorState>) -> String {
    switch found {
    case .known(let state):
      state.isLocked ? "locked" : state.total.map { "\($0)" } ?? "no count"
    case .absent: "not there"
    case .silent: "silent"
    case .unread: ""
    }
  }
}
