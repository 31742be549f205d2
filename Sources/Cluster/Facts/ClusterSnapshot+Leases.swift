extension ClusterSnapshot {
  /// Services the IP operator made for leases.
  package var leaseServices: [Service] { cluster.value?.index.ofLeases ?? [] }
}
