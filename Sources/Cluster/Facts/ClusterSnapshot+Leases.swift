extension ClusterSnapshot {
  /// Services the IP operator made for leases.
  package var leaseServices: [Service] { cluster.value?.index.ofLeases ?? [] }

  /// Leases of which something is there: a namespace or a Service.
  package var leasesThere: Set<Lease> {
    Set((cluster.value?.namespaces ?? []).compactMap { Lease($0.metadata) })
      .union(leaseServices.compactMap { Lease($0.metadata) })
  }
}
