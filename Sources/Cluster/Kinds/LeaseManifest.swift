import Foundation

/// `Manifest` of `akash.network/v2beta2`, as much of it as says which addresses its lease wants
/// (provider: pkg/apis/akash.network/crd.yaml). What a tenant wrote of secrets is not decoded.
package struct LeaseManifest: Hashable, Sendable, Decodable {
  package var name: String
  package var madeAt: Date?
  package var leaseID: ProviderLeasedIP.LeaseID?
  package var endpoints: [Endpoint]

  /// A port that is to be reached at an address of the lease's own.
  package struct Endpoint: Hashable, Sendable {
    /// As the tenant calls the address.
    package var name: String
    package var externalPort: Int
    package var `protocol`: String

    package init(name: String, externalPort: Int, protocol: String) {
      self.name = name
      self.externalPort = externalPort
      self.protocol = `protocol`
    }
  }

  package init(
    name: String, madeAt: Date?, leaseID: ProviderLeasedIP.LeaseID?, endpoints: [Endpoint]
  ) {
    self.name = name
    self.madeAt = madeAt
    self.leaseID = leaseID
    self.endpoints = endpoints
  }

  package var lease: Lease { Lease(leaseID) }

  private struct Whole: Decodable {
    struct Meta: Decodable {
      var name: String
      var creationTimestamp: Date?
    }
    struct Spec: Decodable {
      var leaseID: ProviderLeasedIP.LeaseID?
      var group: Group?

      enum CodingKeys: String, CodingKey {
        case leaseID = "lease_id"
        case group
      }
    }
    struct Group: Decodable { var services: [Service]? }
    struct Service: Decodable { var expose: [Expose]? }
    struct Expose: Decodable {
      var port: Int?
      var externalPort: Int?
      var proto: String?
      var isGlobal: Bool?
      var ip: String?

      enum CodingKeys: String, CodingKey {
        case port, proto, ip
        case externalPort = "external_port"
        case isGlobal = "global"
      }
    }
    var metadata: Meta
    var spec: Spec?
  }

  package init(from decoder: any Decoder) throws {
    let whole = try Whole(from: decoder)
    name = whole.metadata.name
    madeAt = whole.metadata.creationTimestamp
    leaseID = whole.spec?.leaseID
    let exposed = (whole.spec?.group?.services ?? []).flatMap { $0.expose ?? [] }
    endpoints = exposed.compactMap { expose in
      guard expose.isGlobal == true, let name = expose.ip, !name.isEmpty else { return nil }
      // No port of its own outside: the inner one (provider: ExposeExternalPort).
      let outer = expose.externalPort.flatMap { $0 == 0 ? nil : $0 } ?? expose.port ?? 0
      return Endpoint(name: name, externalPort: outer, protocol: expose.proto ?? "TCP")
    }
  }
}
