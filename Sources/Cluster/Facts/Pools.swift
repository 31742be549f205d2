extension FactName {
  /// IPAddressPools and advertisements; `absent` where the kinds are not in the cluster.
  package static let pools = FactName("pools")
}

extension ClusterSnapshot {
  package var pools: Fact<PoolObjects> {
    get { self[.pools] }
    set { self[.pools] = newValue }
  }
}

extension FactDefinition {
  static let pools = FactDefinition.listed(
    .pools,
    [.pools, .advertisements, .bgpAdvertisements].map {
      Listing($0, in: ConsoleSettings.metallbNamespace)
    }, purpose: "read the pools and advertisements"
  ) { listed in
    var objects = PoolObjects()
    objects.pools = listed.of(.pools)
    objects.advertisements = listed.of(.advertisements)
    objects.bgpAdvertisements = listed.of(.bgpAdvertisements)
    return objects
  }
}
