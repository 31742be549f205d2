extension ClusterSnapshot {
  /// Services the IP operator made for leases.
  package var leaseServices: [Service] {
    cluster.value?.services.filter {
      $0.metadata.label("akash.network/service-target") == "metal-lb"
    } ?? []
  }
}
