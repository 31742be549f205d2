import Cluster

/// Addresses that the provider counts as taken and nobody has (provider: cluster/inventory.go).
struct HeldBack {
  /// By the provider's count less what is in use.
  let count: Int
  /// Leases with more than one port at an address: their reservation is never confirmed.
  let severalPorts: [Lease]
  /// What neither these nor the orders being decided on account for.
  let unexplained: Int

  /// nil where one of the numbers is not told.
  init?(_ snapshot: ClusterSnapshot) {
    guard let allocated = snapshot.providerStatus.value?.leasedIP?.allocated,
      case .totals(_, let counted)? = snapshot.operatorUsage.value
    else { return nil }
    // The operator's own number is late where others than leases take addresses.
    let inUse = max(counted, snapshot.metallbMetrics.value?.inUse ?? counted)
    let (held, isTooFar) = allocated.subtractingReportingOverflow(inUse)
    guard !isTooFar else { return nil }
    count = max(0, held)
    severalPorts = Self.severalPorts(snapshot)
    let orders = max(0, snapshot.providerStatus.value?.orders ?? 0)
    unexplained = max(0, max(0, count - severalPorts.count) - orders)
  }

  static func severalPorts(_ snapshot: ClusterSnapshot) -> [Lease] {
    var ports: [String: (count: Int, lease: Lease)] = [:]
    for service in snapshot.leaseServices {
      let annotations = service.metadata.annotations
      guard let lease = Lease(service.metadata),
        let key = annotations?["metallb.universe.tf/allow-shared-ip"]
          ?? annotations?["metallb.io/allow-shared-ip"]
      else { continue }
      ports[key, default: (0, lease)].count += 1
    }
    return ports.values.filter { $0.count > 1 }.map(\.lease).sorted()
  }
}
