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

  /// The nodes' addresses; nil where the nodes were not read.
  var nodeAddresses: [PoolContext.KnownAddress]? {
    cluster.value?.nodes.flatMap { node in
      (node.status?.addresses ?? []).filter { $0.type != "Hostname" }.compactMap {
        PoolContext.KnownAddress($0.address, owner: "node \(node.metadata.name)")
      }
    }
  }

  /// What is the same for every pool.
  private var surroundings: PoolSurroundings {
    var context = PoolContext()
    context.nodes = nodeAddresses
    if cluster.value != nil { context.nodeLabels = nodeLabels }
    let networks = ClusterNetworks(self)
    context.podNetworks = networks.pods
    context.serviceNetworks = networks.services
    context.metallb = metallbInstallation?.version
    return PoolSurroundings(
      context: context,
      used: cluster.value?.index.addressed.flatMap(PoolSurroundings.used))
  }
}

/// What stands around every pool, and the addresses that may be in the way of one: looked at once for
/// all of them.
private struct PoolSurroundings {
  struct UsedAddress {
    var known: PoolContext.KnownAddress
    /// MetalLB gave it: it is in nobody's way in the pool it is from.
    var isGiven: Bool
  }

  var context: PoolContext
  var used: [UsedAddress]?

  static func used(by service: Service) -> [UsedAddress] {
    let owner = "Service \(service.metadata.namespace ?? "")/\(service.metadata.name)"
    let isServed = service.isOfMetalLB
    func used(_ texts: [String], isGiven: Bool) -> [UsedAddress] {
      texts.compactMap { PoolContext.KnownAddress($0, owner: owner) }
        .map { UsedAddress(known: $0, isGiven: isGiven) }
    }
    return used(service.addresses, isGiven: isServed)
      + used(service.spec?.externalIPs ?? [], isGiven: false)
  }

  func context(of name: String, among shapes: [PoolShape]?) -> PoolContext {
    var context = context
    context.isForTenants = name == ConsoleSettings.poolName
    let own = shapes?.first { $0.name == name } ?? PoolShape(name: name, entries: [])
    // The addresses MetalLB gave out of the pool are what it is for; every other one is in the way.
    context.used = used?.filter { !$0.isGiven || !own.contains($0.known.address) }.map(\.known)
    context.otherPools = shapes?.filter { $0.name != name }
    context.autoAssign = own.autoAssign
    context.avoidBuggyIPs = own.avoidBuggyIPs
    return context
  }
}
