import Basics
import Cluster
import Execution
import Foundation

/// One cause behind several findings: what is wrong, what follows, what cures it.
struct SharedCause: Hashable, Sendable {
  /// The checks that find it.
  var codes: [String]
  var now: String
  var why: String
  var action: Advice
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
    _ checks: [Check], now: String, why: String, effect: String = "", remedy: RemedyID?,
    otherwise: Advice = "", since: Date?
  ) {
    codes = checks.map(\.code)
    self.now = now
    self.why = why
    self.effect = effect
    self.since = since
    remedies = remedy.map { [$0] } ?? []
    action = remedy.map(\.advice) ?? otherwise
  }

  private static func metallbVersion(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.ipOperator != nil, let version = snapshot.metallbInstallation?.version,
      version >= MetalLBVersionRule.tooNew
    else { return nil }
    return SharedCause(
      [MetalLBChecks.version],
      now: "MetalLB \(version) does not go with the IP operator: its metrics are HTTPS only.",
      why: "the operator reads no totals, so its barrier stays locked; \(effect(snapshot))",
      remedy: .lowerMetalLB, since: MetalLBChecks.version.since(snapshot))
  }

  private static func barrier(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard let cause = BarrierCause(snapshot) else { return nil }
    switch cause.state {
    case .renewal: return nil
    case .biddingFrozen:
      var found = SharedCause(
        checks(that: cause.state),
        now: "A leased address could not be given, and that stops the bidding.",
        why: "\(cause.text); \(cause.evidence.first ?? "")",
        effect: "the provider's bidding stops", remedy: cause.remedies.first,
        since: LeaseChecks.pending.since(snapshot))
      found.action = "free or add an address, then \(found.action)"
      return found
    case .lookupMissed, .metricsUnreachable, .badService, .rightsMissing, .wrongAddress,
      .eventRefused:
      let effect = effect(snapshot)
      return SharedCause(
        checks(that: cause.state), now: "The IP operator is locked: \(cause.text).",
        why: "\(effect); \(cause.evidence.first ?? "")", effect: effect,
        remedy: cause.remedies.first,
        otherwise: "a restart does not help; \(cause.advice)",
        since: OperatorChecks.barrier.since(snapshot))
    }
  }

  /// Those that find it: where one of what they build on fails, that is deeper.
  private static func checks(that state: BarrierCause.State) -> [Check] {
    switch state {
    case .lookupMissed, .renewal, .eventRefused: [OperatorChecks.barrier]
    case .metricsUnreachable: [MetricsChecks.answer, OperatorChecks.barrier]
    case .badService: [LeaseChecks.shape, OperatorChecks.barrier]
    case .rightsMissing: [OperatorChecks.rights, OperatorChecks.kind, OperatorChecks.barrier]
    case .wrongAddress: [OperatorChecks.address, OperatorChecks.crashes]
    case .biddingFrozen: [LeaseChecks.pending, LeaseChecks.answering]
    }
  }

  private static func olderPod(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.isSwitchedOn, ProviderSetting(snapshot)?.isRestartNeeded == true else {
      return nil
    }
    return SharedCause(
      [ProviderChecks.setting],
      now: "The provider was not restarted since its setting was changed.",
      why: "the setting is in a ConfigMap, and a change of that does not restart the pod",
      remedy: .restartProvider, since: ProviderChecks.setting.since(snapshot))
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
      [ProviderChecks.lookup, ProviderChecks.status],
      now: "The provider started before its operator, and looks for it only once.",
      why: "it does not answer on 8443 and bids on nothing; \(reason)", remedy: .restartProvider,
      since: ProviderChecks.status.since(snapshot))
  }

  private static func kubeProxy(_ snapshot: ClusterSnapshot) -> SharedCause? {
    let strict = StrictARP(snapshot)
    guard snapshot.isSwitchedOn, let config = try? strict.config(), config.mode == .ipvs,
      config.strictARP == true
    else { return nil }
    let old = strict.olderPods
    guard !old.isEmpty else { return nil }
    return SharedCause(
      [StrictARPChecks.restarted], now: "strictARP is on, but kube-proxy was not restarted since.",
      why: "\(old.count) pod(s) still answer ARP for leased addresses; traffic goes astray",
      remedy: .restartKubeProxy, since: StrictARPChecks.restarted.since(snapshot))
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
