import Addresses

/// `IPAddressPool` of `metallb.io/v1beta1` (MetalLB: api/v1beta1/ipaddresspool_types.go@v0.14.8).
package struct IPAddressPool: ClusterObject {
  package static let isPatchedByVersion = true

  package var metadata: ObjectMeta
  package var spec: Spec

  package init(
    metadata: ObjectMeta, spec: Spec
  ) {
    self.metadata = metadata
    self.spec = spec
  }

  package struct Spec: Hashable, Sendable, Decodable {
    package var addresses: [PoolEntry]
    /// True where absent: the CRD's default.
    package var autoAssign: Bool?
    package var avoidBuggyIPs: Bool?
    package var serviceAllocation: ServiceAllocation?

    package init(
      addresses: [PoolEntry], autoAssign: Bool? = nil, avoidBuggyIPs: Bool? = nil,
      serviceAllocation: ServiceAllocation? = nil
    ) {
      self.addresses = addresses
      self.autoAssign = autoAssign
      self.avoidBuggyIPs = avoidBuggyIPs
      self.serviceAllocation = serviceAllocation
    }
  }
  package struct ServiceAllocation: Hashable, Sendable, Decodable {
    package var priority: Int?
    package var namespaces: [String]?

    package init(namespaces: [String]? = nil) { self.namespaces = namespaces }
  }

  /// How many addresses MetalLB's gauge counts for it. Entries that MetalLB would refuse count
  /// nothing.
  package var countedSize: Int {
    PoolSize(of: spec.addresses.ranges, avoidBuggyIPs: spec.avoidBuggyIPs ?? false).metallb
  }
}

/// `L2Advertisement` of `metallb.io/v1beta1` (MetalLB: api/v1beta1/l2advertisement_types.go@v0.14.8).
package struct L2Advertisement: ClusterObject {
  package static let isPatchedByVersion = true

  package var metadata: ObjectMeta
  package var spec: Spec?

  package init(
    metadata: ObjectMeta, spec: Spec? = nil
  ) {
    self.metadata = metadata
    self.spec = spec
  }

  package struct Spec: Hashable, Sendable, Decodable {
    package var ipAddressPools: [String]?
    package var ipAddressPoolSelectors: [LabelSelector]?
    package var nodeSelectors: [LabelSelector]?
    package var interfaces: [String]?
    /// Since MetalLB 0.16.
    package var serviceSelectors: [LabelSelector]?

    package init(
      ipAddressPools: [String]? = nil, ipAddressPoolSelectors: [LabelSelector]? = nil,
      nodeSelectors: [LabelSelector]? = nil, interfaces: [String]? = nil,
      serviceSelectors: [LabelSelector]? = nil
    ) {
      self.ipAddressPools = ipAddressPools
      self.ipAddressPoolSelectors = ipAddressPoolSelectors
      self.nodeSelectors = nodeSelectors
      self.interfaces = interfaces
      self.serviceSelectors = serviceSelectors
    }
  }

  package func cover(of pool: IPAddressPool) -> PoolCover {
    PoolCover(of: pool, names: spec?.ipAddressPools, selectors: spec?.ipAddressPoolSelectors)
  }

  package func covers(pool: IPAddressPool) -> Bool { cover(of: pool) != .none }
}

/// `BGPAdvertisement` of `metallb.io/v1beta1`, as much of it as says for which pools it is.
package struct BGPAdvertisement: ClusterObject {
  package static let isPatchedByVersion = true

  package var metadata: ObjectMeta
  package var spec: Spec?

  package init(
    metadata: ObjectMeta, spec: Spec? = nil
  ) {
    self.metadata = metadata
    self.spec = spec
  }

  package struct Spec: Hashable, Sendable, Decodable {
    package var ipAddressPools: [String]?
    package var ipAddressPoolSelectors: [LabelSelector]?

    package init(
      ipAddressPools: [String]? = nil, ipAddressPoolSelectors: [LabelSelector]? = nil
    ) {
      self.ipAddressPools = ipAddressPools
      self.ipAddressPoolSelectors = ipAddressPoolSelectors
    }
  }

  package func covers(pool: IPAddressPool) -> Bool {
    let selectors = spec?.ipAddressPoolSelectors
    return PoolCover(of: pool, names: spec?.ipAddressPools, selectors: selectors) != .none
  }
}

/// Why an advertisement announces a pool, or that it does not.
package enum PoolCover: Hashable, Sendable {
  /// The advertisement names no pool and has no selector.
  case everyPool
  case named
  case selected
  case none

  init(of pool: IPAddressPool, names: [String]?, selectors: [LabelSelector]?) {
    let names = names ?? []
    let selectors = selectors ?? []
    if names.isEmpty && selectors.isEmpty {
      self = .everyPool
    } else if names.contains(pool.metadata.name) {
      self = .named
    } else {
      self = selectors.contains { $0.matches(pool.metadata.labels ?? [:]) } ? .selected : .none
    }
  }
}
