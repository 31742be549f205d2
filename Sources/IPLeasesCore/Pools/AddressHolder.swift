import Addresses
import Basics
import Cluster

/// A Service of type LoadBalancer that is MetalLB's to serve, with the addresses it holds now.
package struct AddressHolder: Hashable, Sendable {
  package var namespace: String
  package var name: String
  package var addresses: [IPAddress]
  /// As in "8080/TCP".
  package var ports: [String]
  /// nil for a Service that no tenant leased.
  package var lease: Lease?
  /// Services of one key may share an address.
  package var sharingKey: String?
  /// The pool MetalLB says the address is from.
  package var allocatedFrom: String?
  /// The pool the Service asks for.
  package var requestedPool: String?

  package init(
    namespace: String, name: String, addresses: [IPAddress], ports: [String] = [],
    lease: Lease? = nil, sharingKey: String? = nil, allocatedFrom: String? = nil,
    requestedPool: String? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.addresses = addresses
    self.ports = ports
    self.lease = lease
    self.sharingKey = sharingKey
    self.allocatedFrom = allocatedFrom
    self.requestedPool = requestedPool
  }

  /// nil for a Service that MetalLB leaves alone.
  package init?(_ service: Service) {
    guard service.isOfMetalLB else { return nil }
    func annotation(_ name: String) -> String? {
      let all = service.metadata.annotations
      return all?["metallb.io/\(name)"] ?? all?["metallb.universe.tf/\(name)"]
    }
    self.init(
      namespace: service.metadata.namespace ?? "", name: service.metadata.name,
      addresses: service.addresses.compactMap { IPAddress(parsing: $0) },
      ports: (service.spec?.ports ?? []).map { "\($0.port)/\($0.protocol ?? "TCP")" },
      lease: Lease(service.metadata), sharingKey: annotation("allow-shared-ip"),
      allocatedFrom: annotation("ip-allocated-from-pool"),
      requestedPool: annotation("address-pool"))
  }

  /// "namespace/name".
  package var title: String { SafeText.line("\(namespace)/\(name)", limit: 160) }

  /// Who it is, in words: the lease before the Service.
  package var words: String {
    lease.map { "lease \($0), Service \(title)" } ?? "Service \(title)"
  }
}

extension ClusterSnapshot {
  /// Every Service that MetalLB serves, also those without an address; nil where the Services were
  /// not read.
  package var addressHolders: [AddressHolder]? {
    cluster.value.map { $0.index.ofMetalLB.compactMap(AddressHolder.init) }
  }
}
