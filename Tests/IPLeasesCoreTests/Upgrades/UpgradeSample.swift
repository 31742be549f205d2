@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// A healthy cluster with what is published of its charts.
enum UpgradeSample {
  static let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/s")

  static let metallbRollouts = [
    "kubectl -n metallb-system rollout status deployment/controller --timeout=300s",
    "kubectl -n metallb-system rollout status daemonset/speaker --timeout=300s",
  ]

  static func charts(_ name: String, _ rows: [(String, String)]) -> Fact<[ChartVersion]> {
    .known(
      rows.map { ChartVersion(name: name, version: $0.0, appVersion: $0.1) },
      at: HealthyCluster.now)
  }

  private static let objects = """
    apiVersion: v1
    items:
    - apiVersion: metallb.io/v1beta1
      kind: IPAddressPool
      metadata:
        creationTimestamp: "2026-11-22T10:00:00Z"
        name: default
        namespace: metallb-system
        resourceVersion: "812"
        uid: 0d0b
      spec:
        addresses:
        - 203.0.113.8/29
        autoAssign: true
        avoidBuggyIPs: false
    kind: List
    metadata:
      resourceVersion: ""

    """

  /// MetalLB 0.14.8, operator and provider of chart 19.0.1.
  static func snapshot(_ change: (inout ClusterSnapshot) -> Void = { _ in }) throws
    -> ClusterSnapshot
  {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit { releases in
      for index in releases.indices where releases[index].name != "metallb" {
        releases[index].chart = releases[index].chart.replacing("19.0.2", with: "19.0.1")
        releases[index].appVersion = "0.16.1"
      }
    }
    snapshot.akash.edit { objects in
      objects.statefulSets[0].spec?.template?.spec?.containers?[0].image = "p:0.16.1"
    }
    snapshot.histories = .known([:], at: HealthyCluster.now)
    snapshot.metallbCharts = charts(
      "metallb/metallb",
      [
        ("0.16.1", "v0.16.1"), ("0.15.3", "v0.15.3"), ("0.15.0", "v0.15.0"), ("0.14.9", "v0.14.9"),
        ("0.14.8", "v0.14.8"),
      ])
    snapshot.metallbValues = .known(SecretText("null\n"), at: HealthyCluster.now)
    snapshot.metallbConfiguration = .known(SecretText(objects), at: HealthyCluster.now)
    snapshot.operatorCharts = charts(
      "akash/akash-ip-operator",
      [("19.0.2", "0.16.2"), ("19.0.1", "0.16.1"), ("18.0.2", "0.14.2")])
    snapshot.providerCharts = charts(
      "akash/provider", [("19.0.2", "0.16.2"), ("19.0.1", "0.16.1"), ("18.0.2", "0.14.2")])
    change(&snapshot)
    return snapshot
  }
}
