import Basics

/// Tools, MetalLB, its metrics and its pools.
extension StartingFaults {
  private static let metallb = RehearsalState.metallb

  static let ofTools = [
    StartingFault("no-nodes", "IPL-0001", "the cluster has no nodes") {
      $0.remove("nodes", "", RehearsalState.nodeName)
    },
    StartingFault("helm-2", "IPL-0002", "helm is of version 2", verdict: .warn) {
      $0.faults.insert(.helmTwo)
    },
    StartingFault("may-only-read", "IPL-0003", "the user may only read", verdict: .warn) {
      $0.faults.insert(.forbidden)
    },
    StartingFault("no-secrets", "IPL-0050", "the user may not read Secrets", verdict: .notRun) {
      $0.faults.insert(.secretsForbidden)
    },
    StartingFault("no-provider", "IPL-0004", "no release of the chart provider") {
      $0.begin(.noProvider)
    },
    StartingFault("two-providers", "IPL-0005", "two releases of the chart provider") {
      $0.begin(.twoProviders)
    },
    StartingFault("other-repository", "IPL-0104", "akash leads to other charts", verdict: .warn) {
      for index in $0.repositories.indices where $0.repositories[index].name == "akash" {
        $0.repositories[index].url = "https://charts.example.org"
      }
    },
  ]

  static let ofMetalLB = [
    StartingFault(
      "no-namespace", "IPL-0101", "the namespace metallb-system was deleted",
      cure: .labelNamespace
    ) { $0.beginDeletion(ofNamespace: metallb) },
    StartingFault("namespace-terminating", "IPL-0102", "the namespace is being deleted, and stays")
    {
      $0.edit("namespaces", "", metallb) { $0["status"]["phase"] = "Terminating" }
    },
    StartingFault(
      "pod-security", "IPL-0103", "Pod Security enforces restricted", cure: .labelNamespace
    ) {
      $0.edit("namespaces", "", metallb) {
        $0["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
      }
    },
    StartingFault(
      "metallb-pending", "IPL-0106", "an upgrade of MetalLB was cut off", cure: .rollBackRelease
    ) { $0.spoil("metallb", status: "pending-upgrade") },
    StartingFault(
      "metallb-failed", "IPL-0107", "an upgrade of MetalLB failed", cure: .rollBackRelease
    ) { $0.spoil("metallb", status: "failed") },
    StartingFault(
      "metallb-timed-out", "IPL-0107", "its first install ran out of time, then everything came up",
      cure: .rollBackRelease
    ) {
      $0.markLatest("metallb", "failed", "Release \"metallb\" failed: context deadline exceeded")
    },
    StartingFault(
      "metallb-cut-off", "IPL-0106", "its first install was cut off, then everything came up",
      cure: .rollBackRelease
    ) { $0.markLatest("metallb", "pending-install", "Initial install underway") },
    StartingFault(
      "metallb-0.12-timed-out", "IPL-0107",
      "the upgrade from 0.12 ran out of time, then it came up",
      cure: .rollBackRelease
    ) {
      $0.putBefore("metallb", ChartReference(name: "metallb", version: "0.12.1"))
      $0.markLatest("metallb", "failed", "Upgrade \"metallb\" failed: context deadline exceeded")
    },
    StartingFault("no-metallb", "IPL-0110", "MetalLB was uninstalled") {
      Scenarios.helm(["uninstall", "metallb", "-n", metallb], &$0)
    },
    StartingFault("two-metallbs", "IPL-0108", "a second MetalLB was installed by its manifest") {
      $0.make(secondController)
    },
    StartingFault(
      "metallb-0.16", "IPL-0109", "MetalLB was upgraded to 0.16", cure: .lowerMetalLB
    ) { Scenarios.upgradeMetalLB(&$0) },
    StartingFault(
      "metallb-0.12-to-0.16", "IPL-0109", "MetalLB went from 0.12 to 0.16 in one step",
      cure: .lowerMetalLB
    ) {
      Scenarios.upgradeMetalLB(&$0)
      $0.putBefore("metallb", ChartReference(name: "metallb", version: "0.12.1"))
    },
    StartingFault("old-kubernetes", "IPL-0150", "a node runs Kubernetes 1.20", verdict: .warn) {
      $0.editNode { $0["status"]["nodeInfo"]["kubeletVersion"] = "v1.20.15" }
    },
    StartingFault(
      "metallb-on-1.26", "IPL-0150", "MetalLB 0.13.12 stands on Kubernetes 1.26", verdict: .warn
    ) {
      Scenarios.helm(
        [
          "upgrade", "metallb", "metallb/metallb", "--version", "0.13.12", "-n", metallb,
        ], &$0)
      $0.editNode { $0["status"]["nodeInfo"]["kubeletVersion"] = "v1.26.4" }
    },
    StartingFault(
      "memberlist-key", "IPL-0153", "the speakers' common key was made anew", verdict: .warn,
      cure: .restartSpeakers
    ) {
      $0.make(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: metallb-memberlist, namespace: \(metallb)}
        type: Opaque
        data: {secretkey: cmVoZWFyc2Fs}
        """)
    },
    StartingFault("metallb-image", "IPL-0111", "the controller's image cannot be pulled") {
      $0.hold("deployments", metallb, "metallb-controller", "ImagePullBackOff")
    },
    StartingFault("metallb-crashes", "IPL-0151", "the controller crashes at its start") {
      $0.hold("deployments", metallb, "metallb-controller", "CrashLoopBackOff")
    },
    StartingFault("metallb-not-ready", "IPL-0152", "the controller's probe is not answered") {
      $0.changePods(of: "deployments", metallb, "metallb-controller") { $0.readyAt = nil }
    },
    StartingFault("speaker-probe", "IPL-0114", "a firewall shuts 7472 on the node", age: 60) {
      for pod in $0.pods(of: ObjectKey("daemonsets", metallb, "metallb-speaker")) {
        $0.pods[pod.key]?.readyAt = nil
        $0.make($0.event("Unhealthy", "Liveness probe failed", on: "Pod", pod.name))
      }
    },
    StartingFault("no-speakers", "IPL-0112", "no node fits the speakers' selector") {
      $0.edit("daemonsets", metallb, "metallb-speaker") {
        $0["spec"]["template"]["spec"]["nodeSelector"]["edge"] = "true"
      }
    },
    StartingFault("frr-restarts", "IPL-0113", "the frr container restarts", verdict: .warn) {
      $0.changePods(of: "daemonsets", metallb, "metallb-speaker") { $0.restarts = 9 }
    },
  ]

  private static let secondController = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: second-controller, namespace: \(metallb), labels: {app: metallb, component: controller}}
    spec:
      selector: {matchLabels: {app: metallb, component: controller}}
      template:
        metadata: {labels: {app: metallb, component: controller}}
        spec:
          containers: [{name: controller, image: "quay.io/metallb/controller:v0.14.8"}]
    """

  static let ofMetrics = [
    StartingFault(
      "no-metrics-service", "IPL-0201", "Service controller was deleted", cure: .metricsService
    ) { $0.remove("services", metallb, "controller") },
    StartingFault(
      "metrics-port", "IPL-0202", "its port is not named monitoring", cure: .metricsService
    ) {
      $0.edit("services", metallb, "controller") {
        var port = $0["spec"]["ports"].items.first ?? .empty
        port["name"] = "metrics"
        $0["spec"]["ports"] = [port]
      }
    },
    StartingFault(
      "metrics-headless", "IPL-0250", "it was made without an address of its own",
      cure: .metricsService
    ) { $0.edit("services", metallb, "controller") { $0["spec"]["clusterIP"] = "None" } },
    StartingFault(
      "metrics-selector", "IPL-0204", "it selects pods of an older release", cure: .metricsService
    ) {
      $0.edit("services", metallb, "controller") {
        $0["spec"]["selector"]["app.kubernetes.io/instance"] = "older"
      }
    },
    StartingFault("network-policy", "IPL-0206", "a policy shuts the metrics off", verdict: .warn) {
      $0.make(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: deny, namespace: \(metallb)}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        """)
    },
    StartingFault("cluster-domain", "IPL-0207", "the cluster's domain is k8s.lan") {
      $0.make(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: coredns, namespace: kube-system}
        data: {Corefile: ".:53 {\\n    kubernetes k8s.lan in-addr.arpa\\n}\\n"}
        """)
    },
    StartingFault("metrics-refused", "IPL-0203", "nothing listens on the metrics port") {
      $0.faults.insert(.metricsRefused)
    },
  ]

  static let ofPools = [
    StartingFault("no-kinds", "IPL-0301", "the kinds of pools were deleted") {
      for name in ["ipaddresspools", "l2advertisements"] {
        $0.remove("customresourcedefinitions", "", "\(name).metallb.io")
      }
    },
    StartingFault("webhook-down", "IPL-0302", "the pools' webhook does not answer", verdict: .warn)
    {
      $0.faults.insert(.webhookDown)
    },
    StartingFault("webhook-no-endpoint", "IPL-0302", "nothing stands behind the pools' webhook") {
      $0.edit("services", metallb, "metallb-webhook-service") {
        $0["spec"]["selector"]["app.kubernetes.io/instance"] = "older"
      }
    },
    StartingFault("webhook-authority", "IPL-0303", "the webhook has no certificate authority") {
      $0.edit("validatingwebhookconfigurations", "", "metallb-webhook-configuration") {
        $0["webhooks"] = .array(
          $0["webhooks"].items.map { hook in
            var hook = hook
            hook["clientConfig"]["caBundle"] = .null
            return hook
          })
      }
    },
    StartingFault("old-configmap", "IPL-0401", "MetalLB 0.12's pools were not converted") {
      $0.remove("ipaddresspools", metallb, "default")
      $0.remove("l2advertisements", metallb, "l2advertisement1")
      $0.make(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config, namespace: \(metallb)}
        data: {config: "address-pools:\\n- name: default\\n  protocol: layer2\\n  addresses: [194.28.98.216/29]\\n"}
        """)
    },
    StartingFault("pool-name", "IPL-0308", "the pool is called public") { state in
      guard var pool = state.object("ipaddresspools", metallb, "default"),
        let kind = ResourceKind.named("ipaddresspools")
      else { return }
      state.remove("ipaddresspools", metallb, "default")
      pool["metadata"]["name"] = "public"
      state.create(pool, kind, manager: "kubectl-create")
      state.edit("l2advertisements", metallb, "l2advertisement1") {
        $0["spec"]["ipAddressPools"] = ["public"]
      }
    },
    StartingFault("pool-manual", "IPL-0308", "the pool's autoAssign is off") {
      $0.editPool { $0["spec"]["autoAssign"] = false }
    },
    StartingFault("pool-entry", "IPL-0305", "the pool holds an address without its length") {
      $0.editPool { $0.addRange("203.0.113.99") }
    },
    StartingFault("pool-ipv6", "IPL-0350", "the pool holds IPv6 addresses", verdict: .warn) {
      $0.editPool { $0.addRange("2001:db8:1::8/125") }
    },
    StartingFault("second-pool", "IPL-0351", "another pool hands out by itself", verdict: .warn) {
      $0.make(
        """
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata: {name: lan, namespace: \(metallb)}
        spec: {addresses: [203.0.113.64/29]}
        """)
    },
    StartingFault(
      "no-advertisement", "IPL-0309", "nothing announces the pool", cure: .advertisePool
    ) { $0.remove("l2advertisements", metallb, "l2advertisement1") },
    StartingFault("advertised-name", "IPL-0352", "an unknown pool is announced", verdict: .warn) {
      $0.edit("l2advertisements", metallb, "l2advertisement1") {
        $0["spec"]["ipAddressPools"] = ["default", "publik"]
      }
    },
    StartingFault(
      "old-pool", "IPL-0354", "a pool of MetalLB's old kind was left", verdict: .warn
    ) {
      guard let kind = ResourceKind.named("addresspools") else { return }
      $0.make(
        """
        \(Charts.definition(kind))
        ---
        apiVersion: metallb.io/v1beta1
        kind: AddressPool
        metadata: {name: lan, namespace: \(metallb)}
        spec: {protocol: layer2, addresses: [203.0.113.64/29]}
        """)
    },
    StartingFault(
      "crds-off", "IPL-0355", "crds.enabled is off, and the kinds were laid down by hand",
      verdict: .warn
    ) {
      for index in $0.releases.indices where $0.releases[index].name == "metallb" {
        let last = $0.releases[index].revisions.count - 1
        $0.releases[index].revisions[last].values["crds"] = ["enabled": false]
      }
    },
    StartingFault("stale-config", "IPL-0318", "MetalLB works by an older configuration") {
      $0.faults.insert(.staleConfiguration)
    },
  ]
}

extension RehearsalState {
  mutating func editPool(_ change: (inout JSONValue) -> Void) {
    edit("ipaddresspools", Self.metallb, Names.pool, change)
  }
}

extension JSONValue {
  mutating func addRange(_ text: String) {
    self["spec"]["addresses"] = .array(self["spec"]["addresses"].items + [.string(text)])
  }
}
