extension FactName {
  /// The ProviderLeasedIP objects of all namespaces; `absent` where the kind is not in the cluster.
  package static let leasedIPs = FactName("leasedIPs")
}

extension ClusterSnapshot {
  package var leasedIPs: Fact<[ProviderLeasedIP]> {
    get { self[.leasedIPs] }
    set { self[.leasedIPs] = newValue }
  }
}

extension FactDefinition {
  static let leasedIPs: FactDefinition = {
    var definition = listed(
      .leasedIPs, [Listing(.leasedIPs)], purpose: "read what the provider has leased"
    ) { $0.of(.leasedIPs, as: ProviderLeasedIP.self) }
    definition.change { $0.isApart = true }
    return definition
  }()
}
