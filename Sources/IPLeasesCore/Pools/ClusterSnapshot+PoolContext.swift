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
    PoolSurroundings(self).context(for: name)
  }

  /// The same for several pools, by their names.
  package func poolContexts(for names: Set<String>) -> [String: PoolContext] {
    let surroundings = PoolSurroundings(self)
    return Dictionary(
      names.map { ($0, surroundings.context(for: $0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The nodes' addresses; nil where the nodes were not read.
  var nodeAddresses: [PoolContext.KnownAddress]? {
    cluster.value?.nodes.flatMap { node in
      (node.status?.addresses ?? []).filter { $0.type != "Hostname" }.compactMap {
        PoolContext.KnownAddress($0.address, owner: "node \(node.metadata.name)")
      }
    }
  }

  /// The pools as others see them, in their order; nil where they were not read.
  var otherPools: [PoolContext.OtherPool]? {
    poolShapes?.map {
      PoolContext.OtherPool(name: $0.name, entries: $0.entries, autoAssign: $0.autoAssign)
    }
  }
}

/// What is around all pools, looked at once for the contexts of each.
private struct PoolSurroundings {
  private struct UsedAddress {
    var known: PoolContext.KnownAddress
    /// MetalLB gave it: it is in nobody's way in the pool it is from.
    var isGiven: Bool
  }

  private let snapshot: ClusterSnapshot
  private let used: [UsedAddress]?
  private let pools: [PoolContext.OtherPool]?
  /// What is the same for each pool.
  private let common: PoolContext

  init(_ snapshot: ClusterSnapshot) {
    self.snapshot = snapshot
    used = snapshot.cluster.value?.index.addressed.flatMap(Self.used)
    pools = snapshot.otherPools
    let networks = ClusterNetworks(snapshot)
    var common = PoolContext(
      nodes: snapshot.nodeAddresses, serviceNetworks: networks.services,
      podNetworks: networks.pods, metallb: snapshot.metallbInstallation?.version)
    common.nodeLabels = snapshot.nodeLabels
    self.common = common
  }

  private static func used(by service: Service) -> [UsedAddress] {
    let owner = "Service \(service.metadata.namespace ?? "")/\(service.metadata.name)"
    let isServed = service.isOfMetalLB
    func used(_ texts: [String], isGiven: Bool) -> [UsedAddress] {
      texts.compactMap { PoolContext.KnownAddress($0, owner: owner) }
        .map { UsedAddress(known: $0, isGiven: isGiven) }
    }
    return used(service.addresses, isGiven: isServed)
      + used(service.spec?.externalIPs ?? [], isGiven: false)
  }

  func context(for name: String) -> PoolContext {
    var context = common
    context.isForTenants = name == ConsoleSettings.poolName
    let pool = snapshot.pools.value?.pool(name).map(PoolShape.init)
    // The addresses MetalLB gave out of the pool are what it is for; every other one is in the way.
    let own = PoolSpace(pool ?? PoolShape(name: name, entries: []))
    context.used = used?.filter { !$0.isGiven || !own.contains($0.known.address) }.map(\.known)
    context.otherPools = pools?.filter { $0.name != name }
    if let pool {
      context.autoAssign = pool.autoAssign
      context.avoidBuggyIPs = pool.avoidBuggyIPs
    }
    return context
  }
}
