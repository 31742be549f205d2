import Basics

/// The IP operator and the provider, as far as they can be seen from outside (domain: the barrier
/// and the stuck states).
struct AkashProcesses: ClusterPart {
  var state: RehearsalState

  mutating func settle() -> Bool {
    let hasOpened = settleIPOperators()
    return settleProviders() || hasOpened
  }

  /// The process of a pod begins.
  mutating func start(_ pod: PodRecord) {
    if pod.program == .ipOperator { startIPOperator(pod) } else { startProvider(pod) }
  }

  // MARK: IP operator

  private mutating func startIPOperator(_ pod: PodRecord) {
    if let reason = IPOperatorProcess.problem(withProvider: providerAddress(of: pod)) {
      let wait = min(300, 10 * Double(1 << min(5, pod.restarts)))
      state.pods[pod.key]?.crashReason = reason
      state.pods[pod.key]?.readyAt = nil
      state.pods[pod.key]?.ipOperator = nil
      state.pods[pod.key]?.retriesAt = state.time + wait
      return
    }
    if pod.crashReason != nil {
      state.pods[pod.key]?.crashReason = nil
      state.pods[pod.key]?.readyAt = state.time
      state.pods[pod.key]?.startedAt = state.time
    }
    let address = providerAddress(of: pod)
    let isFound = metricsService.map { $0["spec"]["clusterIP"].text != "None" } ?? false
    let isStuck = !isFound || state.faults.contains(.operatorLocked)
    state.pods[pod.key]?.ipOperator = IPOperatorProcess(
      isStuck: isStuck, triesAt: isStuck ? nil : state.time + 2.5, address: address)
  }

  /// The address its container is started with.
  private func providerAddress(of pod: PodRecord) -> String {
    let arguments = pod.template["spec"]["containers"].items.first?["args"].items ?? []
    if let flag = arguments.firstIndex(of: "--provider"), flag + 1 < arguments.count {
      return arguments[flag + 1].text ?? ""
    }
    let map = state.object("configmaps", pod.namespace, "operator-ip")
    return map?["data"]["provider-address"].text ?? ""
  }

  /// Service `controller` with a TCP port named `monitoring`: what the operator's DNS lookup finds.
  private var metricsService: JSONValue? {
    guard let service = state.object("services", Names.metallb, "controller") else {
      return nil
    }
    let isNamed = service["spec"]["ports"].items.contains {
      $0["name"].text == "monitoring" && $0["protocol"].text == "TCP"
    }
    return isNamed ? service : nil
  }

  /// Pool `default` as the operator reads it; nil while something keeps it from that.
  private func poolCount() -> PoolCount? {
    guard operatorTrouble == nil else { return nil }
    return MetalLB(state: state).shownPoolCounts()[Names.pool] ?? PoolCount()
  }

  static let refusal =
    "services \"web-ip-8080-tcp\" is forbidden: exceeded quota: lease, requested: "
    + "services.loadbalancers=1, used: services.loadbalancers=2, limited: services.loadbalancers=2"

  /// The error with which the operator's observation stops; nil while it goes on.
  var operatorTrouble: String? {
    if state.object("customresourcedefinitions", "", "providerleasedips.akash.network") == nil {
      return
        "the server could not find the requested resource (get providerleasedips.akash.network)"
    }
    if state.faults.contains(.rightsMissing) {
      return "providerleasedips.akash.network is forbidden: User "
        + "\"system:serviceaccount:akash-services:operator-ip\" cannot list resource "
        + "\"providerleasedips\" in API group \"akash.network\" in the namespace \"lease\""
    }
    if state.faults.contains(.eventRefused) { return Self.refusal }
    let bad = state.leasedServices.first { service in
      let spec = service["spec"]
      return spec["type"].text != "LoadBalancer" || spec["ports"].items.count != 1
        || spec["selector"].fields.isEmpty
    }
    if let bad {
      return "service \(bad["metadata"]["name"].text ?? ""): unexpected type, ports or selector"
    }
    return isMetricsPathOpen
      ? nil
      : "Get \"http://controller.metallb-system.svc.cluster.local.:7472//metrics\": dial tcp: "
        + "connect: connection refused"
  }

  private var isMetricsPathOpen: Bool {
    guard !state.faults.contains(.operatorCutOff), let service = metricsService,
      let port = service["spec"]["ports"].items.first(where: { $0["name"].text == "monitoring" }),
      let pod = state.readyPods(of: service).first
    else { return false }
    return MetalLB(state: state).servesMetrics(pod, port: port)
  }

  private var leases: [String] {
    state.leasedServices.map { service in
      let addresses = service["status"]["loadBalancer"]["ingress"].items.compactMap(\.["ip"].text)
      let spec = service["spec"]
      let shape = "\(spec["type"].text ?? "") \(spec["ports"].items.count)"
      return
        "\(service["metadata"]["name"].text ?? "") \(shape) \(addresses.joined(separator: " "))"
    }
  }

  private mutating func settleIPOperators() -> Bool {
    var hasChanged = false
    for pod in state.pods.values.sorted(by: { $0.name < $1.name }) {
      guard var process = pod.ipOperator, !process.isStuck, !pod.isLeaving else { continue }
      if process.isOpen {
        let due = nextInventory(of: pod, from: process.readAt).map { $0 <= state.time } ?? false
        guard due || process.leases != leases else { continue }
      } else {
        guard let triesAt = process.triesAt, triesAt <= state.time else { continue }
      }
      let before = process
      observe(&process)
      state.pods[pod.key]?.ipOperator = process
      if process != before { hasChanged = true }
    }
    return hasChanged
  }

  /// One look at MetalLB: it opens, stays open with new numbers, or is locked.
  private func observe(_ process: inout IPOperatorProcess) {
    guard let count = poolCount() else {
      if process.isOpen {
        process.isOpen = false
        process.lockedAt = state.time
        process.triesAt = state.time + 3
      } else if process.lockedAt == nil {
        process.lockedAt = process.triesAt
      }
      return
    }
    if !process.isOpen, let lockedAt = process.lockedAt {
      // It tries on a beat of three seconds, however long nobody looked.
      let next = lockedAt + 3 * ((state.time - lockedAt) / 3 - 1e-6).rounded(.up)
      if next > state.time {
        process.triesAt = next
        return
      }
    }
    process.isOpen = true
    process.triesAt = nil
    process.lockedAt = nil
    process.total = count.total
    process.inUse = count.inUse
    process.leases = leases
    process.readAt = state.time
  }

  /// When an open operator notices by its ten-minute clock that its numbers are no longer MetalLB's.
  func nextInventory(of pod: PodRecord) -> Double? {
    guard let process = pod.ipOperator, process.isOpen, !pod.isLeaving else { return nil }
    return nextInventory(of: pod, from: process.readAt)
  }

  private func nextInventory(of pod: PodRecord, from readAt: Double) -> Double? {
    guard let process = pod.ipOperator else { return nil }
    if let count = poolCount(), count.total == process.total, count.inUse == process.inUse {
      return nil
    }
    // A whole number of clock strokes after the last reading; the small slack keeps a stroke that
    // is due now from counting as missed.
    let strokes = max(1, ((state.time - readAt) / 600 - 1e-6).rounded(.up))
    return readAt + 600 * strokes
  }

  // MARK: Provider

  private mutating func startProvider(_ pod: PodRecord) {
    var environment: [String: String] = [:]
    let container = pod.template["spec"]["containers"].items.first ?? .empty
    for source in container["envFrom"].items {
      let name = source["configMapRef"]["name"].text ?? ""
      let data = state.object("configmaps", pod.namespace, name)?["data"].texts ?? [:]
      environment.merge(data) { $1 }
    }
    for variable in container["env"].items {
      environment[variable["name"].text ?? ""] = variable["value"].text ?? ""
    }
    var process = ProviderProcess(environment: environment, isStuck: false)
    let isOld = pod.imageVersion.map { $0 < Version(0, 5, 0) } ?? false
    let name = isOld ? "akash-ip-operator" : "operator-ip"
    let service = state.object("services", Names.akash, name)
    process.isStuck = process.wantsIPOperator && service == nil
    if process.isStuck { process.hasMissed = true }
    state.pods[pod.key]?.provider = process
    if process.wantsIPOperator { declareAddresses() }
  }

  /// It deploys every lease again, and declares what is not declared of their addresses.
  private mutating func declareAddresses() {
    guard let kind = ResourceKind.named("providerleasedips"),
      state.object("customresourcedefinitions", "", kind.fullName) != nil
    else { return }
    for manifest in state.stored("manifests") {
      let lease = manifest["spec"]["lease_id"]
      for service in manifest["spec"]["group"]["services"].items {
        for expose in service["expose"].items where expose["ip"].text?.isEmpty == false {
          let owner = lease["owner"].text ?? ""
          let key = "\(owner)-ip-\(expose["ip"].text ?? "")"
          let port = expose["external_port"].number ?? 0
          let name = "\(key)-\((expose["proto"].text ?? "TCP").lowercased())-\(port)"
          guard state.object("providerleasedips", "lease", name) == nil else { continue }
          state.create(
            [
              "metadata": [
                "name": .string(name), "namespace": "lease",
                "labels": [
                  "akash.network": "true", "akash.network/manifest-service": service["name"],
                ],
              ],
              "spec": [
                "lease_id": lease, "service_name": service["name"], "port": expose["port"],
                "external_port": .int(port), "sharing_key": .string(key),
                "protocol": expose["proto"],
              ],
            ], kind, manager: "provider-services")
        }
      }
    }
  }

  private mutating func settleProviders() -> Bool {
    var hasChanged = false
    for pod in state.pods.values.sorted(by: { $0.name < $1.name }) {
      guard let process = pod.provider, process.servesAt == nil, !process.isStuck, !pod.isLeaving
      else { continue }
      let isOperatorOpen = state.pods.values.contains {
        ($0.ipOperator?.isOpen ?? false) && $0.isReady(at: state.time)
      }
      guard !process.wantsIPOperator || isOperatorOpen else { continue }
      // It asks its operators every two seconds.
      state.pods[pod.key]?.provider?.servesAt = state.time + (process.wantsIPOperator ? 1 : 0.2)
      hasChanged = true
    }
    return hasChanged
  }

  /// When the kubelet kills a provider whose `/status` hangs.
  func livenessMoment(of pod: PodRecord) -> Double? {
    guard let process = pod.provider, process.servesAt == nil, let startedAt = pod.startedAt,
      !pod.isLeaving,
      pod.template["spec"]["containers"].items.first?["livenessProbe"].isNull == false
    else { return nil }
    return startedAt + 270
  }
}
