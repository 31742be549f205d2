/// Pools, advertisements and their kinds stay as they were.
enum PoolsPromise {
  static let promise = Promise(.pools, "pools and advertisements stay as they were") { scene in
    var finding = PromiseFinding(
      baseline: text(scene.baseline.pools), now: text(scene.now.pools))
    switch (scene.baseline.pools, scene.now.pools) {
    case (_, .unread(let why)), (_, .silent(let why)), (.unread(let why), _), (.silent(let why), _):
      finding.unknown = why
    case (.absent, .absent): break
    case (.absent, .known):
      finding.deviations = [Deviation(key: "kinds", why: "MetalLB's kinds are new")]
    case (.known, .absent):
      finding.deviations = [
        Deviation(key: "kinds", why: "MetalLB's kinds are gone, and every pool with them")
      ]
    case (.known(let before), .known(let now)):
      finding.deviations =
        deviations("pool", before.pools, now.pools)
        + deviations("advertisement", before.advertisements, now.advertisements)
    }
    return finding
  }

  private static func deviations(
    _ kind: String, _ before: [String: String], _ now: [String: String]
  ) -> [Deviation] {
    Set(before.keys).union(now.keys).sorted().compactMap { name in
      guard before[name] != now[name] else { return nil }
      let why =
        switch (before[name], now[name]) {
        case (let was?, nil): "\(kind) \(name) is gone (it was \(was))"
        case (nil, let now?): "\(kind) \(name) is new: \(now)"
        case (let was?, let now?): "\(kind) \(name) is \(now), it was \(was)"
        case (nil, nil): ""
        }
      return Deviation(key: "\(kind) \(name)", why: why)
    }
  }

  private static func text(_ pools: Observed<Observation.PoolsState>) -> String {
    switch pools {
    case .known(let state):
      "\(state.pools.count) pool(s), \(state.advertisements.count) advertisement(s)"
    case .absent: "no kinds"
    case .silent, .unread: ""
    }
  }
}
