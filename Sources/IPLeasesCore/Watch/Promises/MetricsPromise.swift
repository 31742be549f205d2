import Basics

/// MetalLB's metrics answer through Service `controller`.
enum MetricsPromise {
  /// Seconds, from the controller's replacement.
  private static let patience = 60

  static let promise = Promise(.metrics, "MetalLB's metrics answer") { scene in
    var finding = PromiseFinding(
      baseline: text(scene.baseline.metrics), now: text(scene.now.metrics))
    let reason: String
    switch scene.now.metrics {
    case .known: return finding
    case .unread(let why):
      finding.unknown = why
      return finding
    case .silent(let why): reason = why
    case .absent: reason = "there is no Service controller with port monitoring"
    }
    switch scene.baseline.metrics {
    case .known: break
    // What was not there cannot be lost.
    case .absent where scene.now.metrics == .absent: return finding
    case .absent, .silent, .unread:
      finding.unknown = "they did not answer at the baseline either: \(reason)"
      return finding
    }
    let version = scene.now.versions[Upgrade.Part.metallb.rawValue] ?? ""
    let isHopeless = Version(version).map { $0 >= MetalLBVersionRule.tooNew } ?? false
    finding.deviations = [
      Deviation(
        key: "metrics",
        why: isHopeless
          ? "MetalLB \(version) serves its metrics over HTTPS with a token only: \(reason)"
          : reason,
        patience: isHopeless ? 0 : patience, from: scene.arrival(of: .controller))
    ]
    return finding
  }

  private static func text(_ metrics: Observed<Observation.CountState>) -> String {
    switch metrics {
    case .known(let count): count.total.map { "\($0)" } ?? "no pool default"
    case .absent: "no Service"
    case .silent: "silent"
    case .unread: ""
    }
  }
}
