import Basics
import Cluster
import Execution
import Foundation

/// What is known of a cluster, as the promises look at it.
extension Observation {
  /// The facts it is made of.
  package static let needs: Set<FactName> = Checks.needs().union([.leasedIPs, .histories])

  /// Pure.
  ///
  /// - Parameters:
  ///   - results: of all checks on this snapshot.
  ///   - acts: what this program changed since the observation before.
  ///   - clean: hides what is secret in a text.
  package init(
    _ snapshot: ClusterSnapshot, _ results: [CheckResult], at time: Date, acts: [Act] = [],
    clean: @escaping (String) -> String = { $0 }
  ) {
    let reader = SnapshotReader(snapshot: snapshot, clean: clean)
    self.init(time: time)
    self.acts = acts
    versions = reader.versions
    releases = reader.releases
    pools = reader.pools
    services = reader.services
    namespaces = reader.namespaces
    served = reader.served
    announcers = reader.announcers
    declarations = reader.declarations
    metrics = reader.metrics
    self.operator = reader.operator
    barrier = reader.barrier
    provider = reader.provider
    pods = reader.pods
    rolling = reader.rolling
    strictARP = reader.strictARP(results)
    checks = Dictionary(
      results.map { ($0.code, CheckState($0.verdict)) }, uniquingKeysWith: { $1 })
    cause = SharedCause(snapshot).map {
      CauseState(text: clean("\($0.now) \($0.why)"), remedy: $0.remedies.first?.advice)
    }
  }
}

extension Observation.CheckState {
  fileprivate init(_ verdict: Verdict) {
    switch verdict {
    case .pass: self = .pass
    case .warn: self = .warn
    case .fail: self = .fail
    case .notRun(.unreadable): self = .unread
    case .notRun: self = .notRun
    }
  }
}

private struct SnapshotReader {
  let snapshot: ClusterSnapshot
  let clean: (String) -> String

  // MARK: Facts

  private func observed<Value, Made>(
    _ fact: Fact<Value>, mayBeSilent: Bool = false, _ make: (Value) -> Made
  ) -> Observed<Made> {
    switch fact {
    case .known(let value, _): return .known(make(value))
    case .absent: return .absent
    case .notRead: return .unread("it was not asked for")
    case .unreadable(let problem, _):
      let why = clean(problem.reason ?? problem.what)
      // Whatever stands behind the API server is not heard of while that is silent itself.
      let isItsOwn =
        mayBeSilent && snapshot.cluster.value != nil && problem.obstacle == nil
      return isItsOwn ? .silent(why) : .unread(why)
    }
  }

  var versions: [String: String] {
    var versions: [String: String] = [:]
    versions[Upgrade.Part.metallb.rawValue] = snapshot.metallbInstallation?.versionText
    versions[Upgrade.Part.operator.rawValue] = tag(snapshot.ipOperator?.deployment)
    versions[Upgrade.Part.provider.rawValue] = tag(snapshot.providerStatefulSet)
    return versions
  }

  private func tag(_ workload: Workload?) -> String? {
    workload?.spec?.template?.spec?.containers?.first?.image.map(tag)
  }

  private func tag(_ image: String) -> String {
    image.prefix { $0 != "@" }.split(separator: ":").last.map(String.init) ?? ""
  }

  var releases: Observed<[String: Observation.ReleaseState]> {
    let histories = snapshot.histories.value ?? [:]
    return observed(snapshot.releases) { releases in
      Dictionary(
        releases.map { release in
          let last = histories[release.name]?.last { "\($0.revision)" == release.revision }
          return (
            "\(release.namespace)/\(release.name)",
            Observation.ReleaseState(
              revision: release.revision, status: release.status, chart: release.chart,
              chartName: release.chartName,
              description: last?.description.map { clean(SafeText.line($0, limit: 120)) })
          )
        }, uniquingKeysWith: { $1 })
    }
  }

  // MARK: Pools

  var pools: Observed<Observation.PoolsState> {
    observed(snapshot.pools) { objects in
      var state = Observation.PoolsState(pools: [:], advertisements: [:])
      for pool in objects.pools {
        state.pools[pool.metadata.name] = text(pool)
        state.managers[pool.metadata.name] = manager(pool.metadata)
      }
      for advertisement in objects.advertisements {
        state.advertisements[advertisement.metadata.name] = text(advertisement)
        state.managers[advertisement.metadata.name] = manager(advertisement.metadata)
      }
      for advertisement in objects.bgpAdvertisements {
        let spec = advertisement.spec
        state.advertisements["bgp/\(advertisement.metadata.name)"] =
          joined([
            words("pools", spec?.ipAddressPools), words("selects", spec?.ipAddressPoolSelectors),
          ])
      }
      state.size = objects.pool(ConsoleSettings.poolName)?.countedSize
      return state
    }
  }

  /// Defaults are written out and empty lists left out: another version of the kinds may add or
  /// drop them without a change.
  private func text(_ pool: IPAddressPool) -> String {
    let allocation = pool.spec.serviceAllocation
    return joined([
      pool.spec.addresses.map(\.text).joined(separator: ", "),
      pool.spec.autoAssign == false ? "no auto-assign" : nil,
      pool.spec.avoidBuggyIPs == true ? "avoids buggy addresses" : nil,
      allocation.map { "for priority \($0.priority ?? 0)" }, words("in", allocation?.namespaces),
    ])
  }

  private func text(_ advertisement: L2Advertisement) -> String {
    let spec = advertisement.spec
    let text = joined([
      words("pools", spec?.ipAddressPools), words("selects", spec?.ipAddressPoolSelectors),
      words("nodes", spec?.nodeSelectors), words("interfaces", spec?.interfaces),
      words("services", spec?.serviceSelectors),
    ])
    return text.isEmpty ? "every pool" : text
  }

  private func joined(_ parts: [String?]) -> String {
    SafeText.line(parts.compactMap(\.self).joined(separator: "; "))
  }

  private func words(_ name: String, _ items: [String]?) -> String? {
    guard let items, !items.isEmpty else { return nil }
    return "\(name) \(items.sorted().joined(separator: ", "))"
  }

  private func words(_ name: String, _ selectors: [LabelSelector]?) -> String? {
    words(name, selectors?.map(\.text))
  }

  private func manager(_ meta: ObjectMeta) -> String? {
    let newest = meta.managedFields?.max {
      ($0.time ?? .distantPast) < ($1.time ?? .distantPast)
    }
    return newest?.manager.map { clean(SafeText.line($0, limit: 60)) }
  }

  // MARK: Services and leases

  var services: Observed<[String: Observation.ServiceState]> {
    observed(snapshot.cluster) { objects in
      Dictionary(
        objects.services.filter(\.isOfMetalLB).map { service in
          (
            service.title,
            Observation.ServiceState(
              addresses: service.addresses.sorted(),
              ports: (service.spec?.ports ?? []).map(\.port),
              lease: Self.lease(service.metadata), uid: service.metadata.uid ?? "")
          )
        }, uniquingKeysWith: { $1 })
    }
  }

  var namespaces: Observed<[String: String]> {
    observed(snapshot.cluster) { objects in
      Dictionary(
        objects.namespaces.filter { !$0.isTerminating && $0.metadata.deletionTimestamp == nil }
          .map { ($0.metadata.name, Self.lease($0.metadata) ?? "") }, uniquingKeysWith: { $1 })
    }
  }

  var served: Observed<[String]> {
    observed(snapshot.leaseEndpoints) { slices in
      Set(
        slices.filter { $0.readyCount > 0 }.compactMap { slice in
          slice.service.map { "\(slice.metadata.namespace ?? "")/\($0)" }
        }
      ).sorted()
    }
  }

  var announcers: Observed<[String: [String]]> {
    observed(snapshot.announcements) { statuses in
      var nodes: [String: Set<String>] = [:]
      for status in statuses.compactMap(\.status) {
        guard let name = status.serviceName, let node = status.node else { continue }
        nodes["\(status.serviceNamespace ?? "")/\(name)", default: []].insert(node)
      }
      return nodes.mapValues { $0.sorted() }
    }
  }

  var declarations: Observed<[String: Observation.Declaration]> {
    observed(snapshot.leasedIPs) { leased in
      Dictionary(
        leased.map { declared in
          let id = declared.spec?.leaseID
          let parts = [
            id?.owner, id?.dseq.map { "\($0)" }, id?.gseq.map(String.init),
            id?.oseq.map(String.init),
          ]
          return (
            declared.metadata.name,
            Observation.Declaration(
              lease: Self.leaseName(parts.map { $0 ?? "" }), service: declared.wantedService)
          )
        }, uniquingKeysWith: { $1 })
    }
  }

  private static func lease(_ meta: ObjectMeta) -> String? {
    let parts = ["owner", "dseq", "gseq", "oseq"].map {
      meta.label("akash.network/lease.id.\($0)") ?? ""
    }
    return parts[0].isEmpty ? nil : leaseName(parts)
  }

  /// Its owner and itself by digests: a wallet tells nothing here and would stand in each record.
  private static func leaseName(_ parts: [String]) -> String {
    "\(TextDigest.of(parts[0]))-\(TextDigest.of(parts.joined(separator: "/")))"
  }

  // MARK: What answers

  var metrics: Observed<Observation.CountState> {
    observed(snapshot.metallbMetrics, mayBeSilent: true) {
      Observation.CountState(total: $0.total, inUse: $0.inUse)
    }
  }

  var `operator`: Observed<Observation.OperatorState> {
    observed(snapshot.operatorUsage, mayBeSilent: true) { usage in
      switch usage {
      case .locked: Observation.OperatorState(isLocked: true)
      case .totals(let available, let inUse):
        Observation.OperatorState(total: available, inUse: inUse)
      }
    }
  }

  var barrier: Observation.BarrierState? {
    BarrierCause(snapshot).map { cause in
      let isCertain =
        switch cause.state {
        case .lookupMissed, .badService, .rightsMissing, .wrongAddress, .biddingFrozen,
          .eventRefused:
          true
        // MetalLB may be starting; one that can never answer has a cure of its own.
        case .metricsUnreachable: cause.remedies.contains(.lowerMetalLB)
        case .renewal: false
        }
      return Observation.BarrierState(
        state: cause.state.rawValue, text: clean(cause.text), isCertain: isCertain)
    }
  }

  var provider: Observed<Observation.ProviderState> {
    observed(snapshot.providerStatus, mayBeSilent: true) { status in
      let leased = status.leasedIP
      return Observation.ProviderState(
        leases: status.leases, free: leased?.free,
        isFreeUnknown: leased != nil && leased?.free == nil)
    }
  }

  // MARK: Pods

  var pods: [String: Observed<[String: Observation.PodState]>] {
    let kubeProxy = snapshot.kubeProxy.map { objects in
      var own = objects
      own.pods = objects.kubeProxyPods
      return own
    }
    return [
      ConsoleSettings.metallbNamespace: observed(snapshot.metallb, podStates),
      ConsoleSettings.akashNamespace: observed(snapshot.akash, podStates),
      "kube-system": observed(kubeProxy, podStates),
    ]
  }

  private func podStates(_ objects: NamespaceObjects) -> [String: Observation.PodState] {
    let workloads = objects.deployments + objects.daemonSets + objects.statefulSets
    let selectors = workloads.compactMap { workload -> (Workload, [String: String])? in
      guard let labels = workload.spec?.selector?.matchLabels, !labels.isEmpty else { return nil }
      return (workload, labels)
    }
    return Dictionary(
      objects.pods.filter { $0.metadata.deletionTimestamp == nil }.map { pod in
        let owner = selectors.first { _, labels in
          labels.allSatisfy { pod.metadata.label($0.key) == $0.value }
        }?.0
        return (pod.metadata.name, state(of: pod, owner))
      }, uniquingKeysWith: { $1 })
  }

  private func state(of pod: Pod, _ owner: Workload?) -> Observation.PodState {
    let statuses = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
    let waiting = statuses.compactMap { $0.state?.waiting?.reason }.first {
      $0 != "ContainerCreating" && $0 != "PodInitializing"
    }
    return Observation.PodState(
      uid: pod.metadata.uid ?? pod.metadata.name,
      owner: owner?.metadata.name ?? pod.metadata.name, role: role(owner), isReady: pod.isReady,
      restarts: statuses.reduce(0) { $0 + ($1.restartCount ?? 0) },
      waiting: waiting.map { clean(SafeText.line($0, limit: 60)) },
      image: pod.spec?.containers?.first?.image.map(tag)
        ?? owner?.spec?.template?.spec?.containers?.first?.image.map(tag) ?? "")
  }

  private func role(_ owner: Workload?) -> Observation.PodRole {
    guard let owner else { return .other }
    if snapshot.isMetalLB(owner, "controller") { return .controller }
    if snapshot.isMetalLB(owner, "speaker") { return .speaker }
    let name = owner.metadata.name
    if name == snapshot.ipOperator?.deployment.metadata.name { return .operator }
    if name == snapshot.providerStatefulSet?.metadata.name { return .provider }
    return name == "kube-proxy" ? .kubeProxy : .other
  }

  var rolling: [String] {
    let metallb = snapshot.metallbInstallation
    let watched = [
      metallb?.controller, metallb?.speaker, snapshot.ipOperator?.deployment,
      snapshot.providerStatefulSet, snapshot.kubeProxy.value?.kubeProxy,
    ]
    return watched.compactMap(\.self).filter { !$0.isRolledOut }.map(\.metadata.name)
  }

  func strictARP(_ results: [CheckResult]) -> Observed<Bool> {
    let verdicts = results.filter {
      $0.code == StrictARPChecks.setting.code || $0.code == StrictARPChecks.restarted.code
    }.map(\.verdict)
    if verdicts.contains(where: { $0.kind == .fail }) { return .known(false) }
    for case .notRun(.unreadable(let why)) in verdicts { return .unread(clean(why)) }
    guard verdicts.contains(where: { $0.kind == .pass }) else {
      return .unread("the checks of strict ARP were not made")
    }
    return .known(true)
  }
}
