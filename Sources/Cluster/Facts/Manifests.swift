import Basics

extension FactName {
  /// What leases want of addresses, by their Manifests; `absent` where the kind is not in the
  /// cluster, not read where nothing hints at a lease that lost one.
  package static let manifests = FactName("manifests")
}

extension ClusterSnapshot {
  package var manifests: Fact<[LeaseManifest]> {
    get { self[.manifests] }
    set { self[.manifests] = newValue }
  }
}

extension FactDefinition {
  static let manifests: FactDefinition = {
    var definition = asked(
      .manifests, near: [.leasedIPs], calm: .seconds(600),
      [Question(after: [.cluster, .leasedIPs]) { snapshot, _ in read(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// So many leases' Manifests are read at any time: each has the whole of a tenant's order in it.
  private static let few = 200
  private static let sample = 500

  private static func read(_ snapshot: ClusterSnapshot) -> [Read] {
    guard let cluster = snapshot.cluster.value, let declared = snapshot.leasedIPs.value else {
      return []
    }
    let own = Set(declared.map(\.lease))
    let recorded = Set(snapshot.recordedAddresses.keys)
    let isLost = !recorded.subtracting(own).isDisjoint(with: snapshot.leasesThere)
    let isOrphaned = cluster.index.ofLeases.contains { service in
      Lease(service.metadata).map { !own.contains($0) } ?? false
    }
    let count = cluster.namespaces.count { Lease($0.metadata) != nil }
    let isHinted = isLost || isOrphaned || count <= few
    // Where nothing is declared at all, some tell whether anything should be.
    guard isHinted || own.isEmpty && snapshot.ipOperator != nil else { return [] }
    let path = "/apis/akash.network/v2beta2/namespaces/lease/manifests"
    return [
      .json(
        .endpoint(
          path: isHinted ? path : "\(path)?limit=\(sample)", patience: .seconds(20),
          purpose: "read which leases want an address"), as: ManifestList.self, to: .manifests
      ) { $0.items }
    ]
  }
}

private struct ManifestList: Decodable { var items: [LeaseManifest] }
