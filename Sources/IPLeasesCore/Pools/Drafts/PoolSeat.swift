import Addresses
import Cluster

/// One Service on one address: who would lose it if the address left its pool.
package struct PoolSeat: Hashable, Sendable {
  package var address: IPAddress
  package var namespace: String
  package var service: String
  /// "443/TCP", in the order of the Service.
  package var ports: [String]
  /// The tenant's address on chain; nil where the Service is none of Akash.
  package var owner: String?
  /// The deployment's number on chain (dseq).
  package var sequence: String?
  /// Services of one key may share an address.
  package var sharingKey: String?

  package init(
    address: IPAddress, namespace: String, service: String, ports: [String] = [],
    owner: String? = nil, sequence: String? = nil, sharingKey: String? = nil
  ) {
    self.address = address
    self.namespace = namespace
    self.service = service
    self.ports = ports
    self.owner = owner
    self.sequence = sequence
    self.sharingKey = sharingKey
  }

  /// The addresses of the Services that are MetalLB's to serve, upwards.
  package static func all(in services: [Service]) -> [PoolSeat] {
    services.filter(\.isOfMetalLB).flatMap { service in
      let sharingKey = AddressHolder(service)?.sharingKey
      return service.addresses.compactMap { IPAddress(parsing: $0) }.map { address in
        PoolSeat(
          address: address, namespace: service.metadata.namespace ?? "",
          service: service.metadata.name,
          ports: (service.spec?.ports ?? []).map {
            "\($0.port)/\($0.protocol ?? "TCP")"
          },
          owner: service.metadata.label("akash.network/lease.id.owner"),
          sequence: service.metadata.label("akash.network/lease.id.dseq"),
          sharingKey: sharingKey)
      }
    }.sorted {
      ($0.address, $0.namespace, $0.service) < ($1.address, $1.namespace, $1.service)
    }
  }
}
