/// The Services of all namespaces, sorted out once for all who look for some of them.
package struct ServiceIndex: Sendable {
  /// Those the IP operator made for leases.
  package private(set) var ofLeases: [Service] = []
  /// Those MetalLB serves.
  package private(set) var ofMetalLB: [Service] = []
  /// Those with an address from outside the cluster, whoever gave it.
  package private(set) var addressed: [Service] = []

  init() {}

  init(_ services: [Service]) {
    for service in services {
      if service.isOfLease { ofLeases.append(service) }
      if service.isOfMetalLB { ofMetalLB.append(service) }
      if service.isAddressed { addressed.append(service) }
    }
  }
}

extension Service {
  /// On every Service that a proof of this program makes; its value is the end of the name.
  package static let proofLabel = "ip-leases/proof"

  /// The IP operator made it for a lease.
  package var isOfLease: Bool { metadata.label("akash.network/service-target") == "metal-lb" }

  fileprivate var isAddressed: Bool {
    !(status?.loadBalancer?.ingress?.isEmpty ?? true) || !(spec?.externalIPs?.isEmpty ?? true)
  }

  /// MetalLB serves it: as it serves every one without a class, or one of the class it was told
  /// (`--lb-class`), which shows by what it has written on it.
  package var isOfMetalLB: Bool {
    guard spec?.type == "LoadBalancer" else { return false }
    let marks = ["metallb.io/ip-allocated-from-pool", "metallb.universe.tf/ip-allocated-from-pool"]
    return spec?.loadBalancerClass == nil
      || marks.contains { metadata.annotations?[$0] != nil }
  }
}
