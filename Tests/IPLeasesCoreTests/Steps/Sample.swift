import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// Small snapshots of clusters, made from the JSON that kubectl and helm print.
enum Sample {
  static let now = Date(timeIntervalSince1970: 1_795_444_322)
  static let address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
  static let values = """
    from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx
    key: a2V5LXRleHQ=
    keysecret: c2VjcmV0LXRleHQ=
    domain: example.test
    attributes:
    - key: region
      value: eu-west

    """
  static let enabledValues = """
    from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx
    key: a2V5LXRleHQ=
    keysecret: c2VjcmV0LXRleHQ=
    domain: example.test
    attributes:
    - key: region
      value: eu-west
    - key: feat-endpoint-ip
      value: true
    - key: ip-lease
      value: true
    - key: capabilities/ip-lease
      value: true
    ipoperator: true

    """

  static var settings: ConsoleSettings {
    var settings = ConsoleSettings(providerFile: "/home/a/provider.yaml", stateDirectory: "/s")
    settings.poolRanges = ["203.0.113.0/28"]
    return settings
  }

  /// Decodes a JSON literal with the reader's rules; a mistake in it is a mistake of the test.
  static func object<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do { return try decoder.decode(Value.self, from: Data(json.utf8)) } catch {
      fatalError("\(error) in \(json)")
    }
  }

  // MARK: Objects

  static func release(
    _ name: String = "akash-provider", chart: String = "provider-19.0.2",
    in namespace: String = "akash-services", status: String = "deployed", revision: Int = 1,
    updated: String = "2026-11-23 10:00:00.5 +0000 UTC"
  ) -> Release {
    Release(
      name: name, namespace: namespace, revision: String(revision), status: status, chart: chart,
      appVersion: "0", updated: updated)
  }

  static func namespace(_ name: String, labels: String = "{}", phase: String = "Active")
    -> Namespace
  {
    object(
      #"{"metadata":{"name":"\#(name)","labels":\#(labels)},"status":{"phase":"\#(phase)"}}"#)
  }

  static let privileged = """
    {"pod-security.kubernetes.io/enforce":"privileged","pod-security.kubernetes.io/audit":\
    "privileged","pod-security.kubernetes.io/warn":"privileged"}
    """

  static func node(_ address: String = "192.0.2.11", labels: String = "{}", kubelet: String)
    -> Node
  {
    object(
      """
      {"metadata":{"name":"node1","labels":\(labels)},"spec":{"podCIDR":"10.233.64.0/24"},
       "status":{"addresses":[{"type":"InternalIP","address":"\(address)"}],
       "nodeInfo":{"kubeletVersion":"\(kubelet)"}}}
      """)
  }

  /// MetalLB's controller or speaker, by the chart (`metallb-controller`) or by manifests
  /// (`controller`).
  static func metallb(
    _ component: String, byChart: Bool = true, image: String = "quay.io/metallb/x:v0.14.8",
    port: String = "monitoring", ready: Int = 1
  ) -> Workload {
    let labels =
      byChart
      ? #"{"app.kubernetes.io/name":"metallb","app.kubernetes.io/component":"\#(component)"}"#
      : #"{"app":"metallb","component":"\#(component)"}"#
    return object(
      """
      {"metadata":{"name":"\(byChart ? "metallb-" : "")\(component)","generation":1,
        "labels":\(labels)},
       "spec":{"replicas":1,"selector":{"matchLabels":\(labels)},
        "template":{"metadata":{"labels":\(labels)},"spec":{"containers":[{"name":"\(component)",
         "image":"\(image)","ports":[{"name":"\(port)","containerPort":7472}]}]}}},
       "status":{"observedGeneration":1,"readyReplicas":\(ready),"updatedReplicas":1,
        "desiredNumberScheduled":1,"numberReady":\(ready),"updatedNumberScheduled":1}}
      """)
  }

  static func pool(_ name: String = "default", more: String = "") -> IPAddressPool {
    object(#"{"metadata":{"name":"\#(name)"},"spec":{"addresses":["203.0.113.0/28"]\#(more)}}"#)
  }

  static func proxy(
    mode: String = "ipvs", strictARP: Bool = false, changed: String = "2026-11-23T10:00:00Z",
    podStarted: String = "2026-11-23T09:00:00Z", daemonSet: String = ""
  ) -> NamespaceObjects {
    let text = #"mode: \"\#(mode)\"\nipvs:\n  strictARP: \#(strictARP)\n"#
    var objects = NamespaceObjects()
    objects.configMaps = [
      object(
        """
        {"metadata":{"name":"kube-proxy","managedFields":[{"manager":"kubectl",
         "time":"\(changed)"}]},"data":{"config.conf":"\(text)"}}
        """)
    ]
    let settled = """
      {"metadata":{"name":"kube-proxy","generation":1},
       "spec":{"selector":{"matchLabels":{"k8s-app":"kube-proxy"}}},
       "status":{"observedGeneration":1,"desiredNumberScheduled":1,"numberReady":1,
        "updatedNumberScheduled":1}}
      """
    objects.daemonSets = [object(daemonSet.isEmpty ? settled : daemonSet)]
    objects.pods = [
      object(
        """
        {"metadata":{"name":"kube-proxy-abcde","labels":{"k8s-app":"kube-proxy"}},
         "status":{"startTime":"\(podStarted)"}}
        """)
    ]
    return objects
  }

  /// The provider's StatefulSet; `variable` is what stands in its template, nil where the setting is
  /// in a ConfigMap.
  static func provider(
    _ name: String = "akash-provider", variable: String? = "false",
    map: String? = nil, podStarted: String = "2026-11-23T10:00:01Z"
  ) -> NamespaceObjects {
    let env = variable.map { #","env":[{"name":"AKASH_IP_OPERATOR","value":"\#($0)"}]"# } ?? ""
    var objects = NamespaceObjects()
    objects.statefulSets = [
      object(
        """
        {"metadata":{"name":"\(name)","generation":1},"spec":{"replicas":1,"template":
         {"spec":{"containers":[{"name":"provider"\(env)}]}}},
         "status":{"observedGeneration":1,"readyReplicas":1,"updatedReplicas":1}}
        """)
    ]
    objects.pods = [
      object(#"{"metadata":{"name":"\#(name)-0"},"status":{"startTime":"\#(podStarted)"}}"#)
    ]
    if let map {
      objects.configMaps = [
        object(
          #"{"metadata":{"name":"\#(name)-main"},"data":{"AKASH_IP_OPERATOR":"\#(map)"}}"#)
      ]
    }
    return objects
  }

  // MARK: Snapshots

  /// A provider without IP leases, and nothing of MetalLB.
  static func fresh(_ change: (inout ClusterSnapshot) -> Void = { _ in }) -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    var cluster = ClusterObjects()
    cluster.nodes = [node(kubelet: "v1.31.4")]
    cluster.namespaces = [namespace("akash-services")]
    snapshot.cluster = .known(cluster, at: now)
    snapshot.metallb = .known(NamespaceObjects(), at: now)
    snapshot.pools = .absent(at: now)
    snapshot.akash = .known(provider(), at: now)
    snapshot.kubeProxy = .known(proxy(), at: now)
    snapshot.releases = .known([release()], at: now)
    snapshot.repositories = .known(
      [object(#"{"name":"akash","url":"https://akash-network.github.io/helm-charts"}"#)], at: now)
    snapshot.providerValues = .known(SecretText(values), at: now)
    snapshot.providerFile = .absent(at: now)
    snapshot.operatorCharts = .known(charts("19.0.2", "19.1.0", "18.0.2", "8.0.0"), at: now)
    snapshot.leasedIPKind = .known(true, at: now)
    snapshot.operatorUsage = .absent(at: now)
    change(&snapshot)
    return snapshot
  }

  /// MetalLB is there, its Service and pool are not.
  static func withMetalLB(
    byChart: Bool = true, image: String = "quay.io/metallb/x:v0.14.8",
    port: String = "monitoring", _ change: (inout ClusterSnapshot) -> Void = { _ in }
  ) -> ClusterSnapshot {
    fresh { snapshot in
      snapshot.edit(\.cluster) {
        $0.namespaces.append(namespace("metallb-system", labels: privileged))
      }
      snapshot.edit(\.metallb) {
        $0.deployments = [metallb("controller", byChart: byChart, image: image, port: port)]
        $0.daemonSets = [metallb("speaker", byChart: byChart, image: image)]
      }
      snapshot.pools = .known(PoolObjects(), at: now)
      if byChart {
        snapshot.edit(\.releases) {
          $0.append(release("metallb", chart: "metallb-0.14.8", in: "metallb-system"))
        }
      }
      change(&snapshot)
    }
  }

  static func charts(_ versions: String...) -> [ChartVersion] {
    versions.map { object(#"{"name":"akash/akash-ip-operator","version":"\#($0)"}"#) }
  }
}

extension ClusterSnapshot {
  /// Edits what is known; the rest stays.
  mutating func edit<Value>(
    _ path: WritableKeyPath<ClusterSnapshot, Fact<Value>>, _ body: (inout Value) -> Void
  ) {
    guard var value = self[keyPath: path].value else { return }
    body(&value)
    self[keyPath: path] = .known(value, at: Sample.now)
  }
}

extension Plan {
  /// Its commands as one would type them; waits and files by their first word.
  var summary: [String] { actions.map(Self.line) }
  var undoSummary: [String] { undo.map(Self.line) }

  private static func line(_ action: Action) -> String {
    switch action {
    case .command(let command): command.argv.joined(separator: " ")
    case .file(let change): "write \(change.path)"
    case .wait(let wait): "wait \(wait.until)"
    }
  }
}
