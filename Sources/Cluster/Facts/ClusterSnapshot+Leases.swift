extension ClusterSnapshot {
  /// Services the IP operator made for leases.
  package var leaseServices: [Service] {
    cluster.value?.services.filter {
      $0.metadata.label("akash.network/service-target") == "metal-lb"
    } ?? []
  }
}

extension Service {
  /// MetalLB serves it: as it serves every one without a class, or one of the class it was told
  /// (`--lb-class`), which shows by what it has written on it.
  package var isOfMetalLB: Bool {
    guard spec?.type == "LoadBalancer" else { return false }
    let marks = ["metallb.io/ip-allocated-from-pool", "metallb.universe.tf/ip-allocated-from-pool"]
    return spec?.loadBalancerClass == nil
      || marks.contains { metadata.annotations?[$0] != nil }
  }
}
