import Basics
import Cluster
import Execution
import Foundation

/// What a restart of the provider means for its leases, and what shows that it is over.
enum ProviderRestart {
  /// Up to here a restart while a deployment is made may tear leases down
  /// (akash-network/support#265, #270).
  static let lastToTear = Version(0, 6, 5)

  /// Seconds after a deployment in which such a provider is better left alone.
  private static let quiet: TimeInterval = 600

  /// How long a lease's pods may be away before the provider closes it; nil where that is not known
  /// (provider: cluster/monitor.go, by the charts that brought a change).
  static func closing(_ chart: Version?) -> String? {
    chart.map { chart in
      if chart < Version(11, 5, 5) { return "about 8 minutes" }
      return chart < Version(18, 0, 2) ? "2 hours" : "24 hours"
    }
  }

  static let touches = "the provider restarts once: no bids for about a minute"

  static func touches(_ snapshot: ClusterSnapshot) -> [String] {
    let leases =
      snapshot.providerStatus.value?.leases.map {
        "; \($0) active lease(s) are "
          + "re-attached, their workloads go on"
      } ?? ""
    return [touches + leases] + [danger(snapshot)].compactMap(\.self)
  }

  /// What a restart may do to leases, by the provider's own version.
  private static func danger(_ snapshot: ClusterSnapshot) -> String? {
    guard let version = snapshot.providerStatefulSet?.imageVersion, version <= lastToTear else {
      return nil
    }
    let now = snapshot.cluster.readAt ?? .distantPast
    let newest = (snapshot.cluster.value?.namespaces ?? []).lazy
      .filter { Lease($0.metadata) != nil }.compactMap(\.metadata.creationTimestamp).max()
    let isQuiet = newest.map { now.timeIntervalSince($0) > quiet } ?? true
    return "provider \(version) may tear leases down when it is restarted during a deployment: "
      + (isQuiet
        ? "none came within the last 10 minutes"
        : "one came less than 10 minutes ago, so WAIT until 10 minutes have passed without one")
  }

  /// - Parameter setName: of its StatefulSet, which its Service is named after.
  static func answers(_ setName: String, _ release: Release, _ kubectl: Kubectl) -> Wait {
    let path = ClusterRead.proxyPath("https:\(setName):8443", release.namespace, "status")
    return Wait(
      until: "the provider answers /status on 8443",
      probe: kubectl.raw(path, purpose: "ask the provider for its status"),
      passes: .prints("\"cluster\""), limit: .seconds(300), interval: .seconds(3))
  }
}
