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
  /// Asked for first, where the server has it.
  let version: String?
  let isNamespaced: Bool
  let decode: @Sendable (any Decoder) throws -> any ClusterObject

  /// The name of a group, and the version to ask it for first; it may prefer one that lacks the kind.
  private typealias Group = (name: String, version: String?)

  private init<Object: ClusterObject>(
    _ kind: String, _ type: Object.Type, in group: Group = core, isNamespaced: Bool = true
  ) {
    self.kind = kind
    name = Self.plural(of: kind)
    self.group = group.name
    version = group.version
    self.isNamespaced = isNamespaced
    decode = { try Object(from: $0) }
  }

  /// As the API server forms it.
  private static func plural(of kind: String) -> String {
    let word = kind.lowercased()
    if word.hasSuffix("y") { return word.dropLast() + "ies" }
    return word + (word.hasSuffix("s") ? "es" : "s")
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

  // MARK: All of them

  private static let core: Group = ("", nil)
  private static let apps: Group = ("apps", "v1")
  private static let discovery: Group = ("discovery.k8s.io", "v1")
  private static let networking: Group = ("networking.k8s.io", "v1")
  private static let admission: Group = ("admissionregistration.k8s.io", "v1")
  // v1beta2, which the server prefers, has only BGPPeer (metallb: api/v1beta2, v0.14.8).
  private static let metallb: Group = ("metallb.io", "v1beta1")
  private static let akash: Group = ("akash.network", "v2beta2")

  package static let nodes = Self("Node", Node.self, isNamespaced: false)
  package static let namespaces = Self("Namespace", Namespace.self, isNamespaced: false)
  package static let services = Self("Service", Service.self)
  package static let configMaps = Self("ConfigMap", ConfigMap.self)
  package static let pods = Self("Pod", Pod.self)
  package static let events = Self("Event", ClusterEvent.self)
  package static let deployments = Self("Deployment", Workload.self, in: apps)
  package static let daemonSets = Self("DaemonSet", Workload.self, in: apps)
  package static let statefulSets = Self("StatefulSet", Workload.self, in: apps)
  package static let endpointSlices = Self("EndpointSlice", EndpointSlice.self, in: discovery)
  package static let networkPolicies = Self("NetworkPolicy", NetworkPolicy.self, in: networking)
  package static let webhooks = Self(
    "ValidatingWebhookConfiguration", WebhookConfiguration.self, in: admission, isNamespaced: false)
  package static let pools = Self("IPAddressPool", IPAddressPool.self, in: metallb)
  package static let advertisements = Self("L2Advertisement", L2Advertisement.self, in: metallb)
  package static let bgpAdvertisements = Self(
    "BGPAdvertisement", BGPAdvertisement.self, in: metallb)
  package static let l2Statuses = Self("ServiceL2Status", ServiceL2Status.self, in: metallb)
  package static let leasedIPs = Self("ProviderLeasedIP", ProviderLeasedIP.self, in: akash)
}
