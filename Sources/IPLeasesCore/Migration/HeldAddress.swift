/// An address a Service has to come out of the migration with.
struct HeldAddress: Hashable, Sendable {
  var service: String
  var namespace: String
  var address: String
  /// The Service carries the annotations that keep the address for it.
  var isPinned: Bool
  /// The Service asks for this address itself.
  var isAskedFor: Bool

  /// MetalLB 0.13 and later give a Service the addresses it asks for by this annotation (MetalLB:
  /// controller/service.go@v0.13.12).
  static let request = "metallb.universe.tf/loadBalancerIPs"
  /// Says that the request is ours, and what the Service held when it was made.
  static let mark = "ip-leases/held-address"

  /// Services whose address comes from MetalLB. One that is pinned counts with the address it held,
  /// whatever it holds at the moment.
  static func all(in snapshot: ClusterSnapshot) -> [HeldAddress] {
    (snapshot.cluster.value?.services ?? []).filter {
      $0.spec?.type == "LoadBalancer" && $0.spec?.loadBalancerClass == nil
    }.compactMap { service in
      let annotations = service.metadata.annotations ?? [:]
      let pinned = annotations[mark]
      guard let address = pinned ?? service.addresses.first else { return nil }
      return HeldAddress(
        service: service.metadata.name, namespace: service.metadata.namespace ?? "default",
        address: address, isPinned: pinned != nil,
        isAskedFor: annotations[request] != nil || service.spec?.loadBalancerIP != nil)
    }
  }

  /// Makes MetalLB give the Service the same address again, once there is a pool.
  func pin(_ kubectl: Kubectl) -> Action {
    .command(
      kubectl.annotate(
        "service", service, namespace: namespace,
        annotations: [(key: Self.request, value: address), (key: Self.mark, value: address)],
        purpose: "keep \(address) for \(namespace)/\(service)"))
  }

  func unpin(_ kubectl: Kubectl) -> Action {
    .command(
      kubectl.annotate(
        "service", service, namespace: namespace,
        annotations: [(key: Self.request, value: nil), (key: Self.mark, value: nil)],
        purpose: "take back the request for \(address) by \(namespace)/\(service)"))
  }

  func wait(_ kubectl: Kubectl, steadiness: Duration) -> Action {
    .wait(
      Wait(
        until: "\(address) is held by \(namespace)/\(service)",
        probe: kubectl.field(
          ".status.loadBalancer.ingress", of: "service", service, namespace: namespace,
          purpose: "read the address of \(namespace)/\(service)"),
        passes: .prints("\"ip\":\"\(address)\""), limit: .seconds(60), steadiness: steadiness))
  }
}
