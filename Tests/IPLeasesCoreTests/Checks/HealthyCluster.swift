import Foundation

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// A cluster on which every check passes, made of small literals. Tests break one thing of it.
enum HealthyCluster {
  static let now = Date(timeIntervalSince1970: 1_795_444_800)
  /// Long before `now`.
  static let old = "2026-11-22T10:00:00Z"
  static let address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"

  static func snapshot() throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    snapshot.cluster = .known(try cluster(), at: now)
    snapshot.metallb = .known(NamespaceObjects(listed: try listed(metallb)), at: now)
    snapshot.akash = .known(NamespaceObjects(listed: try listed(akash)), at: now)
    snapshot.kubeProxy = .known(NamespaceObjects(listed: try listed(kubeSystem)), at: now)
    var pools = PoolObjects()
    pools.pools = [
      try decode(#"{"metadata":{"name":"default"},"spec":{"addresses":["203.0.113.8/29"]}}"#)
    ]
    pools.advertisements = [
      try decode(#"{"metadata":{"name":"l2"},"spec":{"ipAddressPools":["default"]}}"#)
    ]
    snapshot.pools = .known(pools, at: now)
    snapshot.releases = .known(releases, at: now)
    snapshot.repositories = .known(
      [
        ChartRepository(name: "metallb", url: "https://metallb.github.io/metallb"),
        ChartRepository(name: "akash", url: "https://akash-network.github.io/helm-charts"),
      ], at: now)
    snapshot.providerValues = .known(SecretText(values), at: now)
    snapshot.helmVersion = .known(Version(3, 20, 1), at: now)
    snapshot.permissions = .known(true, at: now)
    snapshot.leasedIPKind = .known(true, at: now)
    snapshot.operatorUsage = .known(.totals(available: 8, inUse: 1), at: now)
    snapshot.metallbMetrics = .known(MetalLBMetrics(total: 8, inUse: 1), at: now)
    snapshot.providerStatus = .known(
      ProviderStatus(
        address: address, leases: 3, orders: 0,
        leasedIP: LeasedIPCount(allocatable: 8, allocated: 1)), at: now)
    snapshot.leasedIPs = .known([try declaration()], at: now)
    snapshot.manifests = .known([try manifest()], at: now)
    snapshot.ignoredLeases = .known([], at: now)
    snapshot.initLog = .known(
      ["Checking whether provider.yaml needs to be updated on the chain ..."], at: now)
    snapshot.oldPools = .absent(at: now)
    snapshot.metallbValues = .known(SecretText("speaker:\n  ignoreExcludeLB: true\n"), at: now)
    snapshot.metallbSurroundings = .known(MetalLBSurroundings(), at: now)
    snapshot.webhook = .known(
      try decode(
        #"{"metadata":{"name":"w","annotations":{"meta.helm.sh/release-name":"metallb"}},"#
          + #""webhooks":[{"name":"pools","clientConfig":{"caBundle":"QQ=="}}]}"#), at: now)
    snapshot.announcements = .known(
      [
        try decode(
          #"{"metadata":{"name":"l2-1"},"status":{"node":"node1","serviceName":"web-ip-80-tcp","#
            + #""serviceNamespace":"tenant"}}"#)
      ], at: now)
    snapshot.leaseEndpoints = .known([try decode(slice("web-ip-80-tcp", "tenant"))], at: now)
    snapshot.operatorLog = .log(operatorLog, at: now)
    snapshot.providerLog = .log("2026-11-22T10:00:09Z INF all waitables ready", at: now)
    return snapshot
  }

  static let operatorLog = """
    2026-11-22T10:00:00.1Z <nil> INF ip operator start operator=ip
    2026-11-22T10:00:00.2Z <nil> INF associated provider addr=\(address) operator=ip
    2026-11-22T10:00:00.3Z <nil> INF dns discovery success addrs=[] operator=ip
    2026-11-22T10:00:00.4Z <nil> INF barrier can now be passed operator=ip
    """

  // MARK: The objects

  static func decode<Value: Decodable>(_ json: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(Value.self, from: Data(json.utf8))
  }

  static func service(
    _ name: String, _ namespace: String, addresses: [String] = [], made: String = old
  ) throws -> Service {
    let ingress = addresses.map { #"{"ip":"\#($0)"}"# }.joined(separator: ",")
    return try decode(
      """
      {"metadata":{"name":"\(name)","namespace":"\(namespace)","creationTimestamp":"\(made)",
        "annotations":{"metallb.universe.tf/allow-shared-ip":"\(tenant)-ip-\(name)"},
        "labels":{"akash.network/service-target":"metal-lb",
          "akash.network/lease.id.owner":"\(tenant)","akash.network/lease.id.dseq":"100"}},
       "spec":{"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80}]},
       "status":{"loadBalancer":{"ingress":[\(ingress)]}}}
      """)
  }

  static let tenant = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"

  static func declaration(port: Int = 80, sequence: String = "100") throws -> ProviderLeasedIP {
    try decode(
      """
      {"metadata":{"name":"\(tenant)-ip-\(sequence)-tcp-\(port)","namespace":"lease"},
       "spec":{"lease_id":{"owner":"\(tenant)","dseq":"\(sequence)","gseq":1,"oseq":1},
         "service_name":"web","external_port":\(port),"protocol":"TCP","sharing_key":"k"}}
      """)
  }

  static func manifest(port: Int = 80, sequence: String = "100", made: String = old) throws
    -> LeaseManifest
  {
    try decode(
      """
      {"metadata":{"name":"m\(sequence)","creationTimestamp":"\(made)"},
       "spec":{"lease_id":{"owner":"\(tenant)","dseq":"\(sequence)","gseq":1,"oseq":1},
         "group":{"services":[{"name":"web","expose":[
           {"port":\(port),"external_port":0,"proto":"TCP","global":true,"ip":"web"},
           {"port":81,"proto":"TCP","global":true,"ip":""},{"port":82,"global":false}]}]}}}
      """)
  }

  private static func listed(_ items: [String]) throws -> ListedObjects {
    let resources: [APIResource] = [
      .deployments, .daemonSets, .statefulSets, .configMaps, .pods, .endpointSlices,
    ]
    let text = #"{"kind":"List","items":[\#(items.joined(separator: ","))]}"#
    return try ObjectList.decoder(of: resources).decode(ObjectList.self, from: Data(text.utf8))
      .sorted(into: resources.map { Listing($0) })
  }

  private static func cluster() throws -> ClusterObjects {
    var objects = ClusterObjects()
    objects.nodes = [
      try decode(
        """
        {"metadata":{"name":"node1"},"spec":{"podCIDR":"10.244.0.0/24"},
         "status":{"addresses":[{"type":"InternalIP","address":"192.0.2.11"}],
           "nodeInfo":{"kubeletVersion":"v1.31.4"},
           "conditions":[{"type":"Ready","status":"True"}]}}
        """)
    ]
    objects.namespaces = [
      try decode(
        """
        {"metadata":{"name":"metallb-system","labels":{
          "pod-security.kubernetes.io/enforce":"privileged",
          "pod-security.kubernetes.io/audit":"privileged",
          "pod-security.kubernetes.io/warn":"privileged"}},"status":{"phase":"Active"}}
        """)
    ]
    objects.services = [
      try decode(
        """
        {"metadata":{"name":"controller","namespace":"metallb-system",
          "creationTimestamp":"\(old)"},
         "spec":{"type":"ClusterIP","selector":{"c":"controller"},
           "ports":[{"name":"monitoring","port":7472,"protocol":"TCP","targetPort":7472}]}}
        """),
      try service("web-ip-80-tcp", "tenant", addresses: ["203.0.113.8"]),
      try decode(
        """
        {"metadata":{"name":"akash-provider","namespace":"akash-services"},
         "spec":{"type":"ClusterIP","ports":[{"port":8443},{"port":8444}]}}
        """),
    ]
    return objects
  }

  static func workload(
    _ kind: String, _ name: String, labels: String = "{}", image: String = "x:1.0.0",
    container: String = "main", extra: String = ""
  ) -> String {
    """
    {"kind":"\(kind)","metadata":{"name":"\(name)","generation":1,"labels":\(labels)},
     "spec":{"replicas":1,"selector":{"matchLabels":{"c":"\(name)"}},
       "template":{"metadata":{"labels":{"c":"\(name)"}},"spec":{"containers":[
         {"name":"\(container)","image":"\(image)"\(extra)}]}}},
     "status":{"observedGeneration":1,"readyReplicas":1,"updatedReplicas":1,
       "desiredNumberScheduled":1,"numberReady":1,"updatedNumberScheduled":1}}
    """
  }

  private static func pod(_ name: String, of workload: String) -> String {
    """
    {"kind":"Pod","metadata":{"name":"\(name)","creationTimestamp":"\(old)",
      "labels":{"c":"\(workload)"}},
     "status":{"phase":"Running","startTime":"\(old)",
       "conditions":[{"type":"Ready","status":"True"}],
       "containerStatuses":[{"name":"main","ready":true,"restartCount":0,"state":{}}]}}
    """
  }

  private static func slice(_ service: String, _ namespace: String) -> String {
    """
    {"kind":"EndpointSlice","metadata":{"name":"\(service)-1","namespace":"\(namespace)",
      "labels":{"kubernetes.io/service-name":"\(service)"}},
     "endpoints":[{"addresses":["10.244.0.9"],"conditions":{"ready":true}}]}
    """
  }

  private static let metallb = [
    workload(
      "Deployment", "controller",
      labels: #"{"app.kubernetes.io/name":"metallb","app.kubernetes.io/component":"controller"}"#,
      image: "quay.io/metallb/controller:v0.14.8",
      extra: #","ports":[{"name":"monitoring","containerPort":7472}]"#),
    workload(
      "DaemonSet", "speaker",
      labels: #"{"app.kubernetes.io/name":"metallb","app.kubernetes.io/component":"speaker"}"#,
      image: "quay.io/metallb/speaker:v0.14.8", container: "speaker"),
    pod("controller-1", of: "controller"), pod("speaker-1", of: "speaker"),
    slice("controller", "metallb-system"), slice("metallb-webhook-service", "metallb-system"),
  ]

  private static let akash = [
    workload("Deployment", "operator-ip", image: "ghcr.io/akash-network/provider:0.16.2"),
    workload("Deployment", "operator-hostname", image: "ghcr.io/akash-network/provider:0.16.2"),
    workload(
      "StatefulSet", "akash-provider", image: "ghcr.io/akash-network/provider:0.16.2",
      container: "provider", extra: #","env":[{"name":"AKASH_IP_OPERATOR","value":"true"}]"#),
    #"{"kind":"ConfigMap","metadata":{"name":"operator-ip"},"data":{"provider-address":"\#(address)"}}"#,
    pod("operator-ip-1", of: "operator-ip"), pod("akash-provider-0", of: "akash-provider"),
    pod("operator-hostname-1", of: "operator-hostname"),
  ]

  private static let kubeSystem = [
    #"""
    {"kind":"ConfigMap","metadata":{"name":"kube-proxy",
      "managedFields":[{"manager":"kubectl","time":"2026-11-22T09:00:00Z"}]},
     "data":{"config.conf":"mode: ipvs\nipvs:\n  strictARP: true\n"}}
    """#,
    #"""
    {"kind":"ConfigMap","metadata":{"name":"coredns"},
     "data":{"Corefile":".:53 {\n  kubernetes cluster.local in-addr.arpa\n}\n"}}
    """#,
    #"""
    {"kind":"ConfigMap","metadata":{"name":"kubeadm-config"},
     "data":{"ClusterConfiguration":"networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n"}}
    """#,
    workload("DaemonSet", "kube-proxy"), pod("kube-proxy-1", of: "kube-proxy"),
  ]

  static let values = """
    attributes:
    - key: feat-endpoint-ip
      value: "true"
    - key: ip-lease
      value: "true"
    - key: capabilities/ip-lease
      value: "true"
    domain: example.org
    from: \(address)
    ipoperator: true
    key: LS0tLS1CRUdJTiBGQUtFIEtFWS0tLS0tCmZha2Uta2V5Cg==
    keysecret: ZmFrZS1wYXNzd29yZA==

    """

  private static let releases = [
    release("metallb", "metallb-system", "metallb-0.14.8"),
    release("akash-ip-operator", "akash-services", "akash-ip-operator-19.0.2"),
    release("akash-provider", "akash-services", "provider-19.0.2"),
  ]

  static func release(
    _ name: String, _ namespace: String, _ chart: String, _ status: String = "deployed"
  )
    -> Release
  {
    Release(
      name: name, namespace: namespace, revision: "2", status: status, chart: chart,
      appVersion: "0.16.2", updated: "2026-11-22 09:00:00.5 +0000 UTC")
  }
}

extension Fact {
  /// Changes what is known in place.
  mutating func edit(_ change: (inout Value) throws -> Void) rethrows {
    guard case .known(var value, let at) = self else { return }
    try change(&value)
    self = .known(value, at: at)
  }

  static func silent(_ reason: String) -> Fact {
    .unreadable(UserMessage("read failed", reason: reason), at: HealthyCluster.now)
  }

  static func refused(_ reason: String) -> Fact {
    .unreadable(
      UserMessage("read failed", reason: reason, obstacle: .rights), at: HealthyCluster.now)
  }
}

extension Fact where Value == [OperatorLogLine] {
  /// What is known of a log's text.
  static func log(_ text: String, at time: Date) -> Fact {
    .known(OperatorLogLine.parse(text), at: time)
  }
}
