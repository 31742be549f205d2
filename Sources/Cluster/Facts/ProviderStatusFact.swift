extension FactName {
  /// The provider's 8443 `/status`.
  package static let providerStatus = FactName("providerStatus")
}

extension ClusterSnapshot {
  package var providerStatus: Fact<ProviderStatus> {
    get { self[.providerStatus] }
    set { self[.providerStatus] = newValue }
  }
}

extension FactDefinition {
  static let providerStatus = FactDefinition.asked(
    .providerStatus, near: [.akash], calm: .seconds(30),
    [
      Question { _, _ in [status(of: "akash-provider", ConsoleSettings.akashNamespace)] },
      Question(after: [.providerStatus, .releases]) { snapshot, _ in
        snapshot.unusualProvider.map {
          [status(of: $0.fullName(of: "provider"), $0.namespace)]
        } ?? []
      },
    ])

  private static func status(of service: String, _ namespace: String) -> Read {
    let path = ClusterRead.proxyPath("https:\(service):8443", namespace, "status")
    return .json(
      .endpoint(path, purpose: "ask the provider for its status"), as: StatusAnswer.self,
      to: .providerStatus
    ) {
      ProviderStatus(
        address: $0.address, leases: $0.cluster?.leases, orders: $0.bids?.orders,
        leasedIP: $0.leasedIP)
    }
  }
}

private struct StatusAnswer: Decodable {
  struct Cluster: Decodable { var leases: Int? }
  struct Bids: Decodable { var orders: Int? }
  var cluster: Cluster?
  var bids: Bids?
  var address: String?
  var leasedIP: LeasedIPCount?

  enum CodingKeys: String, CodingKey {
    case cluster, address
    case bids = "bidengine"
    case leasedIP = "leased_ip"
  }
}

package struct ProviderStatus: Equatable, Sendable {
  /// The provider's address on chain.
  package var address: String?
  package var leases: Int?
  /// Orders it is deciding on now: each may hold an address back for a moment.
  package var orders: Int?
  /// Since provider 0.14.2; nil where it does not tell.
  package var leasedIP: LeasedIPCount?

  package init(
    address: String?, leases: Int?, orders: Int? = nil, leasedIP: LeasedIPCount? = nil
  ) {
    self.address = address
    self.leases = leases
    self.orders = orders
    self.leasedIP = leasedIP
  }
}

/// What the provider sells of addresses (akash-network/provider: gateway/rest/router.go@v0.14.2).
/// Its quantities are texts, and it is empty where the provider's own question was not answered.
package struct LeasedIPCount: Hashable, Sendable, Decodable {
  package var allocatable: Int?
  package var allocated: Int?

  package init(allocatable: Int?, allocated: Int?) {
    self.allocatable = allocatable
    self.allocated = allocated
  }

  private enum Key: CodingKey { case allocatable, allocated }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key) throws -> Int? {
      try values.decodeIfPresent(IntOrString.self, forKey: key).flatMap { Int($0.description) }
    }
    allocatable = try number(.allocatable)
    allocated = try number(.allocated)
  }

  /// What it can still sell.
  package var free: Int? {
    guard let allocatable, let allocated else { return nil }
    let (free, isTooFar) = allocatable.subtractingReportingOverflow(allocated)
    return isTooFar ? nil : free
  }
}
