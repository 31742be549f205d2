/// `IPAddressPool` of `metallb.io/v1beta1` (MetalLB: api/v1beta1/ipaddresspool_types.go@v0.14.8).
package struct IPAddressPool: Hashable, Sendable, Decodable {
  package var metadata: ObjectMeta
  package var spec: Spec

  package struct Spec: Hashable, Sendable, Decodable {
    package var addresses: [String]
    /// True where absent: the CRD's default.
    package var autoAssign: Bool?
    package var avoidBuggyIPs: Bool?
    package var serviceAllocation: ServiceAllocation?
  }
  package struct ServiceAllocation: Hashable, Sendable, Decodable {
    package var priority: Int?
    package var namespaces: [String]?
  }

  /// How many addresses MetalLB's gauge counts for it. Entries that MetalLB would refuse count
  /// nothing.
  package var countedSize: Int {
    let ranges = spec.addresses.compactMap { try? AddressRange(parsing: $0) }
    return PoolSize(of: ranges, avoidBuggyIPs: spec.avoidBuggyIPs ?? false).metallb
  }
}

/// `L2Advertisement` of `metallb.io/v1beta1` (MetalLB: api/v1beta1/l2advertisement_types.go@v0.14.8).
package struct L2Advertisement: Hashable, Sendable, Decodable {
  package var metadata: ObjectMeta
  package var spec: Spec?

  package struct Spec: Hashable, Sendable, Decodable {
    package var ipAddressPools: [String]?
    package var ipAddressPoolSelectors: [LabelSelector]?
    package var nodeSelectors: [LabelSelector]?
    package var interfaces: [String]?
  }

  package func covers(pool: IPAddressPool) -> Bool {
    PoolSelection(names: spec?.ipAddressPools, selectors: spec?.ipAddressPoolSelectors)
      .contains(pool)
  }
}

/// `BGPAdvertisement` of `metallb.io/v1beta1`, as much of it as says for which pools it is.
package struct BGPAdvertisement: Hashable, Sendable, Decodable {
  package var metadata: ObjectMeta
  package var spec: Spec?

  package struct Spec: Hashable, Sendable, Decodable {
    package var ipAddressPools: [String]?
    package var ipAddressPoolSelectors: [LabelSelector]?
  }

  package func covers(pool: IPAddressPool) -> Bool {
    PoolSelection(names: spec?.ipAddressPools, selectors: spec?.ipAddressPoolSelectors)
      .contains(pool)
  }
}

package struct LabelSelector: Hashable, Sendable, Decodable {
  package var matchLabels: [String: String]?
}

/// The pools an advertisement is for: by name, by label, or all where it says nothing.
private struct PoolSelection {
  var names: [String]?
  var selectors: [LabelSelector]?

  func contains(_ pool: IPAddressPool) -> Bool {
    let names = names ?? []
    let selectors = selectors ?? []
    if names.isEmpty && selectors.isEmpty { return true }
    if names.contains(pool.metadata.name) { return true }
    return selectors.contains { selector in
      (selector.matchLabels ?? [:]).allSatisfy { pool.metadata.label($0.key) == $0.value }
    }
  }
}
