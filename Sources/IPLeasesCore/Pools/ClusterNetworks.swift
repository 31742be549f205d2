import Addresses
import Cluster

/// The networks pods and Services get their addresses from, as far as a reader of the cluster can
/// know them; nil where nothing says it.
package struct ClusterNetworks: Hashable, Sendable {
  package var pods: [CIDR]?
  package var services: [CIDR]?

  package init(_ snapshot: ClusterSnapshot) {
    let kubeadm = Self.kubeadm(snapshot)
    let servers = Self.flags(of: snapshot.kubeProxy.value?.pods ?? [])
    let nodes = snapshot.cluster.value?.nodes ?? []
    let k3s = Self.k3s(nodes)
    services = Self.first([
      kubeadm["serviceSubnet"] ?? [], servers["--service-cluster-ip-range"] ?? [],
      k3s["--service-cidr"] ?? [],
    ])
    let ofNodes = nodes.flatMap { $0.spec?.podCIDRs ?? [$0.spec?.podCIDR].compactMap(\.self) }
    // Network plug-ins with their own address management leave the nodes' blocks unused, so both say
    // something.
    pods = Self.first([
      (kubeadm["podSubnet"] ?? []) + ofNodes, servers["--cluster-cidr"] ?? [],
      k3s["--cluster-cidr"] ?? [],
    ])
  }

  private static func first(_ sources: [[String]]) -> [CIDR]? {
    sources.lazy.map { $0.compactMap { CIDR(parsing: $0) } }.first { !$0.isEmpty }.map { networks in
      var seen: Set<CIDR> = []
      return networks.filter { seen.insert($0).inserted }
    }
  }

  /// `podSubnet: a,b` of kubeadm's ClusterConfiguration.
  private static func kubeadm(_ snapshot: ClusterSnapshot) -> [String: [String]] {
    let map = snapshot.kubeProxy.value?.configMaps.first { $0.metadata.name == "kubeadm-config" }
    var found: [String: [String]] = [:]
    for line in map?.data?["ClusterConfiguration"]?.split(separator: "\n") ?? [] {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      found[String(parts[0].drop { $0 == " " })] = list(parts[1])
    }
    return found
  }

  /// The arguments of the control plane's own pods: kube-apiserver and kube-controller-manager.
  private static func flags(of pods: [Pod]) -> [String: [String]] {
    let arguments = pods.flatMap { $0.spec?.containers ?? [] }.flatMap { container in
      (container.command ?? []) + (container.args ?? [])
    }
    return pairs(in: arguments)
  }

  /// k3s runs the control plane in one process and writes its arguments on the node, as a JSON list.
  private static func k3s(_ nodes: [Node]) -> [String: [String]] {
    let texts = nodes.compactMap { $0.metadata.annotations?["k3s.io/node-args"] }
    let arguments = texts.flatMap { text in
      text.split { "[]\", ".contains($0) }.map(String.init)
    }
    guard arguments.contains("server") else { return pairs(in: arguments) }
    // What a server uses that is told nothing (k3s: docs, "Networking Options").
    let defaults = ["--cluster-cidr": ["10.42.0.0/16"], "--service-cidr": ["10.43.0.0/16"]]
    return defaults.merging(pairs(in: arguments)) { _, given in given }
  }

  /// `--name=a,b` and `--name a,b`.
  private static func pairs(in arguments: [String]) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for (index, argument) in arguments.enumerated() where argument.hasPrefix("--") {
      let parts = argument.split(separator: "=", maxSplits: 1)
      if parts.count == 2 {
        found[String(parts[0])] = list(parts[1])
      } else if index + 1 < arguments.count {
        found[argument] = list(arguments[index + 1][...])
      }
    }
    return found
  }

  private static func list(_ text: Substring) -> [String] {
    text.split(separator: ",").map { part in
      String(part.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
    }
  }
}
