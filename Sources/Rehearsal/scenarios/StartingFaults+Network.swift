import Basics

/// What stands around the leased addresses, and what leases themselves leave behind.
extension StartingFaults {
  private static let metallb = RehearsalState.metallb
  private static let akash = RehearsalState.akash

  static let ofNetwork = [
    StartingFault("service-lb", "IPL-0115", "k3s' ServiceLB takes the Services too") {
      $0.make(
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: svclb-web-1a2b3c4d, namespace: kube-system, labels: {svccontroller.k3s.cattle.io/svcname: web}}
        spec:
          selector: {matchLabels: {app: svclb-web-1a2b3c4d}}
          template:
            metadata: {labels: {app: svclb-web-1a2b3c4d}}
            spec: {containers: [{name: lb-tcp-80, image: "rancher/klipper-lb:v0.4.9"}]}
        """)
    },
    StartingFault("kube-vip", "IPL-0115", "kube-vip serves the Services too", verdict: .warn) {
      $0.make(
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-vip-ds, namespace: kube-system}
        spec:
          selector: {matchLabels: {name: kube-vip-ds}}
          template:
            metadata: {labels: {name: kube-vip-ds}}
            spec: {containers: [{name: kube-vip, image: "kube-vip:v0.8", env: [{name: svc_enable, value: "true"}]}]}
        """)
    },
    StartingFault(
      "cilium-pool", "IPL-0115", "Cilium has a pool of its own for Services", verdict: .warn
    ) {
      guard let kind = ResourceKind.named("ciliumloadbalancerippools") else { return }
      $0.make(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: cilium}
        ---
        \(Charts.definition(kind))
        ---
        apiVersion: cilium.io/v2alpha1
        kind: CiliumLoadBalancerIPPool
        metadata: {name: blue}
        spec: {blocks: [{cidr: 203.0.113.0/28}]}
        """)
    },
    StartingFault(
      "host-ports", "IPL-0804", "an ingress takes ports of the nodes, in ipvs mode", verdict: .warn
    ) {
      $0.make(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: ingress-nginx}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
        spec:
          selector: {matchLabels: {app: ingress-nginx}}
          template:
            metadata: {labels: {app: ingress-nginx}}
            spec:
              containers:
              - name: controller
                image: "registry.k8s.io/ingress-nginx/controller:v1.11.3"
                ports: [{containerPort: 80, hostPort: 80}, {containerPort: 8443, hostPort: 8443}]
        """)
    },
    StartingFault("node-not-ready", "IPL-0850", "the node is not ready") {
      $0.setNodeCondition("Ready", "False", "KubeletNotReady")
    },
    StartingFault("nodes-excluded", "IPL-0310", "no node may announce") {
      Scenarios.helm(
        [
          "upgrade", "metallb", "metallb/metallb", "--version", "0.14.8", "--set",
          "speaker.ignoreExcludeLB=false", "-n", metallb,
        ], &$0)
    },
    StartingFault("node-without-network", "IPL-0311", "the node has no network") {
      $0.setNodeCondition("NetworkUnavailable", "True", "NoRouteCreated")
    },
    StartingFault("pool-has-node", "IPL-0312", "the node's address is in the pool") {
      $0.editPool { $0.addRange("10.245.0.11/32") }
    },
    StartingFault("pool-has-used", "IPL-0313", "an address of the pool is used elsewhere") {
      $0.edit("services", metallb, "controller") { $0["spec"]["externalIPs"] = ["198.51.100.12"] }
    },
    StartingFault("pool-among-pods", "IPL-0314", "the pool lies in the pods' network") {
      $0.editPool { $0.addRange("10.233.64.192/29") }
    },
  ]

  static let ofLeases = [
    StartingFault("operator-locked-g", "IPL-0751", "state G: a Service waits for its address") {
      $0.editLease { $0["metadata"]["annotations"]["metallb.universe.tf/address-pool"] = "gone" }
      $0.editLease { $0["status"]["loadBalancer"] = .empty }
    },
    StartingFault(
      "addresses-unknown", "IPL-0757", "the provider's questions about addresses fail",
      cure: .restartProvider
    ) {
      $0.changePods(of: "statefulsets", akash, "akash-provider") {
        $0.provider?.addressError = "response status: 500"
      }
    },
    StartingFault("address-moved", nil, "a lease's Service was given another address") {
      guard let other = MetalLB(state: $0).lastAddress else { return }
      $0.editLease { $0["status"]["loadBalancer"] = ["ingress": [["ip": .string(other)]]] }
    },
    StartingFault(
      "orphan-service", "IPL-0761", "a lease has gone, and its Service stayed", verdict: .warn,
      cure: .deleteOrphans
    ) {
      $0.remove(
        "providerleasedips", "lease",
        $0.stored("providerleasedips").first?["metadata"]["name"].text ?? "")
      let owner = $0.stored("providerleasedips").map { $0["spec"]["lease_id"]["dseq"] }
      for manifest in $0.stored("manifests")
      where !owner.contains(manifest["spec"]["lease_id"]["dseq"]) {
        $0.remove("manifests", "lease", manifest["metadata"]["name"].text ?? "")
      }
    },
    StartingFault(
      "declarations-gone", "IPL-0759", "what the leases declare of addresses was deleted",
      cure: .restartProvider
    ) {
      for declaration in $0.stored("providerleasedips") {
        $0.remove("providerleasedips", "lease", declaration["metadata"]["name"].text ?? "")
      }
    },
    StartingFault("address-outside", "IPL-0901", "another balancer gave an address") {
      $0.editLease {
        $0["spec"]["loadBalancerClass"] = "example.org/other"
        $0["status"]["loadBalancer"] = ["ingress": [["ip": "203.0.113.200"]]]
      }
    },
    StartingFault("served", nil, "a lease has its pod, and its address is announced") {
      $0.makeTenant()
    },
    StartingFault("not-announced", "IPL-0902", "no node answers for a leased address") {
      $0.faults.insert(.unannounced)
      $0.makeTenant()
    },
    StartingFault("two-announcers", "IPL-0317", "two nodes answer for a leased address") {
      $0.faults.insert(.announcedTwice)
      $0.makeTenant()
    },
  ]
}
