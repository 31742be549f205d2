import Addresses
import Basics
import Cluster
import Execution
import Foundation

extension StatusReport {
  /// Everything the report looks at. What comes with commands that are run anyway is taken along.
  package static let needs: Set<FactName> = AllSteps.needs.union(SharedCause.needs)
    .union([
      .metallbMetrics, .webhook, .announcements, .leaseEndpoints, .metallbSurroundings, .leasedIPs,
      .manifests, .ignoredLeases,
    ])

  /// Pure.
  ///
  /// - Parameters:
  ///   - results: of all checks on this snapshot, where they were made already.
  ///   - aside: findings somebody set aside, by code.
  package init(
    _ snapshot: ClusterSnapshot, _ checklist: Checklist, results: [CheckResult]? = nil,
    aside: Set<String> = []
  ) {
    let headline = StatusHeadline(
      snapshot, checklist, results ?? Checks.run(snapshot), aside: aside)
    self.init(
      now: headline.now, why: headline.why, action: headline.action, state: headline.state,
      parts: Self.parts(snapshot, checklist), addresses: Self.addresses(snapshot),
      since: headline.since, remedies: headline.remedies, nextStep: headline.nextStep)
  }

  // MARK: Parts

  private static func parts(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> [Part] {
    [
      metallbPart(snapshot, checklist), speakerPart(snapshot), operatorPart(snapshot, checklist),
      providerPart(snapshot, checklist), kubeProxyPart(snapshot, checklist),
    ]
  }

  private static func metallbPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let found = snapshot.metallbInstallation
    return Part(
      id: "metallb-controller", title: "MetalLB controller", version: found?.versionText ?? "",
      ready: readiness(found?.controller),
      state: state(of: .metallb, checklist, found?.controller), note: note(.metallb, checklist),
      step: .metallb, checkGroups: [.metallb, .metrics, .pools])
  }

  private static func speakerPart(_ snapshot: ClusterSnapshot) -> Part {
    let found = snapshot.metallbInstallation
    let state: PartState =
      found.map { $0.speaker?.isRolledOut == true ? .ok : .fail }
      ?? (snapshot.metallb.value == nil ? .unknown : .wait)
    return Part(
      id: "metallb-speaker", title: "MetalLB speakers", version: found?.versionText ?? "",
      ready: readiness(found?.speaker), state: state, note: "", step: .metallb,
      checkGroups: [.metallb, .metrics, .pools])
  }

  private static func operatorPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let found = snapshot.ipOperator
    var state = state(of: .ipOperator, checklist, found?.deployment)
    var note = note(.ipOperator, checklist)
    if state == .ok, snapshot.operatorUsage.value == .locked {
      state = .fail
      note = "barrier locked"
    }
    return Part(
      id: "ip-operator", title: "IP operator", version: imageTag(found?.deployment),
      ready: readiness(found?.deployment), state: state, note: note, step: .ipOperator,
      checkGroups: [.operator])
  }

  private static func providerPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let set = snapshot.providerStatefulSet
    let isOn = checklist[.provider]?.state == .done || snapshot.isSwitchedOn
    let isKnown = isOn || snapshot.providerValues.value != nil || snapshot.providerByHand != nil
    var state: PartState =
      set.map { $0.isRolledOut ? .ok : .wait }
      ?? (snapshot.akash.value == nil || snapshot.releases.value == nil ? .unknown : .fail)
    var note = ""
    if state == .ok, isOn, checklist[.provider]?.state == .todo {
      // Switched on, but not as buyers or the running pod have it.
      state = .warn
      note = self.note(.provider, checklist)
    }
    if state == .ok || state == .warn, snapshot.providerStatus.problem != nil { state = .fail }
    if state == .fail, set != nil { note = "8443 silent" }
    let setting = isKnown ? ", IP leases \(isOn ? "on" : "off")" : ""
    return Part(
      id: "provider", title: "Provider\(setting)", version: imageTag(set), ready: readiness(set),
      state: state, note: note, step: .provider, checkGroups: [.provider])
  }

  private static func kubeProxyPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let set = snapshot.kubeProxy.value?.daemonSets.first { $0.metadata.name == "kube-proxy" }
    return Part(
      id: "kube-proxy", title: "kube-proxy", version: imageTag(set), ready: readiness(set),
      state: state(of: .strictARP, checklist, set),
      note: checklist[.strictARP].map { SafeText.line($0.evidence, limit: 60) } ?? "",
      step: .strictARP, checkGroups: [.arp])
  }

  private static func state(of id: StepID, _ checklist: Checklist, _ workload: Workload?)
    -> PartState
  {
    switch checklist[id]?.state {
    case .done, .notNeeded: .ok
    case .setAside: .warn
    case .failed: .fail
    case .unknown, nil: .unknown
    case .todo, .blocked: workload == nil ? .wait : .warn
    }
  }

  private static func note(_ id: StepID, _ checklist: Checklist) -> String {
    guard let report = checklist[id], !report.state.isSettled else { return "" }
    return SafeText.line(report.evidence, limit: 60)
  }

  private static func readiness(_ workload: Workload?) -> String {
    workload.map { "\($0.ready)/\($0.wanted)" } ?? ""
  }

  private static func imageTag(_ workload: Workload?) -> String {
    let image = workload?.spec?.template?.spec?.containers?.first?.image ?? ""
    guard let colon = image.lastIndex(of: ":") else { return "" }
    return SafeText.line(image[image.index(after: colon)...], limit: 40)
  }

  // MARK: Addresses

  private static func addresses(_ snapshot: ClusterSnapshot) -> [AddressCount] {
    let pool = poolCount(snapshot)
    return [
      pool, metallbCount(snapshot, pool.total), operatorCount(snapshot, pool.total),
      providerCount(snapshot),
    ]
  }

  /// Since provider 0.14.2 its `/status` tells it (akash-network/provider: gateway/rest/router.go).
  private static func providerCount(_ snapshot: ClusterSnapshot) -> AddressCount {
    var count = AddressCount(
      source: .provider, title: "provider sells", total: nil, inUse: nil, readAt: nil,
      state: .unknown, note: "")
    guard let status = snapshot.providerStatus.value else {
      count.become(unknown: snapshot.providerStatus.problem)
      return count
    }
    guard let told = status.leasedIP else {
      let version = snapshot.providerStatefulSet?.imageVersion
      let isOld = version.map { $0 < CountChecks.tellsCounts } ?? true
      count.note =
        isOld
        ? "told since provider \(CountChecks.tellsCounts)"
        : snapshot.isSwitchedOn ? "the provider does not tell" : "IP leases are off"
      return count
    }
    count.readAt = snapshot.providerStatus.readAt
    guard let total = told.allocatable, let inUse = told.allocated else {
      count.note = "the provider could not ask its operator"
      return count
    }
    count.total = String(total)
    count.inUse = String(inUse)
    let held = HeldBack(snapshot)?.count ?? 0
    count.state = held == 0 ? .ok : .warn
    count.note = held == 0 ? "" : "\(held) reserved, not in use"
    return count
  }

  private static func poolCount(_ snapshot: ClusterSnapshot) -> AddressCount {
    let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName)
    let size = pool?.countedSize
    let ranges = pool.map { ", \($0.spec.addresses.count) range(s)" } ?? ""
    var count = AddressCount(
      source: .pool, title: "pool \"default\"\(ranges)", total: size.map(String.init),
      inUse: nil, readAt: snapshot.pools.readAt, state: .ok, note: "")
    guard size == nil else { return count }
    switch snapshot.pools {
    case .known, .absent:
      count.state = .wait
      count.note =
        snapshot.legacyConfigMap.map { "in ConfigMap \($0.metadata.name) of MetalLB 0.12" }
        ?? "no pool yet"
    case .unreadable, .notRead: count.become(unknown: snapshot.pools.problem)
    }
    return count
  }

  private static func metallbCount(_ snapshot: ClusterSnapshot, _ pool: String?) -> AddressCount {
    var count = AddressCount(
      source: .metallb, title: "MetalLB counters", total: nil, inUse: nil,
      readAt: snapshot.metallbMetrics.readAt, state: .wait, note: "")
    switch snapshot.metallbMetrics {
    case .known(let metrics, _):
      count.total = metrics.total.map(String.init)
      count.inUse = metrics.inUse.map(String.init)
      count.state = count.total == pool ? .ok : .warn
    // There is nothing yet that counts.
    case .absent: break
    case .unreadable, .notRead: count.become(unknown: snapshot.metallbMetrics.problem)
    }
    return count
  }

  private static func operatorCount(_ snapshot: ClusterSnapshot, _ pool: String?) -> AddressCount {
    let base = AddressCount(
      source: .operator, title: "operator /usage", total: nil, inUse: nil,
      readAt: snapshot.operatorUsage.readAt, state: .wait, note: "")
    var count = base
    switch snapshot.operatorUsage {
    case .known(.totals(let available, let inUse), _):
      count.total = String(available)
      count.inUse = String(inUse)
      let agrees = String(available) == pool
      count.state = agrees ? .ok : .warn
      count.note = agrees ? "" : "late by up to 10 minutes"
    case .known(.locked, _):
      count.state = .fail
      count.note = "barrier locked"
    case .absent: break
    case .unreadable, .notRead: count.become(unknown: snapshot.operatorUsage.problem)
    }
    return count
  }
}

extension StatusReport.AddressCount {
  /// What was not read has no age.
  fileprivate mutating func become(unknown problem: UserMessage?) {
    state = .unknown
    readAt = nil
    note = SafeText.line(problem?.what ?? "", limit: 60)
  }
}
