import Basics
import Cluster
import Execution

/// The table of the gate. The earlier of two rules is the one that is told.
enum UpgradeRules {
  private static let all = Set(Upgrade.Part.allCases)
  private static let akash: Set<Upgrade.Part> = [.operator, .provider]

  static let ofEveryPart: [UpgradeRule] = [
    UpgradeRule(
      "release", .refuses, all, "a release was left half-way by helm",
      reason: "helm refuses to go on, or builds on what never came to run",
      advice: "Put it right first: \(RemedyID.rollBackRelease.advice).",
      source: "helm: pkg/action/upgrade.go", isStanding: true
    ) { !$0.broken.isEmpty }.shown { $0.broken.joined(separator: ", ") },
    UpgradeRule(
      "metallb-too-new", .refuses, [.metallb], "the IP operator cannot read it as it is",
      reason: "from 0.16 MetalLB's metrics come only over HTTPS with a token",
      advice: RemedyID.lowerMetalLB.advice,
      source: "metallb: internal/k8s/k8s.go@v0.16.0", isStanding: true
    ) { $0.from >= MetalLBVersionRule.tooNew },
    UpgradeRule(
      "down", .refuses, all, "it would go down",
      reason: "what the newer version has made is not known to the older one",
      advice: "An upgrade of this console is taken back by \(own: "rollback").",
      source: "metallb: website/content/release-notes; helm: pkg/action/rollback.go"
    ) { $0.to < $0.from },
  ]

  // MARK: MetalLB

  static let ofMetalLB: [UpgradeRule] = [
    UpgradeRule(
      "metallb-metrics", .refuses, [.metallb], "the IP operator cannot read this MetalLB",
      reason: "from 0.16 its metrics come only over HTTPS with a token, and the operator asks over "
        + "plain HTTP: the provider would have no address to lease",
      source: "metallb: internal/k8s/k8s.go@v0.16.0; provider: operator/ip"
    ) { $0.to >= MetalLBVersionRule.tooNew },
    UpgradeRule(
      "metallb-objects", .refuses, [.metallb], "0.12 keeps its pools in a ConfigMap",
      reason: "later versions read objects only, so the pools are converted with the upgrade",
      advice: "Go by its own steps: \(own: "apply metallb migrate").",
      source: "metallb: website/content/release-notes, 0.13.2", isStanding: true
    ) { $0.from < MetalLBVersionRule.objectsCame },
    UpgradeRule(
      "metallb-node-addresses", .refuses, [.metallb], "0.15.0 refuses good pools",
      reason: "its check against node addresses reads ranges wrongly; 0.15.1 took it back",
      source: "metallb: website/content/release-notes, 0.15.1; metallb#2585"
    ) { $0.to == Version(0, 15, 0) },
    UpgradeRule(
      "metallb-kinds", .refuses, [.metallb], "its values have crds.enabled: false",
      reason: "an upgrade would delete MetalLB's kinds where the release has them, and every pool "
        + "with them, or leave the old kinds to the new MetalLB",
      advice: "Bring the release to crds.enabled: true first.",
      source: "metallb: charts/metallb/charts/crds; infra-controller#4997", isStanding: true
    ) { $0.leavesKindsOut },
    UpgradeRule(
      "metallb-excluded-nodes", .refuses, [.metallb], "no node might announce an address any more",
      reason: "every node has the label \(NodeExclusion.label), which MetalLB looks at since "
        + "0.14.2",
      advice: "First take it off a node (kubectl label node NAME \(NodeExclusion.label)-), or "
        + "set speaker.ignoreExcludeLB.",
      source: "metallb: website/content/release-notes, 0.14.2"
    ) { $0.hasExcludedNodes && $0.crosses(NodeExclusion.isReadSince) },
    UpgradeRule(
      "metallb-kubespray", .refuses, [.metallb], "Kubespray lays down the kinds of its own MetalLB",
      reason:
        "its role has the kinds and rights of one version; metallb_version changes the images "
        + "alone",
      source: "kubespray: roles/kubernetes-apps/metallb/templates/metallb.yaml.j2@v2.31.0"
    ) { $0.isByKubespray && ($0.to.major, $0.to.minor) != ($0.from.major, $0.from.minor) },
    UpgradeRule(
      "metallb-kubernetes", .warns, [.metallb], "Kubernetes is too old for it",
      reason: "MetalLB since 0.14.2 reads EndpointSlices v1 only, which came with Kubernetes 1.21",
      source: "metallb: website/content/release-notes, 0.14.2"
    ) { upgrade in
      upgrade.to >= Version(0, 14, 2)
        && upgrade.kubernetes.map { $0 < Version(1, 21, 0) } ?? false
    },
    UpgradeRule(
      "metallb-old-pools", .warns, [.metallb], "objects of the old kind AddressPool are lost",
      reason: "the kind goes with 0.14.",
      advice: "See that there are none: kubectl -n metallb-system get addresspools.",
      source: "metallb: website/content/release-notes, 0.14.2; metallb#2270"
    ) { $0.crosses(NodeExclusion.isReadSince) },
    UpgradeRule(
      "metallb-cordoned", .warns, [.metallb], "a node is cordoned",
      reason: "MetalLB 0.14.9, and no other, does not announce from it",
      source: "metallb: speaker/layer2_controller.go@v0.14.9"
    ) { $0.to == Version(0, 14, 9) && $0.hasCordonedNode },
    UpgradeRule(
      "metallb-pin", .warns, [.metallb], "MetalLB came by Kubespray",
      reason:
        "keep metallb_version in the inventory: a later Kubespray would lift MetalLB to 0.16, "
        + "which the IP operator cannot read",
      source: "kubespray#13404"
    ) { $0.isByKubespray },
  ]

  // MARK: Akash

  static let ofAkash: [UpgradeRule] = [
    UpgradeRule(
      "akash-names", .refuses, akash, "provider and operators have other names since chart 9",
      reason: "the one would not find the other between the two upgrades",
      source: "helm-charts: charts/akash-ip-operator at akash-ip-operator-8.0.0 and -9.0.0"
    ) { $0.crosses(Version(9, 0, 0)) },
    UpgradeRule(
      "operator-newer", .refuses, [.operator], "the operator would be newer than the provider",
      reason: "the operator is of the provider's own version or below; the provider goes up first",
      advice: "Both: \(own: "watch provider").",
      source: "helm-charts: README.md; provider: operator/ip"
    ) { upgrade in
      guard let app = upgrade.toApp, let provider = upgrade.providerApp else { return false }
      return app > provider
    },
    UpgradeRule(
      "provider-volumes", .refuses, [.provider], "Kubernetes refuses chart 12 over an older one",
      reason: "the StatefulSet gets volumeClaimTemplates with 12.0.0, which cannot be changed",
      advice: "That is a migration of its own: the StatefulSet is deleted and made anew.",
      source: "helm-charts: charts/akash-provider/templates/statefulset.yaml@12.0.0"
    ) { $0.crosses(Version(12, 0, 0)) },
    UpgradeRule(
      "provider-gateway", .refuses, [.provider], "chart 16 wants the Gateway API",
      reason:
        "gatewayApi.enabled is on from 16.0.0: tenants' host names go by gateways that must be "
        + "there first",
      advice: "That is a migration of its own: see the provider's Gateway API guide.",
      source: "helm-charts: charts/akash-provider/values.yaml@16.0.0"
    ) { $0.crosses(Version(16, 0, 0)) },
    UpgradeRule(
      "provider-lets-encrypt", .refuses, [.provider], "its values have letsEncrypt.enabled: false",
      reason: "from 15.0.2 such a chart gives a StatefulSet that Kubernetes refuses",
      advice: "Take letsEncrypt.enabled: false out of the values first.",
      source: "helm-charts: charts/akash-provider/templates/statefulset.yaml@15.0.2"
    ) { $0.letsEncrypt == false && $0.to >= Version(15, 0, 2) },
    UpgradeRule(
      "provider-lets-encrypt-on", .warns, [.provider], "Let's Encrypt is on from chart 12.1.3",
      reason: "the values do not say letsEncrypt.enabled, so the chart's default changes",
      source: "helm-charts: charts/akash-provider/values.yaml@12.1.3"
    ) { $0.letsEncrypt == nil && $0.crosses(Version(12, 1, 3)) },
    UpgradeRule(
      "provider-restart", .warns, [.provider],
      "this provider may tear leases down when it restarts",
      reason: "up to 0.6.5 a restart during a deployment ends its lease.",
      advice: "Wait until nothing was deployed for ten minutes.",
      source: "akash-network/support#265, #270, #128"
    ) { $0.providerApp.map { $0 <= Version(0, 6, 5) } ?? false },
    UpgradeRule(
      "operator-stays-newer", .warns, [.provider], "the operator is newer than this provider",
      reason: "the operator should be of the provider's own version or below",
      source: "helm-charts: README.md"
    ) { upgrade in
      guard let app = upgrade.operatorApp, let provider = upgrade.toApp else { return false }
      return app > provider
    },
    monitor("8 min", below: longer),
    monitor("2 h", from: longer, below: longest),
    monitor("24 h", from: longest),
  ]

  private static let longer = Version(11, 5, 5)
  private static let longest = Version(18, 0, 2)

  /// How long a maintenance may take is up to the chart that comes.
  private static func monitor(
    _ time: String, from first: Version? = nil, below next: Version? = nil
  ) -> UpgradeRule {
    UpgradeRule(
      "provider-monitor-\(time.filter { $0 != " " })", .warns, [.provider],
      "a lease may be unhealthy for about \(time)",
      reason: "then the provider of that chart closes it (monitor), so no maintenance of the nodes "
        + "should take longer",
      source: "helm-charts: charts/akash-provider/values.yaml, monitor"
    ) { upgrade in
      !upgrade.hasOwnMonitor && first.map { upgrade.to >= $0 } ?? true
        && next.map { upgrade.to < $0 } ?? true
    }
  }
}
