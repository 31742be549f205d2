import Basics

/// How many addresses a pool has, and how many are taken.
struct PoolCount: Hashable, Sendable {
  var total = 0
  var inUse = 0
}

/// MetalLB: addresses for Services, its metrics, its verdict on pools, and who announces what.
struct MetalLB: ClusterPart {
  var state: RehearsalState

  mutating func settle() -> Bool {
    let hasAssigned = assignAddresses()
    return noteAnnouncements() || hasAssigned
  }

  private var namespace: String { Names.metallb }

  private var controller: PodRecord? {
    state.pods.values.filter { $0.program == .metallbController && $0.isReady(at: state.time) }
      .min { $0.name < $1.name }
  }

  private func blocks(of pool: JSONValue) -> [PoolBlock] {
    pool["spec"]["addresses"].items.compactMap(\.text).flatMap {
      (try? PoolBlocks.blocks(of: $0)) ?? []
    }
  }

  private func isSkipped(_ address: UInt128, in pool: JSONValue, isIPv6: Bool) -> Bool {
    pool["spec"]["avoidBuggyIPs"].flag == true && !isIPv6 && [0, 255].contains(address & 255)
  }

  /// What the controller that runs goes by: the objects, or before 0.13 the ConfigMap.
  private var servedPools: [JSONValue] {
    guard let version = controller?.imageVersion, version < Version(0, 13, 0) else {
      return state.stored("ipaddresspools", namespace: namespace)
    }
    let texts = state.stored("configmaps", namespace: namespace).compactMap(
      \.["data"]["config"].text)
    let configurations = texts.compactMap { try? YAMLDocument.json(in: $0).first }
    return configurations.flatMap { $0["address-pools"].items }.map { pool in
      [
        "metadata": ["name": pool["name"]],
        "spec": [
          "addresses": pool["addresses"], "autoAssign": pool["auto-assign"],
          "avoidBuggyIPs": pool["avoid-buggy-ips"],
        ],
      ]
    }
  }

  // MARK: Counting

  func poolCounts() -> [String: PoolCount] {
    let taken = Set(state.stored("services").flatMap(addresses)).compactMap(AddressText.parse)
    var counts: [String: PoolCount] = [:]
    for pool in servedPools {
      var count = PoolCount()
      for block in blocks(of: pool) {
        let (sum, isTooLarge) = count.total.addingReportingOverflow(block.count)
        count.total = isTooLarge ? .max : sum
        if pool["spec"]["avoidBuggyIPs"].flag == true, !block.isIPv6 {
          count.total -= skippedCount(in: block)
        }
        count.inUse += taken.count {
          block.contains($0.value, isIPv6: $0.isIPv6)
            && !isSkipped($0.value, in: pool, isIPv6: $0.isIPv6)
        }
      }
      counts[pool["metadata"]["name"].text ?? ""] = count
    }
    return counts
  }

  private func skippedCount(in block: PoolBlock) -> Int {
    if block.prefixLength <= 24 { return block.count / 256 * 2 }
    return Set([block.first, block.last]).count { [0, 255].contains($0 & 255) }
  }

  /// The counts as MetalLB exports them.
  func shownPoolCounts() -> [String: PoolCount] {
    guard state.faults.contains(.miscounted) else { return poolCounts() }
    return poolCounts().mapValues { PoolCount(total: $0.total + 4, inUse: $0.inUse) }
  }

  /// MetalLB keeps its last good configuration while an object is not understood.
  private var isConfigurationStale: Bool {
    state.faults.contains(.staleConfiguration)
      || refusal(ofPools: state.stored("ipaddresspools", namespace: namespace)) != nil
  }

  /// Whether that port of the controller serves `/metrics` in the clear.
  func servesMetrics(_ pod: PodRecord, port: JSONValue) -> Bool {
    let isPlain = pod.imageVersion.map { $0 < Version(0, 16, 0) } ?? true
    return pod.program == .metallbController && isPlain && !state.faults.contains(.metricsRefused)
      && pod.port(port["targetPort"]) == pod.port("monitoring")
  }

  /// What `/metrics` prints; nil where that port does not serve it.
  func metricsText(of pod: PodRecord, port: JSONValue) -> String? {
    guard servesMetrics(pod, port: port) else { return nil }
    let counts = shownPoolCounts().sorted { $0.key < $1.key }
    var lines = [
      "# HELP go_goroutines Number of goroutines that currently exist.",
      "# TYPE go_goroutines gauge", "go_goroutines 61",
    ]
    func gauge(_ name: String, _ help: String, _ value: (PoolCount) -> Int) {
      guard !counts.isEmpty else { return }
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
      for (pool, count) in counts { lines.append("\(name){pool=\"\(pool)\"} \(value(count))") }
    }
    for (family, word) in [("", "IP"), ("ipv4_", "IPv4"), ("ipv6_", "IPv6")] {
      let isCounted = family != "ipv6_"
      gauge(
        "metallb_allocator_\(family)addresses_in_use_total",
        "Number of \(word) addresses in use, per pool"
      ) { isCounted ? $0.inUse : 0 }
      gauge(
        "metallb_allocator_\(family)addresses_total",
        "Number of usable \(word) addresses, per pool"
      ) { isCounted ? $0.total : 0 }
    }
    lines += [
      "# TYPE metallb_k8s_client_config_loaded_bool gauge",
      "metallb_k8s_client_config_loaded_bool \(counts.isEmpty ? 0 : 1)",
      "# TYPE metallb_k8s_client_config_stale_bool gauge",
      "metallb_k8s_client_config_stale_bool \(isConfigurationStale ? 1 : 0)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Addresses

  private func addresses(of service: JSONValue) -> [String] {
    service["status"]["loadBalancer"]["ingress"].items.compactMap(\.["ip"].text)
  }

  /// Gives Services of type LoadBalancer the lowest free address, and takes away what no pool holds.
  private mutating func assignAddresses() -> Bool {
    guard controller != nil else { return false }
    var hasChanged = false
    let pools = servedPools
    for service in state.stored("services")
    where service["spec"]["type"].text == "LoadBalancer"
      && service["spec"]["loadBalancerClass"].isNull
    {
      let name = service["metadata"]["name"].text ?? ""
      let key = ObjectKey("services", service["metadata"]["namespace"].text ?? "", name)
      let held = addresses(of: service).first
      let isHeldInPool =
        held.flatMap(AddressText.parse).map { address in
          pools.contains { pool in
            blocks(of: pool).contains { $0.contains(address.value, isIPv6: address.isIPv6) }
              && !isSkipped(address.value, in: pool, isIPv6: address.isIPv6)
          }
        } ?? false
      if held != nil, isHeldInPool { continue }
      let found = freeAddress(for: service, in: pools)
      if held == nil, found == nil { continue }
      var new = service
      new["status"]["loadBalancer"] =
        found.map { ["ingress": [["ip": .string($0.address), "ipMode": "VIP"]]] } ?? .empty
      if let found {
        new["metadata"]["annotations"]["metallb.universe.tf/ip-allocated-from-pool"] = .string(
          found.pool)
      }
      if state.update(key, to: new, manager: "controller") { hasChanged = true }
    }
    return hasChanged
  }

  /// The highest address of the first pool.
  var lastAddress: String? {
    servedPools.first.flatMap { blocks(of: $0).last }.map {
      AddressText.text($0.last, isIPv6: $0.isIPv6)
    }
  }

  private func freeAddress(for service: JSONValue, in pools: [JSONValue])
    -> (address: String, pool: String)?
  {
    let annotations = service["metadata"]["annotations"].texts
    func annotation(_ name: String) -> String? {
      annotations["metallb.io/\(name)"] ?? annotations["metallb.universe.tf/\(name)"]
    }
    let sharingKey = annotation("allow-shared-ip")
    let uid = service["metadata"]["uid"]
    var holders: [String: [JSONValue]] = [:]
    for other in state.stored("services") where other["metadata"]["uid"] != uid {
      for address in addresses(of: other) { holders[address, default: []].append(other) }
    }
    let ports = Set(service["spec"]["ports"].items.map { $0["port"] })
    func canShare(_ address: String) -> Bool {
      (holders[address] ?? []).allSatisfy { other in
        let key = other["metadata"]["annotations"]["metallb.universe.tf/allow-shared-ip"].text
        return sharingKey != nil && key == sharingKey
          && ports.isDisjoint(with: other["spec"]["ports"].items.map { $0["port"] })
      }
    }
    let wanted = annotation("loadBalancerIPs") ?? service["spec"]["loadBalancerIP"].text
    let usable = pools.filter { pool in
      if let only = annotation("address-pool") { return only == pool["metadata"]["name"].text }
      return wanted != nil || pool["spec"]["autoAssign"].flag != false
    }
    // Services of one key stand together on an address that is already theirs.
    let shared = sharingKey == nil ? [] : holders.keys.sorted().filter(canShare)
    for address in shared where wanted == nil || wanted == address {
      guard let parsed = AddressText.parse(address) else { continue }
      for pool in usable
      where blocks(of: pool).contains(where: {
        $0.contains(parsed.value, isIPv6: parsed.isIPv6)
      }) {
        return (address, pool["metadata"]["name"].text ?? "")
      }
    }
    for pool in usable {
      for block in blocks(of: pool) {
        for offset in 0..<min(block.count, 70_000) {
          let value = block.first + UInt128(offset)
          let address = AddressText.text(value, isIPv6: block.isIPv6)
          let isFree = holders[address] == nil || canShare(address)
          if isFree, wanted == nil || wanted == address,
            !isSkipped(value, in: pool, isIPv6: block.isIPv6)
          {
            return (address, pool["metadata"]["name"].text ?? "")
          }
        }
      }
    }
    return nil
  }

  // MARK: Announcing

  /// Which node answers for which Service: those with an address and a ready pod, where a speaker
  /// is (since MetalLB 0.14.2).
  var announcements: [JSONValue] {
    let speaker = state.pods.values.first {
      $0.namespace == namespace && $0.labels["app.kubernetes.io/component"] == "speaker"
        && $0.isReady(at: state.time)
    }
    guard let speaker, !state.faults.contains(.unannounced),
      speaker.imageVersion.map({ $0 >= Version(0, 14, 2) }) ?? false
    else { return [] }
    return state.stored("services").filter {
      !addresses(of: $0).isEmpty && !state.readyPods(of: $0).isEmpty && isAdvertised($0)
    }
    .flatMap { service in
      let nodes =
        [RehearsalState.nodeName] + (state.faults.contains(.announcedTwice) ? ["node2"] : [])
      return nodes.map { announcement(of: service, by: $0) }
    }
  }

  private func announcement(of service: JSONValue, by node: String) -> JSONValue {
    let metadata = service["metadata"]
    let mark = (metadata["uid"].text ?? "") + (node == RehearsalState.nodeName ? "" : node)
    return [
      "apiVersion": "metallb.io/v1beta1", "kind": "ServiceL2Status",
      "metadata": [
        "name": .string("l2-\(StableHash.suffix(mark, length: 5))"),
        "namespace": .string(namespace), "creationTimestamp": metadata["creationTimestamp"],
      ],
      "spec": [:],
      "status": [
        "node": .string(node), "serviceName": metadata["name"],
        "serviceNamespace": metadata["namespace"],
      ],
    ]
  }

  // MARK: Webhook

  /// Whether the webhook answers; nil where none is registered.
  var isWebhookAnswering: Bool? {
    guard
      state.object("validatingwebhookconfigurations", "", "metallb-webhook-configuration") != nil
    else { return nil }
    guard let webhookAt = controller?.webhookAt, !state.faults.contains(.webhookDown),
      let service = state.object("services", namespace, "metallb-webhook-service"),
      !state.readyPods(of: service).isEmpty
    else { return false }
    return webhookAt <= state.time
  }

  /// MetalLB's reason to refuse an object; nil if it may pass.
  func refusal(of object: JSONValue, _ kind: ResourceKind, isNew: Bool) -> String? {
    let isInPlace = object["metadata"]["namespace"].text == namespace
    switch kind.plural {
    case "ipaddresspools", "l2advertisements":
      if isNew, !isInPlace { return "resource must be created in \(namespace) namespace" }
    default: return nil
    }
    if kind.plural == "l2advertisements" {
      let names = object["spec"]["ipAddressPools"].items
      return Set(names).count == names.count ? nil : "duplicate definition of ipAddressPools"
    }
    let name = object["metadata"]["name"]
    let others = state.stored("ipaddresspools", namespace: namespace).filter {
      $0["metadata"]["name"] != name
    }
    return refusal(ofPools: others + [object])
  }

  private func refusal(ofPools pools: [JSONValue]) -> String? {
    var seen: [PoolBlock] = []
    for pool in pools {
      let name = pool["metadata"]["name"].text ?? ""
      let entries = pool["spec"]["addresses"].items.compactMap(\.text)
      if entries.isEmpty { return "parsing address pool \(name): pool has no prefixes defined" }
      for entry in entries {
        do throws(PoolBlocks.Refusal) {
          for block in try PoolBlocks.blocks(of: entry) {
            if let other = seen.first(where: { $0.overlaps(block) }) {
              return "CIDR \"\(block.text)\" in pool \"\(name)\" overlaps with already defined "
                + "CIDR \"\(other.text)\""
            }
            seen.append(block)
          }
        } catch {
          return "parsing address pool \(name): invalid CIDR \"\(entry)\" in pool \"\(name)\": "
            + error.message
        }
      }
    }
    return nil
  }
}
