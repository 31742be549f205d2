/// Where the API server keeps the objects of a kind.
struct APIResource: Hashable, Sendable {
  var name: String
  /// Empty for the core.
  var group: String
  /// Asked for first, where the server has it: its preferred version may lack the kind.
  var version: String?
  var isNamespaced = true

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

  /// By the name kubectl is given.
  static let all: [String: APIResource] = {
    var all: [String: APIResource] = [:]
    func add(_ group: String, _ names: [String], version: String? = nil, isNamespaced: Bool = true)
    {
      for name in names {
        all[name] = APIResource(
          name: name, group: group, version: version, isNamespaced: isNamespaced)
      }
    }
    add("", ["nodes", "namespaces"], isNamespaced: false)
    add("", ["services", "configmaps", "pods", "events"])
    add("apps", ["deployments", "daemonsets", "statefulsets"], version: "v1")
    add("discovery.k8s.io", ["endpointslices"], version: "v1")
    add("networking.k8s.io", ["networkpolicies"], version: "v1")
    add(
      "admissionregistration.k8s.io", ["validatingwebhookconfigurations"], version: "v1",
      isNamespaced: false)
    // v1beta2, which the server prefers, has only BGPPeer (metallb: api/v1beta2, v0.14.8).
    add(
      "metallb.io",
      ["ipaddresspools", "l2advertisements", "bgpadvertisements", "servicel2statuses"],
      version: "v1beta1")
    add("akash.network", ["providerleasedips"], version: "v2beta2")
    return all
  }()
}
