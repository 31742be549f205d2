/// The provider answers on 8443.
enum ProviderPromise {
  /// Seconds.
  private static let patience = 10
  /// Seconds, from its pod's replacement where it is upgraded itself.
  static let upgrade = 360

  static let promise = Promise(.provider, "the provider answers") { scene in
    var finding = PromiseFinding(
      baseline: text(scene.baseline.provider), now: text(scene.now.provider))
    let reason: String
    switch scene.now.provider {
    case .known: return finding
    case .unread(let why):
      finding.unknown = why
      return finding
    case .silent(let why): reason = "8443 does not answer: \(why)"
    case .absent: reason = "its Service is not there"
    }
    switch scene.baseline.provider {
    case .known: break
    case .absent where scene.now.provider == .absent: return finding
    case .absent, .silent, .unread:
      finding.unknown = "it did not answer at the baseline either: \(reason)"
      return finding
    }
    let isUpgraded = scene.isUpgraded(.provider)
    finding.deviations = [
      Deviation(
        key: "silent", why: reason, patience: isUpgraded ? upgrade : patience,
        from: isUpgraded ? scene.arrival(of: .provider) : nil)
    ]
    return finding
  }

  private static func text(_ provider: Observed<Observation.ProviderState>) -> String {
    switch provider {
    case .known: "yes"
    case .absent: "not there"
    case .silent: "no"
    case .unread: ""
    }
  }
}
