import Cluster
import Foundation

/// Since when something is wrong, by what the cluster itself tells: the times of pods, conditions,
/// objects and log lines. Pure.
package enum SinceWhen {
  /// nil where the cluster does not tell it.
  package static func failing(_ code: String, _ snapshot: ClusterSnapshot) -> Date? {
    switch code {
    case "IPL-0704": barrierLocked(snapshot)
    case "IPL-0109":
      metallbPods(snapshot.metallbInstallation?.controller, snapshot)
        .compactMap(\.status?.startTime).min()
    case "IPL-0152": notReady(metallbPods(snapshot.metallbInstallation?.controller, snapshot))
    case "IPL-0112": notReady(metallbPods(snapshot.metallbInstallation?.speaker, snapshot))
    case "IPL-0755": notReady(snapshot.ipOperator?.pods ?? [])
    case "IPL-0611", "IPL-0655": providerWaits(snapshot)
    case "IPL-0503": StrictARPStep().changedAt(snapshot)
    case "IPL-0607":
      snapshot.providerRelease.flatMap { ProviderStep().settingChangedAt(snapshot, $0) }
    case "IPL-0650": snapshot.providerRelease?.updatedAt
    case "IPL-0106": snapshot.metallbRelease?.updatedAt
    case "IPL-0751":
      BarrierCause.waitingServices(snapshot)
        .compactMap(\.metadata.creationTimestamp).min()
    case "IPL-0850":
      snapshot.cluster.value?.nodes.compactMap { unreadySince($0.status?.conditions) }.min()
    default: nil
    }
  }

  /// The first sign of the lock after the barrier was open last; else the operator's start.
  static func barrierLocked(_ snapshot: ClusterSnapshot) -> Date? {
    guard snapshot.operatorUsage.value == .locked else { return nil }
    let lines = snapshot.operatorLog.value ?? []
    let sinceOpen = lines.lastIndex { $0.kind == .opened }.map { lines[($0 + 1)...] }
    if let sinceOpen { return sinceOpen.lazy.compactMap(\.time).first }
    let oldest = lines.lazy.compactMap(\.time).first
    // Where lines were not read, the barrier may have been open before them; but the one lookup is
    // made at the start. An address that was leased after the start shows that it was open, too.
    if lines.first?.kind == .cut, BarrierCause(snapshot)?.state != .lookupMissed { return oldest }
    guard let start = snapshot.ipOperator?.pods.compactMap(\.runsSince).min() else { return oldest }
    let wasOpen = snapshot.leaseServices.contains { service in
      service.metadata.creationTimestamp.map { $0 > start } == true && !service.addresses.isEmpty
    }
    return wasOpen ? oldest : start
  }

  /// Since the provider is not ready, whatever number of starts ago that was; else its start.
  static func providerWaits(_ snapshot: ClusterSnapshot) -> Date? {
    let lines = snapshot.providerLog.value ?? []
    if lines.contains(where: { $0.kind == .allReady }) { return nil }
    let pod = snapshot.providerPod
    return unreadySince(pod?.status?.conditions) ?? pod?.runsSince
  }

  private static func metallbPods(_ workload: Workload?, _ snapshot: ClusterSnapshot) -> [Pod] {
    guard let labels = workload?.spec?.selector?.matchLabels, !labels.isEmpty else { return [] }
    return snapshot.metallb.value?.pods(matching: labels) ?? []
  }

  private static func notReady(_ pods: [Pod]) -> Date? {
    pods.compactMap { unreadySince($0.status?.conditions) }.min()
  }

  private static func unreadySince(_ conditions: [Condition]?) -> Date? {
    conditions?.first { $0.type == "Ready" && $0.status != "True" }?.lastTransitionTime
  }
}
