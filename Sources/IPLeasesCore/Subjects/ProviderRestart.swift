import Cluster
import Execution

/// What a restart of the provider means for its leases, and what shows that it is over.
enum ProviderRestart {
  static let touches = "the provider restarts once: no bids for about a minute"

  static func touches(_ snapshot: ClusterSnapshot) -> [String] {
    let leases =
      snapshot.providerStatus.value?.leases.map {
        "; \($0) active lease(s) are "
          + "re-attached, their workloads go on"
      } ?? ""
    return [touches + leases]
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
