/// A kind of object, where the API server keeps it, and what is decoded of one.
package struct APIResource: Hashable, Sendable {
  /// As kubectl is given it and as it stands in a path.
  ///
  /// No name has two dots: kubectl takes `pools.metallb.io` for resource.version.group first, does
  /// not find it, and reads all kinds of the server anew, which is forty requests and doubles its
  /// time.
  package let name: String
  /// As each object says it.
  let kind: String
  /// Empty for the core.
  let group: String
  /// Asked for first, where the server has it: its preferred version may lack the kind.
  let version: String?
  let isNamespaced: Bool
  let decode: @Sendable (any Decoder) throws -> any ClusterObject

  private init<Object: ClusterObject>(
    _ name: String, _ kind: String, _ type: Object.Type, group: String = "",
    version: String? = nil, isNamespaced: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.group = group
    self.version = version
    self.isNamespaced = isNamespaced
    decode = { try Object(from: $0) }
  }

  package static func == (one: APIResource, other: APIResource) -> Bool {
    one.name == other.name && one.group == other.group
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(group)
  }

  /// - Parameter version: one the server has.
  func path(_ version: String, namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    let place = isNamespaced ? namespace.map { "/namespaces/\($0)" } ?? "" : ""
    return "\(root)\(place)/\(name)"
  }

  /// The versions to try, the best first; empty if the server does not have the group.
  func versions(_ groups: APIGroups) -> [String] {
    let all = groups.versions(of: group)
    guard let version, all.contains(version) else { return all }
    return [version] + all.filter { $0 != version }
  }

  package static let nodes = APIResource("nodes", "Node", Node.self, isNamespaced: false)
  package static let namespaces = APIResource(
    "namespaces", "Namespace", Namespace.self, isNamespaced: false)
  package static let services = APIResource("services", "Service", Service.self)
  package static let configMaps = APIResource("configmaps", "ConfigMap", ConfigMap.self)
  package static let pods = APIResource("pods", "Pod", Pod.self)
  package static let events = APIResource("events", "Event", ClusterEvent.self)
  package static let deployments = APIResource(
    "deployments", "Deployment", Workload.self, group: "apps", version: "v1")
  package static let daemonSets = APIResource(
    "daemonsets", "DaemonSet", Workload.self, group: "apps", version: "v1")
  package static let statefulSets = APIResource(
    "statefulsets", "StatefulSet", Workload.self, group: "apps", version: "v1")
  package static let endpointSlices = APIResource(
    "endpointslices", "EndpointSlice", EndpointSlice.self, group: "discovery.k8s.io",
    version: "v1")
  package static let networkPolicies = APIResource(
    "networkpolicies", "NetworkPolicy", NetworkPolicy.self, group: "networking.k8s.io",
    version: "v1")
  package static let webhooks = APIResource(
    "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
    WebhookConfiguration.self, group: "admissionregistration.k8s.io", version: "v1",
    isNamespaced: false)
  // v1beta2, which the server prefers, has only BGPPeer (metallb: api/v1beta2, v0.14.8).
  package static let pools = APIResource(
    "ipaddresspools", "IPAddressPool", IPAddressPool.self, group: "metallb.io",
    version: "v1beta1")
  package static let advertisements = APIResource(
    "l2advertisements", "L2Advertisement", L2Advertisement.self, group: "metallb.io",
    version: "v1beta1")
  package static let bgpAdvertisements = APIResource(
    "bgpadvertisements", "BGPAdvertisement", BGPAdvertisement.self, group: "metallb.io",
    version: "v1beta1")
  package static let l2Statuses = APIResource(
    "servicel2statuses", "ServiceL2Status", ServiceL2Status.self, group: "metallb.io",
    version: "v1beta1")
  package static let leasedIPs = APIResource(
    "providerleasedips", "ProviderLeasedIP", ProviderLeasedIP.self, group: "akash.network",
    version: "v2beta2")
}
