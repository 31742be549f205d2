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
    surroundings.context(of: name, among: poolShapes)
  }

  /// Of every pool, and of the one Akash counts where the cluster has none of its name.
  package var poolContexts: [String: PoolContext] {
    let (shapes, around) = (poolShapes, surroundings)
    let names = Set((shapes ?? []).map(\.name) + [ConsoleSettings.poolName])
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, around.context(of: $0, among: shapes)) })
  }

  /// What is the same for every pool.
  private var surroundings: PoolSurroundings {
    var context = PoolContext()
    if let cluster = cluster.value {
      context.nodes = cluster.nodes.flatMap { node in
        (node.status?.addresses ?? []).filter { $0.type != "Hostname" }.compactMap {
          PoolContext.KnownAddress($0.address, owner: "node \(node.metadata.name)")
        }
      }
      context.nodeLabels = nodeLabels
    }
    let networks = ClusterNetworks(self)
    context.podNetworks = networks.pods
    context.serviceNetworks = networks.services
    context.metallb = metallbInstallation?.version
    return PoolSurroundings(context: context, services: cluster.value?.services)
  }
}

/// What stands around every pool, and the Services whose addresses may be in the way of one.
private struct PoolSurroundings {
  var context: PoolContext
  var services: [Service]?

  func context(of name: String, among shapes: [PoolShape]?) -> PoolContext {
    var context = context
    context.isForTenants = name == ConsoleSettings.poolName
    let own = shapes?.first { $0.name == name } ?? PoolShape(name: name, entries: [])
    context.used = services?.flatMap { used(by: $0, exceptFrom: own) }
    context.otherPools = shapes?.filter { $0.name != name }
    context.autoAssign = own.autoAssign
    context.avoidBuggyIPs = own.avoidBuggyIPs
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
