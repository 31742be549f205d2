import Cluster

extension ClusterSnapshot {
  /// By the node's name; nil where the nodes were not read.
  package var nodeLabels: [String: [String: String]]? {
    cluster.value.map { cluster in
      Dictionary(
        cluster.nodes.map { ($0.metadata.name, $0.metadata.labels ?? [:]) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// What is known around a pool: nodes, networks, Services, other pools, MetalLB's version. What
  /// could not be read stays nil, so that a verdict can say how far it reaches.
  package func poolContext(for name: String) -> PoolContext {
    var context = PoolContext(isForTenants: name == ConsoleSettings.poolName)
    if let cluster = cluster.value {
      context.nodes = cluster.nodes.flatMap { node in
        (node.status?.addresses ?? []).filter { $0.type != "Hostname" }.compactMap {
          PoolContext.KnownAddress($0.address, owner: "node \(node.metadata.name)")
        }
      }
      context.nodeLabels = nodeLabels
      let own =
        pools.value?.pool(name).map(PoolShape.init) ?? PoolShape(name: name, entries: [])
      context.used = cluster.services.flatMap { used(by: $0, exceptFrom: own) }
    }
    let networks = ClusterNetworks(self)
    context.podNetworks = networks.pods
    context.serviceNetworks = networks.services
    context.otherPools = poolShapes?.filter { $0.name != name }
    if let pool = pools.value?.pool(name).map(PoolShape.init) {
      context.autoAssign = pool.autoAssign
      context.avoidBuggyIPs = pool.avoidBuggyIPs
    }
    context.metallb = metallbInstallation?.version
    return context
  }

  /// The addresses MetalLB gave out of the pool are what it is for; every other one is in the way.
  private func used(by service: Service, exceptFrom pool: PoolShape)
    -> [PoolContext.KnownAddress]
  {
    let owner = "Service \(service.metadata.namespace ?? "")/\(service.metadata.name)"
    let known = service.addresses.compactMap { PoolContext.KnownAddress($0, owner: owner) }
    return known.filter { !service.isOfMetalLB || !pool.contains($0.address) }
      + (service.spec?.externalIPs ?? []).compactMap {
        PoolContext.KnownAddress($0, owner: owner)
      }
  }
}
