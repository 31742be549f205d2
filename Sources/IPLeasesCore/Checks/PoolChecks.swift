import Addresses
import Basics
import Cluster

/// Pools, their announcement, and the webhook that judges them.
enum PoolChecks {
  private static let name = ConsoleSettings.poolName

  private static func pool(_ snapshot: ClusterSnapshot) -> IPAddressPool? {
    snapshot.pools.value?.pool(name)
  }

  static let kinds = Check(
    "IPL-0301", "pool-kinds", .pools, "MetalLB's kinds are in the cluster",
    want: "IPAddressPool and L2Advertisement", why: "Without them there can be no pool.",
    hint: "kubectl get crd ipaddresspools.metallb.io; the chart's crds.enabled must be true.",
    dependsOn: ["IPL-0110"], needs: [.pools]
  ) { snapshot in
    snapshot.pools.isAbsent ? .fail(got: "not there") : .pass(got: "both kinds")
  }

  static let webhookEndpoint = Check(
    "IPL-0302", "webhook-ready", .pools, "the pools' webhook answers",
    want: "a ready endpoint behind its Service that answers the API server",
    why: "Every change of a pool is refused while the webhook does not answer.",
    hint:
      """
      kubectl -n metallb-system get endpointslices; the API server must reach the controller's \
      pod on 9443.
      """,
    dependsOn: ["IPL-0152", "IPL-0301"], needs: [.metallb, .webhook], judges: [.webhookAnswer]
  ) { snapshot in
    guard snapshot.webhook.value != nil else {
      return .notRun(.nothingToTest("there is no webhook"))
    }
    let objects = snapshot.metallb.value ?? NamespaceObjects()
    let services = ["metallb-webhook-service", "webhook-service"]
    let named = objects.endpointSlices.compactMap(\.service).first { service in
      services.contains(service) || service.hasSuffix("-webhook-service")
    }
    let ready = named.map { objects.readyEndpoints(of: $0) } ?? 0
    if ready > 0 {
      switch snapshot.webhookAnswer.value {
      case .answers: return .pass(got: "\(ready) ready, answers")
      case .hidden, nil: return .pass(got: "\(ready) ready")
      case .unreachable(let reason):
        return .warn(got: "\(ready) ready, but the API server does not get through: \(reason)")
      }
    }
    return PodCheck.isStarting(objects.pods, snapshot.metallb.readAt)
      ? .warn(got: "none yet, starting") : .fail(got: "none is ready")
  }

  static let webhookAuthority = Check(
    "IPL-0303", "webhook-authority", .pools, "the webhook has its certificate authority",
    want: "a caBundle in each webhook",
    why: "Without it the API server does not trust the webhook and refuses every pool (x509).",
    hint: "Wait, then restart MetalLB's controller; never delete the webhook configuration.",
    dependsOn: ["IPL-0152"], needs: [.webhook]
  ) { snapshot in
    guard let found = snapshot.webhook.value else {
      return .notRun(.nothingToTest("there is no webhook"))
    }
    let without = (found.webhooks ?? []).filter { $0.clientConfig?.caBundle?.isEmpty ?? true }
    return without.isEmpty
      ? .pass(got: "\(found.webhooks?.count ?? 0) webhook(s)")
      : .fail(got: "\(without.count) webhook(s) without")
  }

  static let leftover = Check(
    "IPL-0401", "old-configmap", .pools, "no configuration of MetalLB 0.12 is left",
    guide: .migration, want: "no ConfigMap config",
    why: "MetalLB since 0.13 does not read it: its pools are gone.",
    hint: "Converted, it is removed once every address is held.", step: .migrate,
    dependsOn: ["IPL-0301"], needs: [.metallb, .pools]
  ) { snapshot in
    guard let name = snapshot.legacyConfigMap?.metadata.name else {
      return .pass(got: "no ConfigMap config")
    }
    return snapshot.pools.value?.pools.isEmpty ?? true
      ? .fail(got: "ConfigMap \(name), and no pool")
      : .warn(got: "ConfigMap \(name) is left over")
  }

  static let usable = Check(
    "IPL-0308", "pool-default", .pools, "there is a pool default for everyone",
    want: "pool default, autoAssign on, no serviceAllocation",
    why: "The operator counts this pool only; under another name it sees no address, silently.",
    hint: "kubectl -n metallb-system get ipaddresspools -o yaml; \(own: "plan pools")",
    dependsOn: ["IPL-0301", "IPL-0401"], needs: [.pools]
  ) { snapshot in
    guard let found = pool(snapshot) else {
      let others = snapshot.pools.value?.pools.map(\.metadata.name) ?? []
      return .fail(got: others.isEmpty ? "no pool" : "only \(others.joined(separator: ", "))")
    }
    if found.spec.autoAssign == false { return .fail(got: "autoAssign is false") }
    if found.spec.serviceAllocation != nil { return .fail(got: "serviceAllocation is set") }
    return .pass(got: "\(found.countedSize) address(es)")
  }

  static let entries = Check(
    "IPL-0305", "pool-entries", .pools, "the pool's ranges are well formed",
    want: "what MetalLB accepts",
    why: "With one bad range MetalLB keeps its old configuration, or none.",
    hint: "\(own: "pools check") names what is wrong and how to write it.",
    dependsOn: ["IPL-0308"], needs: [.pools]
  ) { snapshot in
    guard let found = pool(snapshot) else { return .notRun(.nothingToTest("no pool")) }
    var context = PoolContext()
    context.otherPools = snapshot.poolShapes?.filter { $0.name != name }
    let problems = PoolProblems.find(in: found.spec.addresses, context: context)
    guard let first = problems.first(where: { $0.severity == .error }) else {
      return .pass(got: "\(found.spec.addresses.count) range(s)")
    }
    return .fail(got: first.message)
  }

  static let onlyIPv4 = Check(
    "IPL-0350", "pool-ipv4", .pools, "the pool holds IPv4 only", want: "no IPv6 range",
    why: "MetalLB's total then counts addresses that no lease can use; the provider oversells.",
    hint: "Move IPv6 ranges to a pool of another name with autoAssign: false.",
    dependsOn: ["IPL-0305"], needs: [.pools]
  ) { snapshot in
    let six = (pool(snapshot)?.spec.addresses ?? []).ranges.filter { $0.family == .v6 }
    return six.isEmpty
      ? .pass(got: "no IPv6 range") : .warn(got: six.map(\.text).joined(separator: ", "))
  }

  static let onlyPool = Check(
    "IPL-0351", "one-automatic-pool", .pools, "no other pool hands out addresses by itself",
    want: "autoAssign on in pool default only",
    why: "MetalLB takes pools at random; a tenant may get an address nobody counts.",
    hint: "Set autoAssign: false in the other pool, and name it at the Services that want it.",
    dependsOn: ["IPL-0308"], needs: [.pools]
  ) { snapshot in
    let others = (snapshot.pools.value?.pools ?? []).filter {
      $0.metadata.name != name && $0.spec.autoAssign != false && $0.spec.serviceAllocation == nil
    }
    return others.isEmpty
      ? .pass(got: "pool default only")
      : .warn(got: others.map(\.metadata.name).joined(separator: ", "))
  }

  static let announced = Check(
    "IPL-0309", "pool-announced", .pools, "an L2Advertisement announces the pool",
    want: "one that covers pool default, on a node there is",
    why: "Without it a lease has an address that nobody answers for.",
    hint: "kubectl -n metallb-system get l2advertisements -o yaml", remedies: [.advertisePool],
    dependsOn: ["IPL-0308"], needs: [.pools, .cluster]
  ) { snapshot in
    guard let found = pool(snapshot) else { return .notRun(.nothingToTest("no pool")) }
    let covering = (snapshot.pools.value?.advertisements ?? []).filter { $0.covers(pool: found) }
    if covering.isEmpty, let other = snapshot.pools.value?.announcers(of: found).first {
      return .pass(got: "\(other), by BGP")
    }
    guard !covering.isEmpty else { return .fail(got: "none does") }
    let able = covering.filter { advertisement in
      let selectors = advertisement.spec?.nodeSelectors ?? []
      return selectors.isEmpty
        || selectors.contains { selector in
          (snapshot.cluster.value?.nodes ?? []).contains { node in
            selector.matches(node.metadata.labels ?? [:])
          }
        }
    }
    let names = covering.map(\.metadata.name).joined(separator: ", ")
    return able.isEmpty ? .fail(got: "\(names): no node matches") : .pass(got: names)
  }

  static let advertisedNames = Check(
    "IPL-0352", "advertised-names", .pools, "advertisements name pools that are there",
    want: "no unknown name", why: "MetalLB passes over an unknown name and says nothing.",
    hint: "kubectl -n metallb-system get l2advertisements -o yaml", dependsOn: ["IPL-0301"],
    needs: [.pools]
  ) { snapshot in
    let objects = snapshot.pools.value ?? PoolObjects()
    let unknown = objects.advertisements.flatMap { $0.spec?.ipAddressPools ?? [] }
      .filter { objects.pool($0) == nil }
    return unknown.isEmpty
      ? .pass(got: "all known") : .warn(got: unknown.joined(separator: ", "))
  }

  static let oldKind = Check(
    "IPL-0354", "old-pool-kind", .pools, "no pool of MetalLB's old kind is left",
    guide: .migration, want: "no AddressPool for MetalLB 0.14.2 or newer",
    why: "MetalLB since 0.14.2 does not read the kind AddressPool: such a pool gives no address.",
    hint: "kubectl -n metallb-system get addresspools -o yaml; make its ranges part of a pool "
      + "(\(own: "pools apply --add RANGE")), then delete it.",
    dependsOn: ["IPL-0110", "IPL-0301"], needs: [.metallb, .oldPools]
  ) { snapshot in
    let names = snapshot.oldPools.value ?? []
    guard !names.isEmpty else { return .pass(got: "none") }
    let text = SafeText.line(names.joined(separator: ", "), limit: 160)
    let isRead = snapshot.metallbInstallation?.version.map { $0 < Version(0, 14, 2) } ?? false
    return isRead ? .pass(got: "\(text), which this MetalLB reads") : .warn(got: text)
  }

  static let kindsKept = Check(
    "IPL-0355", "pool-kinds-kept", .pools, "MetalLB's next upgrade keeps the kinds of pools",
    want: "crds.enabled not false in its values",
    why: "The kinds are a part of the chart: where an upgrade turns crds.enabled off, helm deletes "
      + "them, and every pool with them; kinds laid down by hand stay as they are and grow old.",
    hint: "helm -n metallb-system get values metallb; \(own: "pools export") saves the pool first.",
    dependsOn: ["IPL-0301"], needs: [.metallbValues]
  ) { snapshot in
    guard let text = snapshot.metallbValues.value?.reveal(),
      let root = try? YAMLText(parsing: text, name: "MetalLB's values").root
    else { return .pass(got: "no value turns them off") }
    return root["crds"]?["enabled"]?.bool == false
      ? .warn(got: "crds.enabled: false") : .pass(got: "no value turns them off")
  }

  static let stale = Check(
    "IPL-0318", "config-in-force", .pools, "MetalLB works by the present configuration",
    want: "gauge metallb_k8s_client_config_stale_bool is 0",
    why: "An object it refuses makes it keep the last good configuration.",
    hint: "kubectl -n metallb-system logs deployment/metallb-controller: failed to parse.",
    dependsOn: ["IPL-0203", "IPL-0305"], needs: [.metallbMetrics]
  ) { snapshot in
    snapshot.metallbMetrics.value?.isStale == true
      ? .fail(got: "it works by an older one") : .pass(got: "in force")
  }
}
