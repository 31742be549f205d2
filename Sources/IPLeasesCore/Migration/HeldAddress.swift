import Cluster
import Execution

/// The addresses a Service has to come out of the migration with: one, or one of each family.
struct HeldAddress: Hashable, Sendable {
  var service: String
  var namespace: String
  var addresses: [String]
  /// The Service carries the annotations that keep the addresses for it.
  var isPinned: Bool
  /// The Service asks for its addresses itself.
  var isAskedFor: Bool

  /// MetalLB 0.13 and later give a Service the addresses it asks for by this annotation (MetalLB:
  /// controller/service.go@v0.13.12).
  static let request = "metallb.universe.tf/loadBalancerIPs"
  /// Says that the request is ours, and what the Service held when it was made.
  static let mark = "ip-leases/held-address"

  /// Services whose address comes from MetalLB. One that is pinned counts with the address it held,
  /// whatever it holds at the moment.
  static func all(in snapshot: ClusterSnapshot) -> [HeldAddress] {
    (snapshot.cluster.value?.index.ofMetalLB ?? []).compactMap { service in
      let annotations = service.metadata.annotations ?? [:]
      let pinned = annotations[mark]?.split(separator: ",").map(String.init)
      let addresses = pinned ?? service.addresses
      guard !addresses.isEmpty else { return nil }
      return HeldAddress(
        service: service.metadata.name, namespace: service.metadata.namespace ?? "default",
        addresses: addresses, isPinned: pinned != nil,
        isAskedFor: annotations[request] != nil || service.spec?.loadBalancerIP != nil)
    }
  }

  /// As the annotation wants it.
  var text: String { addresses.joined(separator: ",") }

  /// Makes MetalLB give the Service the same addresses again, once there is a pool.
  func pin(_ kubectl: Kubectl) -> Action {
    .command(
      kubectl.annotate(
        "service", service, namespace: namespace,
        annotations: [(key: Self.request, value: text), (key: Self.mark, value: text)],
        purpose: "keep \(text) for \(namespace)/\(service)"))
  }

  func unpin(_ kubectl: Kubectl) -> Action {
    .command(
      kubectl.annotate(
        "service", service, namespace: namespace,
        annotations: [(key: Self.request, value: nil), (key: Self.mark, value: nil)],
        purpose: "take back the request for \(text) by \(namespace)/\(service)"))
  }

  /// - Parameter steadiness: for how long the first address must hold.
  func waits(_ kubectl: Kubectl, steadiness: Duration) -> [Action] {
    addresses.enumerated().map { index, address in
      .wait(
        Wait(
          until: "\(address) is held by \(namespace)/\(service)",
          probe: kubectl.field(
            ".status.loadBalancer.ingress", of: "service", service, namespace: namespace,
            purpose: "read the addresses of \(namespace)/\(service)"),
          passes: .prints("\"ip\":\"\(address)\""), limit: .seconds(60),
          steadiness: index == 0 ? steadiness : .zero))
    }
  }
}
