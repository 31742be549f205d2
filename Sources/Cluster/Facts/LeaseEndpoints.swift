extension FactName {
  /// EndpointSlices of the Services that lease an address.
  package static let leaseEndpoints = FactName("leaseEndpoints")
}

extension ClusterSnapshot {
  package var leaseEndpoints: Fact<[EndpointSlice]> {
    get { self[.leaseEndpoints] }
    set { self[.leaseEndpoints] = newValue }
  }
}

extension FactDefinition {
  static let leaseEndpoints = FactDefinition.listed(
    .leaseEndpoints,
    [Listing(.endpointSlices, labels: ["akash.network/service-target": "metal-lb"])],
    purpose: "read what stands behind the leased addresses"
  ) { $0.of(.endpointSlices, as: EndpointSlice.self) }
}
