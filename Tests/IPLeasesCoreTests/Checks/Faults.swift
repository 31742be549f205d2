import Foundation

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// One fault for each check.
enum Faults {
  static let all = tools + metallb + metrics + pools + arp + `operator` + counts + provider + around

  private static let tools = [
    Fault("a cluster without nodes", "IPL-0001") { $0.cluster.edit { $0.nodes = [] } },
    Fault("Helm 2", "IPL-0002", .warn) { $0.helmVersion = .known(Version(2, 17, 0), at: now) },
    Fault("not an admin", "IPL-0003", .warn) { $0.permissions = .known(false, at: now) },
    Fault("no provider release", "IPL-0004", .warn) {
      $0.releases.edit { $0.removeAll { $0.chartName == "provider" } }
    },
    Fault("two providers", "IPL-0005") {
      $0.releases.edit { $0.append(HealthyCluster.release("other", "x", "provider-19.0.2")) }
    },
    Fault("akash leads elsewhere", "IPL-0104", .warn) {
      $0.repositories.edit { $0[1].url = "https://charts.example.org" }
    },
  ]

  private static let metallb = [
    Fault("no namespace", "IPL-0101", .fail, .labelNamespace) {
      $0.cluster.edit { $0.namespaces = [] }
    },
    Fault("namespace goes", "IPL-0102") {
      $0.cluster.edit { $0.namespaces[0].status = .init(phase: "Terminating") }
    },
    Fault("restricted", "IPL-0103", .fail, .labelNamespace) {
      $0.cluster.edit {
        $0.namespaces[0].metadata.labels?["pod-security.kubernetes.io/enforce"] = "restricted"
      }
    },
    Fault("label missing", "IPL-0103", .warn) {
      $0.cluster.edit {
        $0.namespaces[0].metadata.labels?["pod-security.kubernetes.io/warn"] = nil
      }
    },
    Fault("pending upgrade", "IPL-0106", .fail, .rollBackRelease) {
      $0.releases.edit { $0[0].status = "pending-upgrade" }
    },
    Fault("failed upgrade", "IPL-0107", .fail, .rollBackRelease) {
      $0.releases.edit { $0[0].status = "failed" }
    },
    Fault("no MetalLB", "IPL-0110") { $0.metallb.edit { $0.deployments = [] } },
    Fault("two MetalLBs", "IPL-0108") {
      try $0.metallb.edit {
        $0.deployments.append(
          try HealthyCluster.decode(
            HealthyCluster.workload(
              "Deployment", "second", labels: #"{"app":"metallb","component":"controller"}"#)))
      }
    },
    Fault("MetalLB 0.16", "IPL-0109", .fail, .lowerMetalLB) { try setMetalLB("0.16.1", &$0) },
    Fault("MetalLB 0.15.0", "IPL-0109", .warn) { try setMetalLB("0.15.0", &$0) },
    Fault("old Kubernetes", "IPL-0150", .warn) {
      $0.cluster.edit { $0.nodes[0].status?.nodeInfo?.kubeletVersion = "v1.20.2" }
    },
    Fault("image missing", "IPL-0111") { snapshot in
      snapshot.metallb.edit { wait("ImagePullBackOff", &$0.pods[0]) }
    },
    Fault("controller crashes", "IPL-0151") { snapshot in
      snapshot.metallb.edit { wait("CrashLoopBackOff", &$0.pods[0]) }
    },
    Fault("controller not ready", "IPL-0152") {
      $0.metallb.edit { $0.deployments[0].status?.numberReady = 0 }
    },
    Fault("controller starting", "IPL-0152", .warn) {
      $0.metallb.edit {
        $0.deployments[0].status?.numberReady = 0
        $0.pods[0].metadata.creationTimestamp = now.addingTimeInterval(-20)
      }
    },
    Fault("probe of a speaker fails", "IPL-0114") {
      $0.metallb.edit { $0.pods[1].status?.conditions = [] }
      try $0.metallbSurroundings.edit { $0.events = [try event("Unhealthy", "speaker-1")] }
    },
    Fault("speaker refused", "IPL-0112") {
      $0.metallb.edit {
        $0.pods.remove(at: 1)
        $0.daemonSets[0].status?.numberReady = 0
      }
      try $0.metallbSurroundings.edit { $0.events = [try event("FailedCreate", "speaker")] }
    },
    Fault("a known bad pair", "IPL-0150", .warn) {
      try setMetalLB("0.13.12", &$0)
      $0.cluster.edit { $0.nodes[0].status?.nodeInfo?.kubeletVersion = "v1.26.4" }
    },
    Fault("a key newer than the speakers", "IPL-0153", .warn, .restartSpeakers) {
      $0.memberlistKey = .known(now, at: now)
    },
    Fault("frr restarts", "IPL-0113", .warn) {
      $0.metallb.edit {
        $0.pods[1].status?.containerStatuses?.append(.init(name: "frr", restartCount: 9))
      }
    },
  ]

  private static let metrics = [
    Fault("no Service controller", "IPL-0201", .fail, .metricsService) {
      $0.cluster.edit { $0.services.remove(at: 0) }
    },
    Fault("port without its name", "IPL-0202", .fail, .metricsService) {
      $0.cluster.edit { $0.services[0].spec?.ports?[0].name = "metrics" }
    },
    Fault("headless", "IPL-0250", .fail, .metricsService) {
      $0.cluster.edit { $0.services[0].spec?.clusterIP = "None" }
    },
    Fault("old selector", "IPL-0204", .fail, .metricsService) {
      $0.cluster.edit { $0.services[0].spec?.selector = ["c": "gone"] }
    },
    Fault("policy shuts the port", "IPL-0206", .warn) {
      try $0.metallbSurroundings.edit {
        $0.networkPolicies = [
          try HealthyCluster.decode(#"{"metadata":{"name":"deny"},"spec":{"podSelector":{}}}"#)
        ]
      }
    },
    Fault("other domain", "IPL-0207") {
      $0.kubeProxy.edit { $0.configMaps[1].data = ["Corefile": "  kubernetes k8s.lan {\n"] }
    },
    Fault("metrics refused", "IPL-0203") { $0.metallbMetrics = .silent("connection refused") },
  ]

  private static let pools = [
    Fault("kinds missing", "IPL-0301") { $0.pools = .absent(at: now) },
    Fault("webhook down", "IPL-0302") {
      $0.metallb.edit { $0.endpointSlices[1].endpoints?[0].conditions?.ready = false }
    },
    Fault("no authority", "IPL-0303") {
      $0.webhook.edit { $0.webhooks?[0].clientConfig?.caBundle = "" }
    },
    Fault("0.12 not migrated", "IPL-0401") {
      $0.pools.edit {
        $0.pools = []
        $0.advertisements = []
      }
      try addOldMap(&$0)
    },
    Fault("0.12's ConfigMap left over", "IPL-0401", .warn) { try addOldMap(&$0) },
    Fault("pool of another name", "IPL-0308") { snapshot in
      snapshot.pools.edit {
        $0.pools[0].metadata.name = "public"
        $0.advertisements[0].spec?.ipAddressPools = ["public"]
      }
    },
    Fault("autoAssign off", "IPL-0308") { $0.pools.edit { $0.pools[0].spec.autoAssign = false } },
    Fault("bad range", "IPL-0305") {
      $0.pools.edit { $0.pools[0].spec.addresses.append("203.0.113.99") }
    },
    Fault("IPv6 in the pool", "IPL-0350", .warn) {
      $0.pools.edit { $0.pools[0].spec.addresses.append("2001:db8:1::8/125") }
      $0.metallbMetrics = .known(MetalLBMetrics(total: 16, inUse: 1), at: now)
      $0.operatorUsage = .known(.totals(available: 16, inUse: 1), at: now)
    },
    Fault("second automatic pool", "IPL-0351", .warn) {
      try $0.pools.edit {
        $0.pools.append(
          try HealthyCluster.decode(
            #"{"metadata":{"name":"lan"},"spec":{"addresses":["198.51.100.0/29"]}}"#))
      }
    },
    Fault("not announced", "IPL-0309", .fail, .advertisePool) {
      $0.pools.edit { $0.advertisements = [] }
    },
    Fault("announced on no node", "IPL-0309") {
      $0.pools.edit {
        $0.advertisements[0].spec?.nodeSelectors = [.init(matchLabels: ["edge": "yes"])]
      }
    },
    Fault("unknown pool advertised", "IPL-0352", .warn) {
      $0.pools.edit { $0.advertisements[0].spec?.ipAddressPools?.append("publik") }
    },
    Fault("old kind left", "IPL-0354", .warn) { $0.oldPools = .known(["lan"], at: now) },
    Fault("kinds switched off", "IPL-0355", .warn) {
      $0.metallbValues = .known(SecretText("crds: {enabled: false}\n"), at: now)
    },
    Fault("stale configuration", "IPL-0318") { $0.metallbMetrics.edit { $0.isStale = true } },
  ]

  private static let arp = [
    Fault("strictARP off", "IPL-0502") {
      $0.kubeProxy.edit {
        $0.configMaps[0].data = ["config.conf": "mode: ipvs\nipvs:\n  strictARP: false\n"]
      }
    },
    Fault("kube-proxy not restarted", "IPL-0503", .fail, .restartKubeProxy) {
      $0.kubeProxy.edit { $0.configMaps[0].metadata.managedFields?[0].time = now }
    },
  ]

  private static let `operator` = [
    Fault("operator release failed", "IPL-0750", .fail, .rollBackRelease) {
      $0.releases.edit { $0[1].status = "failed" }
    },
    Fault("no operator", "IPL-0752") { $0.akash.edit { $0.deployments.remove(at: 0) } },
    Fault("no ProviderLeasedIP", "IPL-0706") { $0.leasedIPKind = .absent(at: now) },
    Fault("mistyped address", "IPL-0701") {
      $0.akash.edit { $0.configMaps[0].data = ["provider-address": "akash1wrong"] }
    },
    Fault("another provider's address", "IPL-0702") {
      let other = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"
      $0.akash.edit { $0.configMaps[0].data = ["provider-address": other] }
      $0.operatorLog = .log("INF associated provider addr=\(other)", at: now)
    },
    Fault("operator's image missing", "IPL-0753") { snapshot in
      snapshot.akash.edit { wait("ErrImagePull", &$0.pods[0]) }
    },
    Fault("operator crashes", "IPL-0754") { snapshot in
      snapshot.akash.edit { wait("CrashLoopBackOff", &$0.pods[0]) }
    },
    Fault("operator not ready", "IPL-0755") {
      $0.akash.edit { $0.deployments[0].status?.numberReady = 0 }
    },
    Fault("rights missing", "IPL-0705") {
      $0.operatorUsage = .known(.locked, at: now)
      $0.operatorRights = .known(false, at: now)
    },
    Fault("old operator, new provider", "IPL-0710") {
      $0.akash.edit {
        $0.deployments[0].metadata.name = "akash-ip-operator"
        $0.deployments[0].spec?.template?.spec?.containers?[0].args = [
          "--provider", HealthyCluster.address,
        ]
      }
    },
    Fault("mixed versions", "IPL-0709", .warn) {
      $0.akash.edit {
        $0.deployments[0].spec?.template?.spec?.containers?[0].image = "provider:0.14.0"
      }
    },
    Fault("runs for an older address", "IPL-0756", .fail, .bounceOperator) {
      $0.operatorLog = .log("INF associated provider addr=akash1old", at: now)
    },
    Fault("barrier locked", "IPL-0704", .fail, .bounceOperator) {
      $0.operatorUsage = .known(.locked, at: now)
      $0.operatorLog = .log("ERR dns discovery failed error=\"no such host\"", at: now)
    },
    Fault("an event is refused", "IPL-0704") {
      $0.operatorUsage = .known(.locked, at: now)
      $0.operatorLog = .log(
        """
        ERR failed applying event err="services is forbidden: exceeded quota" operator=ip
        ERR observation stopped err="services is forbidden: exceeded quota" operator=ip
        """, at: now)
    },
    Fault("a lease was given up", "IPL-0760", .fail, .bounceOperator) {
      $0.ignoredLeases = .known(
        [IgnoredLease(name: "akash1a/1/1/1/akash1p", failures: 3, error: "not found")], at: now)
    },
    Fault("lease Service edited", "IPL-0903") {
      $0.cluster.edit { $0.services[1].spec?.type = "ClusterIP" }
    },
  ]

  private static let counts = [
    Fault("MetalLB counts otherwise", "IPL-0353") { $0.metallbMetrics.edit { $0.total = 5 } },
    Fault("operator sees none", "IPL-0707", .fail, .bounceOperator) {
      $0.operatorUsage = .known(.totals(available: 0, inUse: 0), at: now)
    },
    Fault("operator is late", "IPL-0708", .warn) {
      $0.operatorUsage = .known(.totals(available: 4, inUse: 1), at: now)
    },
    Fault("no address left", "IPL-0758", .warn) { $0.metallbMetrics.edit { $0.inUse = 8 } },
  ]

  private static let provider = [
    Fault("no counts", "IPL-0660", .warn, .restartProvider) {
      $0.providerStatus.edit { $0.leasedIP = LeasedIPCount(allocatable: nil, allocated: nil) }
    },
    Fault("an address held back", "IPL-0661", .warn) {
      $0.providerStatus.edit { $0.leasedIP = LeasedIPCount(allocatable: 8, allocated: 2) }
    },
    Fault("a refused update", "IPL-0657", .warn) {
      $0.initLog = .known(
        [
          "2026-11-22T10:00:00Z Updating provider info in the blockchain in 10 seconds ...",
          "2026-11-22T10:00:09Z + provider-services tx provider update provider.yaml # Error:",
          #"2026-11-22T10:00:10Z {"height":"0","code":13,"raw_log":"insufficient fee"}"#,
        ], at: now)
    },
    Fault("letsEncrypt off", "IPL-0658", .warn) {
      change("key: LS0", "letsEncrypt: {enabled: false}\nkey: LS0", &$0)
    },
    Fault("8444 shut", "IPL-0659", .warn) {
      $0.cluster.edit { $0.services[2].spec?.ports = [Service.Port(port: 8_443)] }
    },
    Fault("old for the Console", "IPL-0659", .warn) { setAkash("0.14.0", &$0) },
    Fault("old, and dangerous to restart", "IPL-0613", .warn) { setAkash("0.6.5", &$0) },
    Fault("switched off by a playbook", "IPL-0651") {
      change("ipoperator: true", "ipoperator: false", &$0)
      $0.switchedOff = .known(SwitchedOff(on: 1, off: 2, at: now), at: now)
    },
    Fault("provider release pending", "IPL-0650", .fail, .rollBackRelease) {
      $0.releases.edit { $0[2].status = "pending-rollback" }
    },
    Fault("values are null", "IPL-0601") {
      $0.providerValues = .known(SecretText("null\n"), at: now)
    },
    Fault("switched off", "IPL-0651") { change("ipoperator: true", "ipoperator: false", &$0) },
    Fault("switched off, still on in the pod", "IPL-0656", .fail, .restartProvider) {
      change("ipoperator: true", "ipoperator: false", &$0)
      $0.akash.edit { $0.statefulSets[0].spec?.template?.spec?.containers?[0].env = [] }
      $0.releases.edit { $0[2].updated = "2026-11-23 09:00:00 +0000 UTC" }
    },
    Fault("attribute missing", "IPL-0609", .warn) { change("key: ip-lease", "key: other", &$0) },
    Fault("attribute given twice", "IPL-0609") {
      change("attributes:\n", "attributes:\n- key: ip-lease\n  value: \"true\"\n", &$0)
    },
    Fault("setting not in effect", "IPL-0607") {
      $0.akash.edit {
        $0.statefulSets[0].spec?.template?.spec?.containers?[0].env?[0].value = "false"
      }
    },
    Fault("pod older than its setting", "IPL-0607", .fail, .restartProvider) {
      $0.akash.edit { $0.statefulSets[0].spec?.template?.spec?.containers?[0].env = [] }
      $0.releases.edit { $0[2].updated = "2026-11-23 09:00:00 +0000 UTC" }
    },
    Fault("provider's image missing", "IPL-0652") { snapshot in
      snapshot.akash.edit { wait("ImagePullBackOff", &$0.pods[1]) }
    },
    Fault("provider crashes", "IPL-0653") { snapshot in
      snapshot.akash.edit { wait("CrashLoopBackOff", &$0.pods[1]) }
    },
    Fault("init stuck", "IPL-0610") {
      $0.akash.edit {
        $0.pods[1].status?.initContainerStatuses = [.init(name: "init", ready: false)]
      }
    },
    Fault("no hostname operator", "IPL-0654") { $0.akash.edit { $0.deployments.remove(at: 1) } },
    Fault("provider came before its operator", "IPL-0655", .fail, .restartProvider) {
      $0.providerStatus = .silent("context deadline exceeded")
      $0.providerLog = .log("3:16PM ERR dns discovery failed error=\"no such host\"", at: now)
    },
    Fault("/status hangs", "IPL-0611", .fail, .restartProvider) {
      $0.providerStatus = .silent("context deadline exceeded")
      $0.providerVersion = .known("{}", at: now)
    },
    Fault("restarted again and again", "IPL-0612", .warn) {
      $0.akash.edit {
        $0.pods[1].status?.containerStatuses?[0].restartCount = 7
        $0.pods[1].status?.containerStatuses?[0].lastState = .init(
          terminated: .init(finishedAt: now.addingTimeInterval(-60)))
      }
    },
  ]

  private static let around = [
    Fault("k3s ServiceLB", "IPL-0115") {
      try $0.kubeProxy.edit {
        $0.daemonSets.append(
          try HealthyCluster.decode(
            HealthyCluster.workload(
              "DaemonSet", "svclb-web",
              labels: #"{"svccontroller.k3s.cattle.io/svcname":"web"}"#)))
      }
    },
    Fault("node not ready", "IPL-0850", .fail) {
      $0.cluster.edit { $0.nodes[0].status?.conditions?[0].status = "False" }
    },
    Fault("every node excluded", "IPL-0310") {
      $0.cluster.edit { $0.nodes[0].metadata.labels = [NodeExclusion.label: ""] }
    },
    Fault("node without a network", "IPL-0311") {
      $0.cluster.edit {
        $0.nodes[0].status?.conditions?.append(.init(type: "NetworkUnavailable", status: "True"))
      }
    },
    Fault("node's address in the pool", "IPL-0312") {
      $0.cluster.edit { $0.nodes[0].status?.addresses?[0].address = "203.0.113.10" }
    },
    Fault("address used elsewhere", "IPL-0313") {
      $0.cluster.edit { $0.services[0].spec?.externalIPs = ["203.0.113.11"] }
    },
    Fault("pool among the pods", "IPL-0314") {
      $0.cluster.edit { $0.nodes[0].spec?.podCIDR = "203.0.113.0/24" }
    },
    Fault("a Service waits", "IPL-0751", .fail, .restartProvider) {
      try $0.cluster.edit { $0.services.append(try HealthyCluster.service("late", "tenant")) }
    },
    Fault("lease status fails", "IPL-0757", .fail, .restartProvider) {
      $0.providerLog = .log("ERR checking IP addresses err=\"500\"", at: now)
    },
    Fault("the operator fails to answer for a lease", "IPL-0757", .fail, .restartProvider) {
      $0.leaseStatus = .known(false, at: now)
    },
    Fault("address outside the pool", "IPL-0901") {
      try $0.cluster.edit {
        $0.services[1] = try HealthyCluster.service(
          "web-ip-80-tcp", "tenant", addresses: ["198.51.100.7"])
      }
    },
    Fault("nobody answers", "IPL-0902") { $0.announcements = .known([], at: now) },
    Fault("two answer", "IPL-0317", .fail, .restartSpeakers) {
      $0.announcements.edit { statuses in
        statuses.append(statuses[0])
        statuses[1].status?.node = "node2"
      }
    },
    Fault("two answer, by their metrics", "IPL-0317", .fail, .restartSpeakers) {
      try setMetalLB("0.13.10", &$0)
      $0.announcements = .absent(at: now)
      $0.speakerAnnouncements = .known(["tenant/web-ip-80-tcp": ["node1", "node2"]], at: now)
    },
    Fault("declarations wiped", "IPL-0759", .fail, .restartProvider) {
      $0.leasedIPs = .known([], at: now)
    },
    Fault("declarations wiped, by the record", "IPL-0759", .fail, .restartProvider) {
      $0.leasedIPs = .known([], at: now)
      $0.manifests = .notRead
      let lease = Lease(owner: HealthyCluster.tenant, sequence: "100")
      $0.recordedAddresses = [lease: ["203.0.113.8"]]
    },
    Fault("a name taken twice", "IPL-0759", .warn) {
      try $0.manifests.edit { $0.append(try HealthyCluster.manifest(sequence: "200")) }
    },
    Fault("a lease gone, its Service not", "IPL-0761", .warn, .deleteOrphans) {
      $0.manifests = .known([], at: now)
      $0.leasedIPs = .known([try HealthyCluster.declaration(sequence: "300")], at: now)
    },
    Fault("a port that was never closed", "IPL-0761", .warn, .deleteOrphans) {
      $0.leasedIPs = .known([try HealthyCluster.declaration(port: 81)], at: now)
    },
    Fault("a gateway took an address", "IPL-0762", .warn) {
      try $0.cluster.edit { cluster in
        var other = try HealthyCluster.service("gateway", "gw", addresses: ["203.0.113.9"])
        other.metadata.labels = nil
        cluster.services.append(other)
      }
    },
    Fault("an ingress on the nodes' ports", "IPL-0804", .warn) {
      $0.hostPorts = .known([HostPort(namespace: "ingress", pod: "a", port: 443)], at: now)
    },
    Fault("Cilium's own pool", "IPL-0115", .warn) {
      $0.otherBalancers = .known(["CiliumLoadBalancerIPPool blue"], at: now)
    },
    Fault("kube-vip as static pod", "IPL-0115", .warn) {
      try $0.kubeProxy.edit {
        $0.pods.append(
          try HealthyCluster.decode(
            #"{"metadata":{"name":"kube-vip-node1"},"spec":{"containers":[{"name":"v","env":["#
              + #"{"name":"cp_enable","value":"true"},{"name":"svc_enable","value":"true"}]}]}}"#))
      }
    },
  ]

  // MARK: Helpers

  private static let now = HealthyCluster.now

  private static func wait(_ reason: String, _ pod: inout Pod) {
    pod.status?.containerStatuses?[0].state = .init(waiting: .init(reason: reason))
  }

  private static func change(_ old: String, _ new: String, _ snapshot: inout ClusterSnapshot) {
    snapshot.providerValues = .known(
      SecretText(HealthyCluster.values.replacing(old, with: new)), at: now)
  }

  private static func setAkash(_ version: String, _ snapshot: inout ClusterSnapshot) {
    snapshot.akash.edit { objects in
      objects.deployments[0].spec?.template?.spec?.containers?[0].image = "provider:\(version)"
      objects.statefulSets[0].spec?.template?.spec?.containers?[0].image = "provider:\(version)"
    }
    snapshot.providerStatus.edit { $0.leasedIP = nil }
  }

  static func setMetalLB(_ version: String, _ snapshot: inout ClusterSnapshot) throws {
    snapshot.metallb.edit {
      $0.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v\(version)"
    }
  }

  private static func addOldMap(_ snapshot: inout ClusterSnapshot) throws {
    try snapshot.metallb.edit {
      $0.configMaps.append(
        try HealthyCluster.decode(#"{"metadata":{"name":"config"},"data":{"config":"x"}}"#))
    }
  }

  private static func event(_ reason: String, _ object: String) throws -> ClusterEvent {
    try HealthyCluster.decode(
      """
      {"metadata":{"name":"e"},"reason":"\(reason)","message":"refused",
       "lastTimestamp":"2026-11-23T14:39:00Z","involvedObject":{"name":"\(object)"}}
      """)
  }
}
