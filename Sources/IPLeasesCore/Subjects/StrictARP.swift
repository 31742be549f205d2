import Basics
import Cluster
import Foundation

/// kube-proxy's setting by which it keeps quiet about the addresses MetalLB announces, and what of it
/// is in effect.
struct StrictARP {
  static let key = "config.conf"

  /// Where its setting stands; nil where kube-proxy has none of its own, or another does its work.
  let configMap: ConfigMap?
  let daemonSet: Workload?
  /// Those that stay.
  let pods: [Pod]
  /// What carries the Services where it is not kube-proxy's DaemonSet.
  let elsewhere: ServiceProxyElsewhere

  init(_ snapshot: ClusterSnapshot) {
    let objects = snapshot.kubeProxy.value ?? NamespaceObjects()
    elsewhere = ServiceProxyElsewhere(snapshot)
    daemonSet = objects.kubeProxy
    pods = objects.kubeProxyPods
    let isLeftBehind = daemonSet == nil && elsewhere.isInCharge
    configMap = isLeftBehind ? nil : objects.configMaps.first { $0.metadata.name == "kube-proxy" }
  }

  /// nil where `configMap` has none.
  var text: String? { configMap?.data?[Self.key] }

  /// - Throws: `UserMessage` where it cannot be read.
  func config() throws(UserMessage) -> KubeProxyConfig? {
    try text.map { text throws(UserMessage) in try KubeProxyConfig(parsing: text) }
  }

  /// In ipvs mode every node carries every address; in the others strict ARP does nothing.
  var mattersHere: Bool { (try? config())?.mode == .ipvs }

  var changedAt: Date? { configMap?.metadata.changedAt }

  /// They run with the setting of before.
  var olderPods: [Pod] { pods.filter(isOlder) }

  /// Kubernetes writes both times in whole seconds; a pod made in the second of the change may be
  /// either, so only an earlier second counts as older.
  func isOlder(_ pod: Pod) -> Bool {
    guard let changedAt, let started = pod.status?.startTime else { return false }
    return started < changedAt
  }
}

extension NamespaceObjects {
  /// kube-proxy's DaemonSet.
  var kubeProxy: Workload? { daemonSets.first { $0.metadata.name == "kube-proxy" } }

  /// kube-proxy's pods that are not being deleted.
  var kubeProxyPods: [Pod] {
    guard let kubeProxy else { return [] }
    return pods(matching: kubeProxy.spec?.selector?.matchLabels ?? [:])
      .filter { $0.metadata.deletionTimestamp == nil }
  }
}
