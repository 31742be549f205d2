/// `ProviderLeasedIP` of `akash.network/v2beta2`: what the provider wants to be leased
/// (provider: pkg/apis/akash.network/akash.network.yaml).
package struct ProviderLeasedIP: ClusterObject {
  package var metadata: ObjectMeta
  package var spec: Spec?

  package struct Spec: Hashable, Sendable, Decodable {
    package var leaseID: LeaseID?
    package var serviceName: String?
    package var externalPort: Int?
    package var `protocol`: String?
    package var sharingKey: String?

    enum CodingKeys: String, CodingKey {
      case leaseID = "lease_id"
      case serviceName = "service_name"
      case externalPort = "external_port"
      case `protocol`
      case sharingKey = "sharing_key"
    }
  }
  package struct LeaseID: Hashable, Sendable, Decodable {
    package var owner: String?
    package var dseq: IntOrString?
    package var gseq: Int?
    package var oseq: Int?
  }

  /// The name the IP operator gives to the Service it makes for it.
  package var wantedService: String {
    let port = spec?.externalPort.map(String.init) ?? ""
    return "\(spec?.serviceName ?? "")-ip-\(port)-\(spec?.protocol ?? "")".lowercased()
  }

  package var lease: Lease { Lease(spec?.leaseID) }
}

extension Lease {
  init(_ id: ProviderLeasedIP.LeaseID?) {
    self.init(owner: id?.owner ?? "", sequence: id?.dseq.map { "\($0)" } ?? "")
  }
}
