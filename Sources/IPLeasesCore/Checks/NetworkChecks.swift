import Basics
import Cluster

/// The nodes and networks around the pool, as far as they show in the cluster.
enum NetworkChecks {
  static let balancers = Check(
    "IPL-0115", "other-balancers", .network, "no other load balancer takes the Services",
    want: "none beside MetalLB", why: "Two of them overwrite each other's addresses.",
    hint: "k3s: start the server with --disable servicelb. Cilium, Calico, kube-vip: switch its "
      + "part for Services off, or give it a class of its own.",
    dependsOn: ["IPL-0001"], needs: [.kubeProxy], judges: [.otherBalancers]
  ) { snapshot in
    if let found = snapshot.kubeProxy.value?.serviceLB {
      return .fail(got: "k3s ServiceLB: \(found.metadata.name)")
    }
    if let found = kubeVIP(snapshot) { return .warn(got: found) }
    let plugins = snapshot.otherBalancers.value ?? []
    return plugins.isEmpty
      ? .pass(got: "no other is seen")
      : .warn(got: SafeText.line(plugins.prefix(3).joined(separator: ", "), limit: 160))
  }

  /// As DaemonSet or as static pods; one for the control plane alone says so.
  private static func kubeVIP(_ snapshot: ClusterSnapshot) -> String? {
    let objects = snapshot.kubeProxy.value ?? NamespaceObjects()
    let sets = objects.daemonSets.map { ($0.metadata.name, $0.spec?.template?.spec?.containers) }
    let pods = objects.pods.map { ($0.metadata.name, $0.spec?.containers) }
    for (name, containers) in sets + pods where name.hasPrefix("kube-vip") {
      let variables = (containers ?? []).flatMap { $0.env ?? [] }
      switch variables.first(where: { $0.name == "svc_enable" })?.value {
      case "true": return "\(name) serves Services too (svc_enable)"
      case "false": continue
      default:
        // Without the switch it is about the control plane where that one is set.
        if variables.contains(where: { $0.name == "cp_enable" && $0.value == "true" }) { continue }
        return "\(name): does it serve Services too?"
      }
    }
    return nil
  }

  static let hostPorts = Check(
    "IPL-0804", "host-ports", .network, "no port of the nodes answers on leased addresses",
    want: "no hostPort of an ingress or gateway where kube-proxy is in ipvs mode",
    why: "In ipvs mode every leased address is one of the node's own, so that a hostPort (80, 443, "
      + "8443, 8444) answers on it in the tenant's place.",
    hint: "kube-proxy in mode iptables or nftables ends it; else tenants should be told which "
      + "ports are not theirs.",
    dependsOn: ["IPL-0001"], needs: [.kubeProxy], judges: [.hostPorts]
  ) { snapshot in
    guard StrictARP(snapshot).mattersHere else {
      return .pass(got: "kube-proxy is not in ipvs mode")
    }
    let found = snapshot.hostPorts.value ?? []
    guard let first = found.first else { return .pass(got: "none is seen") }
    let ports = Set(found.map(\.port)).sorted().map(String.init).joined(separator: ", ")
    return .warn(
      got: "\(ports), of \(SafeText.line("\(first.namespace)/\(first.pod)", limit: 100))")
  }

  static let nodes = Check(
    "IPL-0850", "nodes-ready", .network, "the nodes are ready", want: "all of them",
    why: "An address on a node that is gone moves to another after some seconds.",
    hint: "kubectl get nodes; kubectl describe node NAME", dependsOn: ["IPL-0001"],
    needs: [.cluster]
  ) { snapshot in
    let nodes = snapshot.cluster.value?.nodes ?? []
    let out = nodes.filter { node in
      node.status?.conditions?.contains { $0.type == "Ready" && $0.status != "True" } ?? false
    }
    if out.isEmpty { return .pass(got: "all \(nodes.count)") }
    let names = out.map(\.metadata.name).joined(separator: ", ")
    return out.count == nodes.count ? .fail(got: "none is: \(names)") : .warn(got: "not: \(names)")
  }.since { snapshot in
    snapshot.cluster.value?.nodes.compactMap { PodCheck.unreadySince($0.status?.conditions) }.min()
  }

  static let excluded = Check(
    "IPL-0310", "nodes-may-announce", .network, "a node may announce addresses",
    want: "one without the label exclude-from-external-load-balancers",
    why: "MetalLB since 0.14.2 announces nothing from a node with this label; kubeadm sets it.",
    hint: "Unlabel a node: kubectl label node NAME "
      + "node.kubernetes.io/exclude-from-external-load-balancers-. Or speaker.ignoreExcludeLB=true.",
    step: .metallb, dependsOn: ["IPL-0110"], needs: [.cluster, .metallb]
  ) { snapshot in
    let exclusion = NodeExclusion(snapshot)
    guard let found = snapshot.metallbInstallation, exclusion.coversAllNodes else {
      return .pass(got: "at least one may")
    }
    if exclusion.silencesAll { return .fail(got: "every node has the label") }
    if exclusion.isUnread, let version = found.version {
      return .pass(got: "any may: MetalLB \(version) does not look at the label")
    }
    return .pass(got: "any may: the speakers pass over the label")
  }

  static let usable = Check(
    "IPL-0311", "nodes-able", .network, "a node can announce addresses",
    want: "one with a network (and not cordoned, for MetalLB 0.14.9)",
    why: "A node whose network is unavailable announces nothing.",
    hint: "kubectl describe nodes: see NetworkUnavailable and Unschedulable.",
    dependsOn: ["IPL-0110"], needs: [.cluster, .metallb]
  ) { snapshot in
    let nodes = snapshot.cluster.value?.nodes ?? []
    let isCordonSeen = snapshot.metallbInstallation?.version == Version(0, 14, 9)
    let able = nodes.filter { node in
      let isCut =
        node.status?.conditions?.contains {
          $0.type == "NetworkUnavailable" && $0.status == "True"
        } ?? false
      return !isCut && !(isCordonSeen && node.spec?.unschedulable == true)
    }
    return able.isEmpty
      ? .fail(got: "none of \(nodes.count)") : .pass(got: "\(able.count) of \(nodes.count) can")
  }

  // MARK: The pool and what is around it

  static let nodeAddresses = overlap(
    "IPL-0312", "pool-without-nodes", "no node's address is in the pool",
    why: "Once it is leased, two machines answer for it and the node drops off the network."
  ) { context, snapshot in
    context.nodes = snapshot.nodeAddresses
  }

  static let used = overlap(
    "IPL-0313", "pool-without-others", "no address of the pool is used by something else",
    why: "Two owners of one address: connections go to either of them."
  ) { context, snapshot in
    context.used = snapshot.cluster.value?.index.addressed.flatMap(usedAddresses)
  }

  static let networks = overlap(
    "IPL-0314", "pool-outside-cluster", "the pool lies outside the cluster's own networks",
    why: "Addresses of pods and Services never leave the cluster."
  ) { context, snapshot in
    let networks = ClusterNetworks(snapshot)
    context.podNetworks = networks.pods
    context.serviceNetworks = networks.services
  }

  private static func overlap(
    _ code: String, _ id: String, _ title: String, why: String,
    look: @escaping @Sendable (inout PoolContext, ClusterSnapshot) -> Void
  ) -> Check {
    Check(
      code, id, .network, title, want: "no overlap", why: why,
      hint: "\(own: "pools check") names the range and how to write it without.",
      dependsOn: ["IPL-0305"], needs: [.pools, .cluster, .kubeProxy]
    ) { snapshot in
      guard let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName) else {
        return .notRun(.nothingToTest("no pool"))
      }
      var context = PoolContext()
      look(&context, snapshot)
      // What the bare ranges show already is the business of another check.
      let known = Set(PoolProblems.find(in: pool.spec.addresses).map(\.message))
      let problems = PoolProblems.find(in: pool.spec.addresses, context: context)
      guard let first = problems.first(where: { !known.contains($0.message) }) else {
        return .pass(got: "no overlap")
      }
      return .fail(got: first.message)
    }
  }

  /// What MetalLB gave to a Service is its own doing.
  private static func usedAddresses(by service: Service) -> [PoolContext.KnownAddress] {
    let isGiven = service.spec?.type == "LoadBalancer" || service.isOfLease
    return ((isGiven ? [] : service.addresses) + (service.spec?.externalIPs ?? [])).compactMap {
      PoolContext.KnownAddress($0, owner: service.title)
    }
  }
}
