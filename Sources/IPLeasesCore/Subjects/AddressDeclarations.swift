import Cluster
import Foundation

/// What leases want of addresses beside what the provider has declared of them: what is lost, and
/// what is left over (provider: cluster/kube/cluster_ip_connections.go).
struct AddressDeclarations {
  /// Leases that go on, want an address and have no declaration of it.
  private(set) var lost: [Lease] = []
  /// Those of them whose every address another lease of their owner has.
  private(set) var taken: [Lease] = []
  /// Services of leases that nothing declares, and that hold an address.
  private(set) var orphans: [Service] = []
  /// False where what was read does not tell.
  let isTold: Bool

  /// Between a Manifest and its declarations lies a moment.
  private static let patience: TimeInterval = 60

  /// The place of an endpoint, of which an owner has one.
  private struct Place: Hashable {
    var owner: String
    var port: Int
    var `protocol`: String
  }

  /// What the operator makes of a declaration.
  private struct Wanted: Hashable {
    var lease: Lease
    var service: String
  }

  init(_ snapshot: ClusterSnapshot) {
    guard let declared = snapshot.leasedIPs.value else {
      isTold = false
      return
    }
    isTold = true
    let own = Set(declared.map(\.lease))
    let manifests = snapshot.manifests.value
    if let manifests {
      let places = Set(
        declared.map {
          Place(
            owner: $0.lease.owner, port: $0.spec?.externalPort ?? 0,
            protocol: ($0.spec?.protocol ?? "TCP").lowercased())
        })
      let now = snapshot.manifests.readAt ?? .distantPast
      for manifest in manifests where !manifest.endpoints.isEmpty && !own.contains(manifest.lease) {
        guard now.timeIntervalSince(manifest.madeAt ?? .distantPast) > Self.patience else {
          continue
        }
        let isTaken = manifest.endpoints.allSatisfy { endpoint in
          places.contains(
            Place(
              owner: manifest.lease.owner, port: endpoint.externalPort,
              protocol: endpoint.protocol.lowercased()))
        }
        if isTaken { taken.append(manifest.lease) } else { lost.append(manifest.lease) }
      }
    } else if own.isEmpty {
      // Without Manifests: only that all have gone at once is no tenant's own doing.
      lost = Array(snapshot.leasesThere.intersection(snapshot.recordedAddresses.keys))
    }
    lost.sort()
    taken.sort()
    // Where nothing at all is declared, the lack of one declaration shows nothing.
    if !declared.isEmpty || manifests?.isEmpty == false {
      orphans = Self.orphans(snapshot, declared, own, lost: Set(lost + taken))
    }
  }

  private static func orphans(
    _ snapshot: ClusterSnapshot, _ declared: [ProviderLeasedIP], _ own: Set<Lease>,
    lost: Set<Lease>
  ) -> [Service] {
    let wanted = Set(declared.map { Wanted(lease: $0.lease, service: $0.wantedService) })
    let now = snapshot.leasedIPs.readAt ?? .distantPast
    return snapshot.leaseServices.filter { service in
      guard !service.addresses.isEmpty, let lease = Lease(service.metadata),
        !lost.contains(lease),
        now.timeIntervalSince(service.metadata.creationTimestamp ?? .distantPast) > patience
      else { return false }
      // A lease of which nothing is declared may have lost it; its Manifest tells.
      guard own.contains(lease) || snapshot.manifests.value != nil else { return false }
      return !wanted.contains(Wanted(lease: lease, service: service.metadata.name))
    }
  }
}
