import Basics
import Cluster

/// Something about leased addresses that needs attention.
package struct LeaseFinding: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// The provider leased an address, and no Service asks MetalLB for one.
    case leaseWithoutService
    /// A lease's Service waits for an address.
    case serviceWithoutAddress
    /// A lease holds an address of another pool than the one Akash counts.
    case strayAddress
  }

  package var kind: Kind
  package var message: String
  package var advice: Advice

  /// In the order of the kinds, each by name. What was not read gives no findings.
  package static func find(in snapshot: ClusterSnapshot) -> [LeaseFinding] {
    guard let holders = snapshot.addressHolders else { return [] }
    let leases = holders.filter { $0.lease != nil }
      .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    let shapes = snapshot.poolShapes
    return withoutService(snapshot.leasedIPs.value ?? [], leases)
      + leases.filter(\.addresses.isEmpty).map(withoutAddress)
      + leases.compactMap { stray($0, shapes) }
  }

  private static func withoutService(
    _ leased: [ProviderLeasedIP], _ holders: [AddressHolder]
  ) -> [LeaseFinding] {
    struct Want: Hashable {
      var lease: Lease?
      var service: String
    }
    let made = Set(holders.map { Want(lease: $0.lease, service: $0.name) })
    return leased.filter { !made.contains(Want(lease: $0.lease, service: $0.wantedService)) }
      .sorted { $0.metadata.name < $1.metadata.name }.map { leased in
        LeaseFinding(
          kind: .leaseWithoutService,
          message: "Lease \(leased.lease) was promised an address for port "
            + "\(leased.spec?.externalPort ?? 0)/\(SafeText.line(leased.spec?.protocol ?? "TCP", limit: 8))"
            + ", and there is no Service \(SafeText.line(leased.wantedService, limit: 80)) for it.",
          advice: "See the IP operator's log: it makes this Service. The same endpoint name in a "
            + "second deployment of one owner collides.")
      }
  }

  private static func withoutAddress(_ holder: AddressHolder) -> LeaseFinding {
    LeaseFinding(
      kind: .serviceWithoutAddress,
      message: "\(holder.words.upperFirst) waits for an address.",
      advice: "Give the pool more addresses (\(own: "pools apply --add RANGE")), or see why "
        + "MetalLB gives none: kubectl -n \(SafeText.line(holder.namespace, limit: 80)) describe "
        + "service \(SafeText.line(holder.name, limit: 80)).")
  }

  private static func stray(_ holder: AddressHolder, _ shapes: [PoolShape]?) -> LeaseFinding? {
    guard let pool = holder.allocatedFrom, pool != ConsoleSettings.poolName,
      let address = holder.addresses.first, let shapes, shapes.contains(where: { $0.name == pool })
    else { return nil }
    return LeaseFinding(
      kind: .strayAddress,
      message: "\(holder.words.upperFirst) holds \(address) of pool "
        + "\(SafeText.line(pool, limit: 80)), which Akash does not count.",
      advice: "Set autoAssign of that pool to false, so that leases get addresses of pool "
        + "\(ConsoleSettings.poolName) only.")
  }
}
