import Foundation

/// What passed `verify` at the baseline passes.
enum ChecksPromise {
  /// Seconds.
  private static let patience = 120

  static let promise = Promise(.checks, "what passed verify passes") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    let passed = scene.baseline.checks.filter { $0.value == .pass }.keys.sorted()
    var untold: [String] = []
    for code in passed {
      switch scene.now.checks[code] {
      // A warning is no harm, and what waits for another check fails there.
      case .pass, .warn, .notRun: continue
      case .unread, nil: untold.append(code)
      case .fail:
        let title = AllChecks.check(code).map { ": \($0.title)" } ?? ""
        finding.deviations.append(
          Deviation(
            key: code, why: "\(code) does not hold\(title)", patience: patience(code, scene),
            from: from(code, scene)))
      }
    }
    if let first = untold.first {
      let rest = untold.count > 1 ? " and \(untold.count - 1) more" : ""
      finding.unknown = "\(first)\(rest) could not be made"
    }
    return finding
  }

  /// Those whose subject another promise gives more time have as much.
  private static func patience(_ code: String, _ scene: WatchScene) -> Int {
    let releases = [
      MetalLBChecks.releasePending.code, OperatorChecks.release.code, ProviderChecks.release.code,
    ]
    if releases.contains(code) { return ReleasesPromise.upgrade }
    return isOfProvider(code, scene) ? ProviderPromise.upgrade : patience
  }

  private static func from(_ code: String, _ scene: WatchScene) -> Date? {
    isOfProvider(code, scene) ? scene.arrival(of: .provider) : nil
  }

  private static func isOfProvider(_ code: String, _ scene: WatchScene) -> Bool {
    AllChecks.check(code)?.group == .provider && scene.isUpgraded(.provider)
  }

  private static func text(_ observation: Observation) -> String {
    let made = observation.checks.values.filter { $0 != .notRun && $0 != .unread }
    return made.isEmpty ? "" : "\(made.count { $0 == .pass }) of \(made.count) pass"
  }
}
