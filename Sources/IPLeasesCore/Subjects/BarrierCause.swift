import Basics
import Cluster
import Execution
import Foundation
import Logs

/// Why the IP operator does not serve: one cause, with its evidence, and whether a new pod cures it
/// (provider: operator/ip/operator.go, cluster/util/service_discovery_agent.go).
package struct BarrierCause: Hashable, Sendable {
  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// The only DNS lookup of the process found nothing.
    case lookupMissed = "A"
    /// The lookup was good, MetalLB's metrics do not answer.
    case metricsUnreachable = "B"
    /// A Service of a lease was edited by hand.
    case badService = "C"
    /// The operator may not read, or the kind is missing.
    case rightsMissing = "D"
    /// The API server closed a watch; over within a second.
    case renewal = "E"
    /// The provider address it was given is none.
    case wrongAddress = "F"
    /// The barrier is open, but an address that could not be given keeps the provider from bidding.
    case biddingFrozen = "G"
    /// An event of a lease is refused (quota, admission webhook), and it begins anew each time.
    case eventRefused = "H"
  }

  package var state: State
  package var evidence: [String]
  /// A new pod of the operator cures it.
  package var restartHelps: Bool
  package var remedies: [RemedyID]
  /// The command that brings back what is missing, where it is known.
  private var restoring: String?

  /// One sentence.
  package var text: String {
    switch state {
    case .lookupMissed:
      "its one DNS lookup of MetalLB's metrics failed, and it never tries again"
    case .metricsUnreachable: "MetalLB's metrics do not answer it"
    case .badService: "a Service of a lease was edited, and it refuses to go on"
    case .rightsMissing: "it may not read what it needs, or the kind is missing"
    case .renewal: "a watch is being renewed; that is over within a second"
    case .wrongAddress: "it was given a provider address that is none"
    case .biddingFrozen:
      "an address that could not be given blocks the provider's two connections to it"
    case .eventRefused: "the cluster refuses what it wants to do for a lease, so it begins anew"
    }
  }

  /// What helps where a restart does not.
  var advice: Advice {
    switch state {
    case .lookupMissed: "make Service controller first: \(own: "plan metrics-service")"
    case .metricsUnreachable: "let akash-services reach MetalLB's metrics: \(own: "verify metrics")"
    case .badService: "put the Service right by hand: \(own: "verify IPL-0903") names it"
    case .rightsMissing:
      restoring.map { Advice($0) }
        ?? "install the operator's chart of the provider's version: \(own: "verify operator")"
    case .renewal: "it is over within a second"
    case .wrongAddress: "give it the provider's own address: \(own: "plan ip-operator")"
    case .biddingFrozen: "free or add an address, then restart the provider"
    case .eventRefused: "remove what refuses it: the quota or admission webhook that it names"
    }
  }

  package static let needs: Set<FactName> = [
    .cluster, .metallb, .akash, .operatorUsage, .operatorLog, .operatorRights, .leasedIPKind,
    .providerLog, .leaseStatus,
  ]

  /// A Service that waits this long for its address is not just being made.
  static let patience: TimeInterval = 60

  /// nil: the operator serves, and nothing is stuck behind it.
  package init?(_ snapshot: ClusterSnapshot) {
    let lines = snapshot.operatorLog.value ?? []
    if let found = Self.wrongAddress(snapshot, lines) {
      self = found
      return
    }
    switch snapshot.operatorUsage {
    case .known(.totals, _):
      guard let found = Self.frozen(snapshot) ?? Self.renewal(lines) else { return nil }
      self = found
    case .known(.locked, _):
      guard let found = Self.locked(snapshot, lines) else { return nil }
      self = found
    case .unreadable, .absent, .notRead: return nil
    }
  }

  private init(
    _ state: State, _ evidence: [String], restartHelps: Bool = false, remedies: [RemedyID] = [],
    restoring: String? = nil
  ) {
    self.state = state
    self.evidence = evidence.map { SafeText.line($0, limit: 300) }
    self.restartHelps = restartHelps
    self.remedies = remedies
    self.restoring = restoring.map { SafeText.line($0, limit: 2_000) }
  }

  // MARK: The states

  private static func wrongAddress(_ snapshot: ClusterSnapshot, _ lines: [OperatorLogLine])
    -> BarrierCause?
  {
    for line in lines.reversed() {
      if case .addressRefused(let text) = line.kind { return BarrierCause(.wrongAddress, [text]) }
    }
    guard let found = snapshot.ipOperator, found.pods.contains(where: { $0.waitingReason != nil }),
      (try? AkashAddress(parsing: found.providerAddress)) == nil
    else { return nil }
    return BarrierCause(.wrongAddress, ["its provider address is \"\(found.providerAddress)\""])
  }

  /// By the log's last word; without a log by what the objects show.
  private static func locked(_ snapshot: ClusterSnapshot, _ lines: [OperatorLogLine])
    -> BarrierCause?
  {
    if let found = byVersion(snapshot) { return found }
    if let found = byLookup(snapshot, lines) { return found }
    for line in lines.reversed() {
      switch line.kind {
      case .observationStopped(let error?):
        return byEvent(error, lines) ?? byError(error, snapshot)
      case .observationStopped(nil):
        return BarrierCause(.renewal, ["its last observation ended without an error"])
      case .opened: return nil
      default: continue
      }
    }
    return byObjects(snapshot)
  }

  /// MetalLB 0.16 serves its metrics in a way the operator cannot ask for, whatever the log says.
  private static func byVersion(_ snapshot: ClusterSnapshot) -> BarrierCause? {
    guard let found = snapshot.metallbInstallation, let version = found.version,
      version >= MetalLBVersionRule.tooNew
    else { return nil }
    return BarrierCause(
      .metricsUnreachable,
      ["MetalLB \(version) serves metrics over HTTPS with a token only; the operator speaks HTTP"],
      remedies: [.lowerMetalLB])
  }

  private static func byLookup(_ snapshot: ClusterSnapshot, _ lines: [OperatorLogLine])
    -> BarrierCause?
  {
    for line in lines.reversed() {
      switch line.kind {
      case .lookupSucceeded: return nil
      case .lookupFailed(let reason): return lookupMissed(snapshot, ["log: \(reason)"])
      // The lookup's own line has long scrolled away.
      case .observationStopped(let error?)
      where ObservationEnd(error: error) == .lookupAwaited:
        return lookupMissed(snapshot, ["log: observation stopped: \(error)"])
      default: continue
      }
    }
    return nil
  }

  private static func lookupMissed(_ snapshot: ClusterSnapshot, _ evidence: [String])
    -> BarrierCause
  {
    // A new process looks once again: it must find something then.
    let metrics = MetricsService(snapshot)
    let fault = metrics.headlessFaults.first
    let isThere = metrics.port != nil && fault == nil
    let missing =
      fault.map { "Service controller: \($0)" }
      ?? "there is no Service controller with port monitoring yet"
    return BarrierCause(
      .lookupMissed,
      evidence + (isThere ? [] : [missing]),
      restartHelps: isThere, remedies: isThere ? [.bounceOperator] : [.metricsService])
  }

  /// The error of an event says of the cluster what the same words of a watch say of the operator.
  private static func byEvent(_ error: String, _ lines: [OperatorLogLine]) -> BarrierCause? {
    guard lines.contains(where: { $0.kind == .eventFailed(error) }) else { return nil }
    return BarrierCause(.eventRefused, ["log: failed applying event: \(error)"])
  }

  private static func byError(_ error: String, _ snapshot: ClusterSnapshot) -> BarrierCause? {
    let evidence = ["log: observation stopped: \(error)"]
    switch ObservationEnd(error: error) {
    case .rightsMissing: return rightsMissing(snapshot, evidence)
    case .metricsUnreachable: return BarrierCause(.metricsUnreachable, evidence)
    case .renewal, .lookupAwaited, .serviceRefused:
      let bad = badServices(snapshot)
      // A text that is not known says nothing of the Services.
      let words = ["type", "port", "label", "selector"]
      guard !bad.isEmpty || words.contains(where: error.contains) else { return nil }
      return BarrierCause(.badService, evidence + bad)
    }
  }

  private static func byObjects(_ snapshot: ClusterSnapshot) -> BarrierCause? {
    if snapshot.leasedIPKind.isAbsent {
      return rightsMissing(snapshot, ["the kind ProviderLeasedIP is not in the cluster"])
    }
    if snapshot.operatorRights.value == false {
      return rightsMissing(snapshot, ["its account may not list ProviderLeasedIPs"])
    }
    let bad = badServices(snapshot)
    if !bad.isEmpty { return BarrierCause(.badService, bad) }
    if isLookupMissed(snapshot) {
      return lookupMissed(snapshot, ["it started before Service controller was made"])
    }
    return nil
  }

  /// helm makes anew what is missing of a release also where its version and values stay; what
  /// somebody else edited it may refuse to take over. The kinds come with no chart.
  private static func rightsMissing(_ snapshot: ClusterSnapshot, _ evidence: [String])
    -> BarrierCause
  {
    var restoring: String?
    if snapshot.leasedIPKind.isAbsent {
      restoring = snapshot.providerStatefulSet?.imageVersion.map {
        Kubectl(snapshot.connection).apply(akashKindsOf: $0, purpose: "make Akash's kinds")
          .shellText
      }
    } else {
      restoring = snapshot.ipOperatorRelease.map { release in
        PublishedChart.ipOperator.setting(
          [], of: release, purpose: "make what is missing of the release",
          Helm(snapshot.connection)
        ).shellText + " (on a conflict delete the ClusterRole it names first)"
      }
    }
    return BarrierCause(.rightsMissing, evidence, restoring: restoring)
  }

  private static func renewal(_ lines: [OperatorLogLine]) -> BarrierCause? {
    guard let stop = lines.lastIndex(where: { $0.kind == .observationStopped(nil) }),
      lines[stop...].contains(where: { $0.kind == .opened })
    else { return nil }
    let count = lines.count { $0.kind == .observationStopped(nil) }
    return BarrierCause(.renewal, ["\(count) renewal(s) in the log, each opened again at once"])
  }

  private static func frozen(_ snapshot: ClusterSnapshot) -> BarrierCause? {
    let waiting = waitingServices(snapshot)
    if !waiting.isEmpty {
      let names = waiting.prefix(3).map(\.title).joined(separator: ", ")
      return BarrierCause(
        .biddingFrozen, ["\(waiting.count) Service(s) without an address: \(names)"],
        remedies: [.restartProvider])
    }
    if snapshot.leaseStatus.value == false {
      return BarrierCause(
        .biddingFrozen, ["the operator answers 500 when asked about a lease"],
        remedies: [.restartProvider])
    }
    let lines = snapshot.providerLog.value ?? []
    guard case .addressesUnknown(let error)? = lines.last?.kind else { return nil }
    return BarrierCause(
      .biddingFrozen, ["provider's log: checking IP addresses: \(error)"],
      remedies: [.restartProvider])
  }

  // MARK: Helpers

  /// State A as the objects show it: the only DNS lookup was made when there was nothing to find
  /// (provider: cluster/util/service_discovery_agent.go).
  static func isLookupMissed(_ snapshot: ClusterSnapshot) -> Bool {
    guard let made = MetricsService(snapshot).service?.metadata.creationTimestamp,
      let started = snapshot.ipOperator?.pods.compactMap(\.runsSince).max()
    else { return false }
    return started < made
  }

  /// Since when the barrier is locked: the first sign of it after it was open last, else the
  /// operator's start. nil where it is not locked, or that cannot be told.
  static func lockedSince(_ snapshot: ClusterSnapshot) -> Date? {
    guard snapshot.operatorUsage.value == .locked else { return nil }
    let lines = snapshot.operatorLog.value ?? []
    let sinceOpen = lines.lastIndex { $0.kind == .opened }.map { lines[($0 + 1)...] }
    if let sinceOpen { return sinceOpen.lazy.compactMap(\.time).first }
    let oldest = lines.lazy.compactMap(\.time).first
    // Where lines were not read, the barrier may have been open before them; but the one lookup is
    // made at the start. An address that was leased after the start shows that it was open, too.
    if lines.first?.kind == .cut, BarrierCause(snapshot)?.state != .lookupMissed { return oldest }
    guard let start = snapshot.ipOperator?.pods.compactMap(\.runsSince).min() else { return oldest }
    let wasOpen = snapshot.leaseServices.contains { service in
      service.metadata.creationTimestamp.map { $0 > start } == true && !service.addresses.isEmpty
    }
    return wasOpen ? oldest : start
  }

  /// Leases whose Service has had no address for more than a minute.
  static func waitingServices(_ snapshot: ClusterSnapshot) -> [Service] {
    let now = snapshot.cluster.readAt ?? .distantPast
    return snapshot.leaseServices.filter { service in
      let made = service.metadata.creationTimestamp ?? .distantPast
      return service.addresses.isEmpty && now.timeIntervalSince(made) > patience
    }
  }

  private static func badServices(_ snapshot: ClusterSnapshot) -> [String] {
    snapshot.leaseServices.compactMap { service in
      service.leaseFault.map { "Service \(service.title): \($0)" }
    }
  }
}

extension Service {
  /// namespace/name.
  var title: String { "\(metadata.namespace ?? "")/\(metadata.name)" }

  /// What the operator would stop at (provider: cluster/kube/operators/clients/metallb/client.go).
  var leaseFault: String? {
    if spec?.type != "LoadBalancer" { return "its type is \(spec?.type ?? "ClusterIP")" }
    let ports = spec?.ports?.count ?? 0
    if ports != 1 { return "it has \(ports) ports, not one" }
    if spec?.selector?.isEmpty ?? true { return "it selects no pods" }
    return nil
  }
}
