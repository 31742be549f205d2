import Basics
import Cluster
import Execution
import Foundation

/// What carries the Services where kube-proxy has no ConfigMap, and what that means for ARP.
struct ServiceProxyElsewhere {
  private enum Kind {
    /// kube-proxy inside the agent (k3s, RKE2), with the arguments its nodes show.
    case embedded(name: String, arguments: [String])
    case kubeRouter
    case cilium(replaces: Bool, announces: Bool)
    case unknown
  }

  private let kind: Kind
  /// The DaemonSet by which k3s' own load balancer works.
  private let balancer: String?

  init(_ snapshot: ClusterSnapshot) {
    let objects = snapshot.kubeProxy.value ?? NamespaceObjects()
    let nodes = snapshot.cluster.value?.nodes ?? []
    balancer = objects.serviceLB?.metadata.name
    let kubelets = nodes.compactMap { $0.status?.nodeInfo?.kubeletVersion }
    let name = kubelets.contains { $0.contains("rke2") } ? "RKE2" : "k3s"
    let hasDaemonSet = { (name: String) in objects.daemonSets.contains { $0.metadata.name == name }
    }
    if kubelets.contains(where: { $0.contains("k3s") || $0.contains("rke2") }) {
      kind = .embedded(name: name, arguments: nodes.flatMap(Self.arguments))
    } else if hasDaemonSet("kube-router") {
      kind = .kubeRouter
    } else if hasDaemonSet("cilium") {
      let data = objects.configMaps.first { $0.metadata.name == "cilium-config" }?.data ?? [:]
      // Before Cilium 1.14 the words were others.
      let words = ["true", "strict", "partial", "probe"]
      kind = .cilium(
        replaces: words.contains(data["kube-proxy-replacement"] ?? ""),
        announces: data["enable-l2-announcements"] == "true")
    } else {
      kind = .unknown
    }
  }

  /// The Services are not kube-proxy's, even where a ConfigMap of it was left behind.
  var isInCharge: Bool {
    switch kind {
    case .kubeRouter, .cilium(replaces: true, _): true
    case .embedded, .cilium, .unknown: false
    }
  }

  /// What it means for strict ARP.
  enum Meaning: Hashable {
    /// Nothing here answers ARP for the address of a Service; why.
    case notNeeded(String)
    case isOn(String)
    case isOff(UserMessage)
  }

  var meaning: Meaning {
    switch kind {
    case .embedded(let name, let arguments): embedded(name, arguments)
    case .kubeRouter:
      .notNeeded("kube-router carries the Services and sets strict ARP itself")
    case .cilium(true, _):
      .notNeeded("Cilium stands in for kube-proxy and answers ARP for no address of a Service")
    case .cilium(false, _):
      .notNeeded("Cilium is there and kube-proxy is not: nothing here answers in ipvs mode")
    case .unknown:
      .notNeeded("there is no kube-proxy here (removed, or replaced by what is not known)")
    }
  }

  /// What is to be known beside that.
  var remarks: [Note] {
    switch kind {
    case .embedded: warnings
    case .cilium(true, announces: true):
      [
        .warning(
          "Cilium's own L2 announcements are on (enable-l2-announcements); two would "
            + "answer for one address")
      ]
    case .cilium(false, _):
      [.warning("kube-proxy-replacement is off in cilium-config; do Services work?")]
    case .cilium, .kubeRouter, .unknown: []
    }
  }

  private func embedded(_ name: String, _ arguments: [String]) -> Meaning {
    let mode = arguments.last { $0.contains("proxy-mode=") }?.split(separator: "=").last ?? ""
    guard mode == "ipvs" else {
      let shown =
        mode.isEmpty ? "iptables mode by default" : "\(SafeText.line(mode, limit: 40)) mode"
      return .notNeeded("\(name) runs kube-proxy inside itself, in \(shown)")
    }
    if arguments.contains(where: { $0.hasSuffix("ipvs-strict-arp=true") }) {
      return .isOn("\(name) runs kube-proxy in ipvs mode, with ipvs-strict-arp=true")
    }
    let file = name == "RKE2" ? "/etc/rancher/rke2/config.yaml" : "/etc/rancher/k3s/config.yaml"
    return .isOff(
      UserMessage(
        "\(name) runs kube-proxy in ipvs mode without strict ARP, and there is no ConfigMap to set "
          + "it in.",
        advice: "On each node, in \(file): kube-proxy-arg: [\"proxy-mode=ipvs\", "
          + "\"ipvs-strict-arp=true\"]; then restart \(name)."))
  }

  /// What takes Services that are to be MetalLB's: ServiceLB writes the addresses of the nodes where
  /// MetalLB writes its own (k3s#269, k3s#2323).
  var warnings: [Note] {
    guard case .embedded(let name, let arguments) = kind else { return [] }
    let cure = "start the servers with --disable servicelb"
    if let balancer {
      return [
        .warning(
          "\(name)'s own ServiceLB is at work (\(SafeText.line(balancer, limit: 60))) and "
            + "overwrites MetalLB's addresses: \(cure)")
      ]
    }
    let isOff = name == "RKE2" || arguments.contains { $0.contains("servicelb") }
    return isOff || arguments.isEmpty
      ? [] : [.warning("ServiceLB is on and would take MetalLB's Services: \(cure)")]
  }

  private static func arguments(of node: Node) -> [String] {
    let text =
      node.metadata.annotations?["k3s.io/node-args"]
      ?? node.metadata.annotations?["rke2.io/node-args"] ?? ""
    return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
  }
}

extension NamespaceObjects {
  /// What k3s lays down for each Service that its own load balancer serves.
  var serviceLB: Workload? {
    daemonSets.first {
      $0.metadata.label("svccontroller.k3s.cattle.io/svcname") != nil
        || $0.metadata.name.hasPrefix("svclb-")
    }
  }
}
