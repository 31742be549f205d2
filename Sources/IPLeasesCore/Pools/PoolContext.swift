import Addresses
import Basics

/// What is known of the world around a pool. nil stands for "not looked at": rules that need it
/// are left out, and `unseen` names it.
package struct PoolContext: Hashable, Sendable {
  package struct KnownAddress: Hashable, Sendable {
    package var address: IPAddress
    /// Whose it is, in words ("node akash-node-1", "Service ingress-nginx/controller").
    package var owner: String

    package init(_ address: IPAddress, owner: String) {
      self.address = address
      self.owner = owner
    }

    /// nil where `text` is no address.
    package init?(_ text: String, owner: String) {
      guard let address = IPAddress(parsing: text) else { return nil }
      self.init(address, owner: owner)
    }
  }

  package var nodes: [KnownAddress]?
  /// By the node's name.
  package var nodeLabels: [String: [String: String]]?
  package var gateways: [KnownAddress]?
  package var serviceNetworks: [CIDR]?
  package var podNetworks: [CIDR]?
  /// Addresses of Services that do not come from this pool, external addresses and the like.
  package var used: [KnownAddress]?
  package var otherPools: [PoolShape]?
  package var autoAssign: Bool
  package var avoidBuggyIPs: Bool
  package var metallb: Version?
  /// It is the pool Akash counts and leases from.
  package var isForTenants: Bool

  package init(
    nodes: [KnownAddress]? = nil, gateways: [KnownAddress]? = nil,
    serviceNetworks: [CIDR]? = nil, podNetworks: [CIDR]? = nil, used: [KnownAddress]? = nil,
    otherPools: [PoolShape]? = nil, autoAssign: Bool = true, avoidBuggyIPs: Bool = false,
    metallb: Version? = nil, isForTenants: Bool = true
  ) {
    self.nodes = nodes
    self.gateways = gateways
    self.serviceNetworks = serviceNetworks
    self.podNetworks = podNetworks
    self.used = used
    self.otherPools = otherPools
    self.autoAssign = autoAssign
    self.avoidBuggyIPs = avoidBuggyIPs
    self.metallb = metallb
    self.isForTenants = isForTenants
  }

  /// The same around a pool with the settings of this one.
  func with(_ shape: PoolShape) -> PoolContext {
    var context = self
    context.autoAssign = shape.autoAssign
    context.avoidBuggyIPs = shape.avoidBuggyIPs
    return context
  }

  /// What was not looked at, in words, for a result that must say how far it reaches.
  package var unseen: [String] {
    var names: [String] = []
    if nodes == nil { names.append("node addresses") }
    if gateways == nil { names.append("gateways") }
    if serviceNetworks == nil { names.append("the service network") }
    if podNetworks == nil { names.append("the pod network") }
    if used == nil { names.append("addresses of other Services") }
    if otherPools == nil { names.append("other pools") }
    return names
  }
}
