extension FactName {
  /// Ports of the nodes that pods of ingresses and gateways take, where kube-proxy's mode makes every
  /// leased address one of the node's own.
  package static let hostPorts = FactName("hostPorts")
}

extension ClusterSnapshot {
  package var hostPorts: Fact<[HostPort]> {
    get { self[.hostPorts] }
    set { self[.hostPorts] = newValue }
  }
}

package struct HostPort: Hashable, Sendable, Comparable {
  package var namespace: String
  package var pod: String
  package var port: Int

  package init(namespace: String, pod: String, port: Int) {
    self.namespace = namespace
    self.pod = pod
    self.port = port
  }

  package static func < (left: HostPort, right: HostPort) -> Bool {
    (left.namespace, left.port, left.pod) < (right.namespace, right.port, right.pod)
  }
}

extension FactDefinition {
  static let hostPorts: FactDefinition = {
    var definition = asked(
      .hostPorts, near: [.kubeProxy], calm: .seconds(600),
      [Question(after: [.kubeProxy, .cluster]) { snapshot, _ in reads(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// Words of the namespaces in which those of ingresses and gateways run; tenants' pods are many
  /// and may take none.
  private static let words = ["ingress", "gateway", "traefik", "envoy", "haproxy"]

  private static func reads(_ snapshot: ClusterSnapshot) -> [Read] {
    let map = snapshot.kubeProxy.value?.configMaps.first { $0.metadata.name == "kube-proxy" }
    guard let text = map?.data?["config.conf"],
      (try? KubeProxyConfig(parsing: text))?.mode == .ipvs
    else { return [] }
    let names = (snapshot.cluster.value?.namespaces ?? []).filter { namespace in
      Lease(namespace.metadata) == nil
        && words.contains { namespace.metadata.name.contains($0) }
    }.map(\.metadata.name)
    return names.map { namespace in
      Read(
        .endpoint(
          "/api/v1/namespaces/\(namespace)/pods",
          purpose: "look for ports of the nodes that pods of \(namespace) take")
      ) { snapshot, answer in
        let found: Fact<[HostPort]> = answer.decoded(as: PodList.self) { list in
          list.items.flatMap { pod in
            (pod.spec?.containers ?? []).flatMap { $0.ports ?? [] }.compactMap(\.hostPort).map {
              HostPort(namespace: namespace, pod: pod.metadata.name, port: $0)
            }
          }
        }
        guard let ports = found.value ?? (found.isAbsent ? [] : nil) else {
          if snapshot.hostPorts.value == nil { snapshot.hostPorts = found }
          return
        }
        let all = Set((snapshot.hostPorts.value ?? []) + ports)
        snapshot.hostPorts = .known(all.sorted(), at: answer.at)
      }
    }
  }
}

private struct PodList: Decodable { var items: [Pod] }
