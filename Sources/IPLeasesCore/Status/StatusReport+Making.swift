import Foundation

extension StatusReport {
  /// Everything the report looks at.
  package static let needs: Set<FactName> = AllSteps.needs.union(SharedCause.needs)
    .union([.metallbMetrics])

  /// Pure: one cause, not a list of symptoms; where the cause is not known it says so.
  package init(_ snapshot: ClusterSnapshot, _ checklist: Checklist, _ settings: ConsoleSettings) {
    let headline = Self.headline(checklist, snapshot)
    self.init(
      now: headline.now, why: headline.why, action: headline.action, state: headline.state,
      parts: Self.parts(snapshot, checklist), addresses: Self.addresses(snapshot))
    guard headline.state != .unknown else { return }
    if let cause = SharedCause(snapshot) {
      since = cause.since
      remedies = cause.remedies
    } else if Self.allHold(checklist), let failed = Self.failedCheck(snapshot) {
      since = failed.since
      remedies = failed.remedies
    }
  }

  // MARK: Now, why, do

  private typealias Headline = (now: String, why: String, action: String, state: PartState)

  private static func headline(_ checklist: Checklist, _ snapshot: ClusterSnapshot) -> Headline {
    if let unknown = checklist.reports.first(where: { $0.state == .unknown }) {
      let problem = unknown.assessment.problem
      return (
        problem?.what ?? "The cluster could not be read.", problem?.reason ?? "",
        problem?.advice ?? "See kubectl get nodes.", .unknown
      )
    }
    if let cause = SharedCause(snapshot) {
      return (cause.now, cause.why, cause.action, .fail)
    }
    if let failed = checklist.reports.first(where: { $0.state == .failed }) {
      let problem = failed.assessment.problem
      return (
        problem?.what ?? failed.evidence, problem?.reason ?? "step \(failed.title)",
        problem?.advice ?? "ip-leases plan \(failed.id.rawValue)", .fail
      )
    }
    if let broken = brokenWhileOn(checklist, snapshot) { return broken }
    if allHold(checklist), let failed = failedCheck(snapshot) {
      return (
        "\(failed.code) does not hold: \(failed.title): \(failed.verdict.got)", failed.why,
        failed.remedies.first.map { "ip-leases remedy \($0.rawValue)" } ?? failed.hint, .fail
      )
    }
    guard let next = checklist.next else {
      return allHold(checklist)
        ? (
          "IP leases are on: \(onSummary(snapshot))", "every step's evidence holds", "nothing", .ok
        )
        : ("The set-up waits.", "", "ip-leases steps", .wait)
    }
    let hasPool = snapshot.pools.value?.pool(ConsoleSettings.poolName) != nil
    let ranges = hasPool ? "" : " --pool RANGE"
    let done = checklist.settledCount
    let text = "IP leases are not on yet: \(done) of \(checklist.reports.count) steps hold."
    return (
      text, "next is \(next.title): \(next.evidence)",
      "ip-leases plan \(next.id.rawValue), then ip-leases apply" + ranges, .wait
    )
  }

  private static func allHold(_ checklist: Checklist) -> Bool {
    checklist.reports.allSatisfy { $0.state.isSettled }
  }

  /// What fails beside the steps, by the facts that were read: a node, a lease, another pool.
  private static func failedCheck(_ snapshot: ClusterSnapshot) -> CheckResult? {
    Checks.run(snapshot).first { $0.verdict.kind == .fail }
  }

  /// The provider is switched on, but something it needs does not hold: bidding is in danger.
  private static func brokenWhileOn(_ checklist: Checklist, _ snapshot: ClusterSnapshot)
    -> Headline?
  {
    let values = snapshot.providerValues.value.flatMap { try? ProviderValues(parsing: $0.reveal()) }
    guard values?.ipOperator == true else { return nil }
    let chain: [StepID] = [
      .metallb, .metricsService, .pools, .ipOperator, .capacity, .provider, .verification,
    ]
    guard let cause = chain.lazy.compactMap({ checklist[$0] }).first(where: { !$0.state.isSettled })
    else { return nil }
    let hangs = snapshot.providerStatus.value == nil && snapshot.providerStatus.problem != nil
    if hangs && cause.id == .verification {
      return (
        "The provider does not answer on 8443, though the operator does.",
        "it waits for something it looked up once, at its start; until then it bids on nothing",
        "ip-leases remedy restart-provider", .fail
      )
    }
    let effect =
      hangs
      ? "the provider does not answer on 8443 and bids on nothing"
      : "new IP leases may get no address; running ones go on"
    return (
      "\(cause.title): \(cause.evidence)", effect,
      "ip-leases plan \(cause.id.rawValue) shows the way out", .fail
    )
  }

  private static func onSummary(_ snapshot: ClusterSnapshot) -> String {
    guard case .totals(let available, let inUse)? = snapshot.operatorUsage.value else { return "" }
    return "\(inUse) of \(available) addresses in use"
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
      step: .metallb)
  }

  private static func speakerPart(_ snapshot: ClusterSnapshot) -> Part {
    let found = snapshot.metallbInstallation
    let state: PartState =
      found.map { $0.speaker?.isRolledOut == true ? .ok : .fail }
      ?? (snapshot.metallb.value == nil ? .unknown : .wait)
    return Part(
      id: "metallb-speaker", title: "MetalLB speakers", version: found?.versionText ?? "",
      ready: readiness(found?.speaker), state: state, note: "", step: .metallb)
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
      ready: readiness(found?.deployment), state: state, note: note, step: .ipOperator)
  }

  private static func providerPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let set = snapshot.providerStatefulSet
    let isOn = checklist[.provider]?.state == .done
    var state: PartState =
      set.map { $0.isRolledOut ? .ok : .wait }
      ?? (snapshot.akash.value == nil || snapshot.releases.value == nil ? .unknown : .fail)
    if state == .ok, snapshot.providerStatus.problem != nil { state = .fail }
    return Part(
      id: "provider", title: isOn ? "Provider, IP leases on" : "Provider, IP leases off",
      version: imageTag(set), ready: readiness(set), state: state,
      note: state == .fail && set != nil ? "8443 silent" : "", step: .provider)
  }

  private static func kubeProxyPart(_ snapshot: ClusterSnapshot, _ checklist: Checklist) -> Part {
    let set = snapshot.kubeProxy.value?.daemonSets.first { $0.metadata.name == "kube-proxy" }
    return Part(
      id: "kube-proxy", title: "kube-proxy", version: imageTag(set), ready: readiness(set),
      state: state(of: .strictARP, checklist, set),
      note: checklist[.strictARP].map { SafeText.line($0.evidence, limit: 60) } ?? "",
      step: .strictARP)
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
      AddressCount(
        source: "provider", title: "provider sells", total: nil, inUse: nil, readAt: nil,
        state: .unknown, note: "needs grpcurl; /status carries no addresses"),
    ]
  }

  private static func poolCount(_ snapshot: ClusterSnapshot) -> AddressCount {
    let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName)
    let size = pool?.countedSize
    let ranges = pool?.spec.addresses.count ?? 0
    return AddressCount(
      source: "pool", title: "pool \"default\", \(ranges) range(s)", total: size.map(String.init),
      inUse: nil, readAt: snapshot.pools.readAt,
      state: size != nil ? .ok : snapshot.pools.problem != nil ? .unknown : .wait,
      note: size == nil && snapshot.pools.problem == nil ? "no pool yet" : "")
  }

  private static func metallbCount(_ snapshot: ClusterSnapshot, _ pool: String?) -> AddressCount {
    let metrics = snapshot.metallbMetrics.value
    return AddressCount(
      source: "metallb", title: "MetalLB counters", total: metrics?.total.map(String.init),
      inUse: metrics?.inUse.map(String.init), readAt: snapshot.metallbMetrics.readAt,
      state: metrics.map { $0.total.map(String.init) == pool ? .ok : .warn } ?? .wait, note: "")
  }

  private static func operatorCount(_ snapshot: ClusterSnapshot, _ pool: String?) -> AddressCount {
    let base = AddressCount(
      source: "operator", title: "operator /usage", total: nil, inUse: nil,
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
    case .unreadable: count.state = .unknown
    case .absent, .notRead: break
    }
    return count
  }
}
