extension FactName {
  /// That the cluster has the kind ProviderLeasedIP.
  package static let leasedIPKind = FactName("leasedIPKind")
}

extension ClusterSnapshot {
  package var leasedIPKind: Fact<Bool> {
    get { self[.leasedIPKind] }
    set { self[.leasedIPKind] = newValue }
  }
}

extension FactDefinition {
  static let leasedIPKind: FactDefinition = {
    var definition = listed(
      .leasedIPKind, [Listing(.leasedIPs)], purpose: "read the kind ProviderLeasedIP"
    ) { _ in true }
    definition.change { $0.isApart = true }
    return definition
  }()
}
