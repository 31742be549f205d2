/// No other release of helm changes, and none is left pending or failed.
enum ReleasesPromise {
  /// Seconds a run of helm may take: as long as this program's own plans wait for one.
  static let upgrade = Int(PendingRelease.longestRun)

  static let promise = Promise(.releases, "no other release changes, none is pending") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    guard let now = scene.now.releases.value, let before = scene.baseline.releases.value else {
      finding.unknown =
        scene.now.releases.unreadBecause ?? scene.baseline.releases.unreadBecause
        ?? "helm tells of no releases"
      return finding
    }
    for name in Set(before.keys).union(now.keys).sorted() {
      finding.deviations += deviations(name, before[name], now[name], scene.part)
    }
    return finding
  }

  private static func deviations(
    _ name: String, _ before: Observation.ReleaseState?, _ now: Observation.ReleaseState?,
    _ part: Upgrade.Part?
  ) -> [Deviation] {
    guard let now else { return [Deviation(key: "\(name) gone", why: "release \(name) is gone")] }
    var found: [Deviation] = []
    let parts = part.map { [$0] } ?? Upgrade.Part.allCases
    let isMeant = parts.contains { $0.changes(chart: now.chartName) }
    let isChanged = before?.revision != now.revision || before?.chart != now.chart
    if isChanged, !isMeant {
      let was = before.map { "revision \($0.revision)" } ?? "not there"
      found.append(
        Deviation(
          key: "\(name) changed",
          why: "release \(name) is at revision \(now.revision), it was \(was)"))
    }
    // As it stood at the baseline: not this upgrade's doing.
    if before == now { return found }
    if now.status.hasPrefix("pending-") || now.status == "uninstalling" {
      found.append(
        Deviation(
          key: "\(name) pending", why: "release \(name) is \(now.status)", patience: upgrade))
    } else if now.status == "failed" {
      found.append(Deviation(key: "\(name) failed", why: "release \(name) is failed"))
    }
    return found
  }

  private static func text(_ observation: Observation) -> String {
    guard let releases = observation.releases.value else { return "" }
    let settled = releases.values.count { $0.status == "deployed" }
    return "\(settled) of \(releases.count) deployed"
  }
}
