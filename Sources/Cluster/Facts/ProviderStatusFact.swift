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
    ) { ProviderStatus(address: $0.address, leases: $0.cluster?.leases) }
  }
}

private struct StatusAnswer: Decodable {
  struct Cluster: Decodable { var leases: Int? }
  var cluster: Cluster?
  var address: String?
}

package struct ProviderStatus: Equatable, Sendable {
  /// The provider's address on chain.
  package var address: String?
  package var leases: Int?

  package init(address: String?, leases: Int?) {
    self.address = address
    self.leases = leases
  }
}
