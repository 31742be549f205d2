extension FactName {
  /// Nodes, namespaces and the Services of all namespaces.
  package static let cluster = FactName("cluster")
}

extension ClusterSnapshot {
  package var cluster: Fact<ClusterObjects> {
    get { self[.cluster] }
    set { self[.cluster] = newValue }
  }
}

extension FactDefinition {
  static let cluster = FactDefinition.listed(
    .cluster, [Listing(.nodes), Listing(.namespaces), Listing(.services)],
    purpose: "read the nodes, namespaces and Services"
  ) { listed in
    var objects = ClusterObjects()
    objects.nodes = listed.of(.nodes)
    objects.namespaces = listed.of(.namespaces)
    objects.services = listed.of(.services)
    return objects
  }
}
