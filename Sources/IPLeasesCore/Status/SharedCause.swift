import Foundation

/// One cause behind several findings: what is wrong, what follows, what cures it.
struct SharedCause: Hashable, Sendable {
  var now: String
  var why: String
  var action: String
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
    now: String, why: String, remedy: RemedyID?, otherwise: String = "", since: Date?
  ) {
    self.now = now
    self.why = why
    self.since = since
    remedies = remedy.map { [$0] } ?? []
    action = remedy.map { "ip-leases remedy \($0.rawValue)" } ?? otherwise
  }

  private static func metallbVersion(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.ipOperator != nil, let version = snapshot.metallbInstallation?.version,
      version >= Version(0, 16, 0, preRelease: "a")
    else { return nil }
    return SharedCause(
      now: "MetalLB \(version) does not go with the IP operator: its metrics are HTTPS only.",
      why: "the operator reads no totals, so its barrier stays locked; \(effect(snapshot))",
      remedy: .lowerMetalLB, since: SinceWhen.failing("IPL-0109", snapshot))
  }

  private static func barrier(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard let cause = BarrierCause(snapshot) else { return nil }
    switch cause.state {
    case .renewal: return nil
    case .biddingFrozen:
      return SharedCause(
        now: "A leased address could not be given, and that stops the bidding.",
        why: "\(cause.text); \(cause.evidence.first ?? "")", remedy: nil,
        otherwise: "free or add an address, then ip-leases remedy restart-provider",
        since: SinceWhen.failing("IPL-0751", snapshot))
    case .lookupMissed, .metricsUnreachable, .badService, .rightsMissing, .wrongAddress:
      return SharedCause(
        now: "The IP operator is locked: \(cause.text).",
        why: "\(effect(snapshot)); \(cause.evidence.first ?? "")", remedy: cause.remedies.first,
        otherwise: "a restart does not help; ip-leases verify operator metrics shows more",
        since: SinceWhen.failing("IPL-0704", snapshot))
    }
  }

  private static func olderPod(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard let release = snapshot.providerRelease, isOn(snapshot),
      ProviderStep().isRestartNeeded(snapshot, release)
    else { return nil }
    return SharedCause(
      now: "The provider runs with an older setting than its release.",
      why: "only a ConfigMap changed, and that does not restart the pod", remedy: .restartProvider,
      since: release.updatedAt)
  }

  private static func providerLookup(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard snapshot.providerStatus.problem != nil, snapshot.operatorUsage.value != nil else {
      return nil
    }
    let lines = snapshot.providerLog.value.map(OperatorLogLine.parse) ?? []
    let last = lines.last { line in
      if case .lookupFailed = line.kind { true } else { line.kind == .allReady }
    }
    guard case .lookupFailed(let reason)? = last?.kind else { return nil }
    return SharedCause(
      now: "The provider started before its operator, and looks for it only once.",
      why: "it does not answer on 8443 and bids on nothing; \(reason)", remedy: .restartProvider,
      since: SinceWhen.failing("IPL-0611", snapshot))
  }

  private static func kubeProxy(_ snapshot: ClusterSnapshot) -> SharedCause? {
    guard isOn(snapshot), let objects = snapshot.kubeProxy.value else { return nil }
    let step = StrictARPStep()
    guard let map = step.configMap(objects), let text = map.data?[StrictARPStep.key],
      let config = try? KubeProxyConfig(parsing: text), config.mode == .ipvs,
      config.strictARP == true
    else { return nil }
    let old = step.pods(objects).filter { step.isOlder($0, than: map) }
    guard !old.isEmpty else { return nil }
    return SharedCause(
      now: "strictARP is on, but kube-proxy was not restarted since.",
      why: "\(old.count) pod(s) still answer ARP for leased addresses; traffic goes astray",
      remedy: .restartKubeProxy, since: SinceWhen.failing("IPL-0503", snapshot))
  }

  // MARK: Helpers

  private static func isOn(_ snapshot: ClusterSnapshot) -> Bool {
    let values = snapshot.providerValues.value.flatMap { try? ProviderValues(parsing: $0.reveal()) }
    return values?.ipOperator == true
  }

  /// What the provider makes of a locked operator.
  private static func effect(_ snapshot: ClusterSnapshot) -> String {
    if !isOn(snapshot) { return "the provider must not be switched on yet" }
    return snapshot.providerStatus.problem != nil
      ? "the provider does not answer on 8443 and bids on nothing"
      : "new leases of addresses get none; running ones go on"
  }
}
