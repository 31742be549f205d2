import Cluster
import Execution
import Foundation

/// One cause behind several findings: what is wrong, what follows, what cures it.
struct SharedCause: Hashable, Sendable {
  /// The checks that find it.
  var codes: [String]
  var now: String
  var why: String
  var action: String
  /// What follows for leases and bidding.
  var effect: String
  var since: Date?
  var remedies: [RemedyID] = []

  /// Facts looked at beyond those of the steps.
  static let needs = BarrierCause.needs.subtracting([.operatorRights]).union([.providerStatus])

  /// The deepest cause first: what stands behind it is not named as well.
  init?(_ snapshot: ClusterSnapshot) {
    guard
      let found = Self.metallbVersion(snapshot) ?? Self.barrier(snapshot)
        ?? Self.olderPod(snapshot) ?? Self.providerLookup(snapshot) ?? Self.kubeProxy(snapshot)
    else { return nil }
    self = found
  }

  private init(
    _ codes: [String], now: String, why: String, effect: String = "", remedy: RemedyID?,
    otherwise: String = "", since: Date?
  ) {
    self.codes = codes
    self.now = now
    self.why = why
    self.effect = effect
    self.since = since
    remedies = remedy.map { [$0] } ?? []
    action = remedy.map(\.command) ?? otherwise
  }

  private static func metallbVersion(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.ipOperator != nil, let version = snapshot.metallbInstallation?.version,
      version >= MetalLBVersionRule.tooNew
    else { return nil }
    return SharedCause(
      ["IPL-0109"],
      now: "MetalLB \(version) does not go with the IP operator: its metrics are HTTPS only.",
      why: "the operator reads no totals, so its barrier stays locked; \(effect(snapshot))",
      remedy: .lowerMetalLB, since: SinceWhen.failing("IPL-0109", snapshot))
  }

  private static func barrier(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard let cause = BarrierCause(snapshot) else { return nil }
    switch cause.state {
    case .renewal: return nil
    case .biddingFrozen:
      var found = SharedCause(
        cause.codes, now: "A leased address could not be given, and that stops the bidding.",
        why: "\(cause.text); \(cause.evidence.first ?? "")",
        effect: "the provider's bidding stops", remedy: cause.remedies.first,
        since: SinceWhen.failing("IPL-0751", snapshot))
      found.action = "free or add an address, then \(found.action)"
      return found
    case .lookupMissed, .metricsUnreachable, .badService, .rightsMissing, .wrongAddress:
      let effect = effect(snapshot)
      return SharedCause(
        cause.codes, now: "The IP operator is locked: \(cause.text).",
        why: "\(effect); \(cause.evidence.first ?? "")", effect: effect,
        remedy: cause.remedies.first,
        otherwise: "a restart does not help; \(cause.advice)",
        since: SinceWhen.failing("IPL-0704", snapshot))
    }
  }

  private static func olderPod(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard let release = snapshot.providerRelease, snapshot.isSwitchedOn,
      ProviderStep().isRestartNeeded(snapshot, release)
    else { return nil }
    return SharedCause(
      ["IPL-0607"], now: "The provider was not restarted since its setting was changed.",
      why: "the setting is in a ConfigMap, and a change of that does not restart the pod",
      remedy: .restartProvider,
      since: ProviderStep().settingChangedAt(snapshot, release))
  }

  private static func providerLookup(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.providerStatus.problem != nil, snapshot.operatorUsage.value != nil else {
      return nil
    }
    let lines = snapshot.providerLog.value ?? []
    let last = lines.last { line in
      if case .lookupFailed = line.kind { true } else { line.kind == .allReady }
    }
    guard case .lookupFailed(let reason)? = last?.kind else { return nil }
    return SharedCause(
      ["IPL-0655", "IPL-0611"],
      now: "The provider started before its operator, and looks for it only once.",
      why: "it does not answer on 8443 and bids on nothing; \(reason)", remedy: .restartProvider,
      since: SinceWhen.failing("IPL-0611", snapshot))
  }

  private static func kubeProxy(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.isSwitchedOn, let objects = snapshot.kubeProxy.value else { return nil }
    let step = StrictARPStep()
    guard let map = step.configMap(objects), let text = map.data?[StrictARPStep.key],
      let config = try? KubeProxyConfig(parsing: text), config.mode == .ipvs,
      config.strictARP == true
    else { return nil }
    let old = step.pods(objects).filter { step.isOlder($0, than: map) }
    guard !old.isEmpty else { return nil }
    return SharedCause(
      ["IPL-0503"], now: "strictARP is on, but kube-proxy was not restarted since.",
      why: "\(old.count) pod(s) still answer ARP for leased addresses; traffic goes astray",
      remedy: .restartKubeProxy, since: SinceWhen.failing("IPL-0503", snapshot))
  }

  // MARK: Helpers

  /// What the provider makes of a locked operator.
  private static func effect(_ snapshot: ClusterSnapshot) -> String {
    if !snapshot.isSwitchedOn { return "the provider must not be switched on yet" }
    return snapshot.providerStatus.problem != nil
      ? "the provider does not answer on 8443 and bids on nothing"
      : "new leases of addresses get none; running ones go on"
  }
}
