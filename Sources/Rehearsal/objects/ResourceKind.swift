import Basics

/// A kind the simulated API server knows.
struct ResourceKind: Hashable, Sendable {
  var plural: String
  var singular: String
  var shortNames: [String]
  /// "" for the core group.
  var group: String
  var version: String
  var kind: String
  var isNamespaced: Bool
  /// Known only while a CRD of this name is there.
  var isCustom = false

  /// `deployments.apps`
  var fullName: String { group.isEmpty ? plural : "\(plural).\(group)" }
  /// `deployment.apps`, as in "deployment.apps/web restarted".
  var shownName: String { group.isEmpty ? singular : "\(singular).\(group)" }
  var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  private init(
    _ plural: String, _ kind: String, _ shortNames: [String] = [], group: String = "",
    version: String = "v1", isNamespaced: Bool = true, isCustom: Bool = false,
    singular: String? = nil
  ) {
    self.plural = plural
    self.singular = singular ?? kind.lowercased()
    self.shortNames = shortNames
    self.group = group
    self.version = version
    self.kind = kind
    self.isNamespaced = isNamespaced
    self.isCustom = isCustom
  }

  static let all: [ResourceKind] = [
    ResourceKind("namespaces", "Namespace", ["ns"], isNamespaced: false),
    ResourceKind("nodes", "Node", ["no"], isNamespaced: false),
    ResourceKind("services", "Service", ["svc"]),
    ResourceKind("configmaps", "ConfigMap", ["cm"]),
    ResourceKind("pods", "Pod", ["po"]),
    ResourceKind("secrets", "Secret"),
    ResourceKind("serviceaccounts", "ServiceAccount", ["sa"]),
    ResourceKind("events", "Event", ["ev"]),
    ResourceKind("persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"]),
    ResourceKind("deployments", "Deployment", ["deploy"], group: "apps"),
    ResourceKind("daemonsets", "DaemonSet", ["ds"], group: "apps"),
    ResourceKind("statefulsets", "StatefulSet", ["sts"], group: "apps"),
    ResourceKind("endpointslices", "EndpointSlice", group: "discovery.k8s.io"),
    ResourceKind("networkpolicies", "NetworkPolicy", ["netpol"], group: "networking.k8s.io"),
    ResourceKind(
      "clusterroles", "ClusterRole", group: "rbac.authorization.k8s.io", isNamespaced: false),
    ResourceKind(
      "clusterrolebindings", "ClusterRoleBinding", group: "rbac.authorization.k8s.io",
      isNamespaced: false),
    ResourceKind(
      "customresourcedefinitions", "CustomResourceDefinition", ["crd", "crds"],
      group: "apiextensions.k8s.io", isNamespaced: false),
    ResourceKind(
      "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
      group: "admissionregistration.k8s.io", isNamespaced: false),
    custom("ipaddresspools", "IPAddressPool", metallb),
    custom("l2advertisements", "L2Advertisement", metallb),
    custom("bgpadvertisements", "BGPAdvertisement", metallb),
    custom("bgppeers", "BGPPeer", metallb, version: "v1beta2"),
    custom("bfdprofiles", "BFDProfile", metallb),
    custom("communities", "Community", metallb),
    custom("servicel2statuses", "ServiceL2Status", metallb),
    custom("addresspools", "AddressPool", metallb),
    custom(
      "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool", "cilium.io", version: "v2alpha1",
      isNamespaced: false),
    custom("manifests", "Manifest", "akash.network", version: "v2beta2"),
    custom("providerhosts", "ProviderHost", "akash.network", version: "v2beta2"),
    custom(
      "providerleasedips", "ProviderLeasedIP", "akash.network", version: "v2beta2",
      shortNames: ["plip"]),
    custom("inventoryrequests", "InventoryRequest", "akash.network", version: "v2beta2"),
    custom("gateways", "Gateway", "gateway.networking.k8s.io", version: "v1"),
    custom("httproutes", "HTTPRoute", "gateway.networking.k8s.io", version: "v1"),
  ]

  private static let metallb = "metallb.io"

  private static func custom(
    _ plural: String, _ kind: String, _ group: String, version: String = "v1beta1",
    shortNames: [String] = [], isNamespaced: Bool = true
  ) -> ResourceKind {
    ResourceKind(
      plural, kind, shortNames, group: group, version: version, isNamespaced: isNamespaced,
      isCustom: true)
  }

  /// Those MetalLB brings; it gave the old kind of pools up in 0.14.2.
  static func ofMetalLB(_ version: Version) -> [ResourceKind] {
    all.filter { kind in
      kind.group == metallb && (kind.plural != "addresspools" || version < Version(0, 14, 2))
    }
  }

  /// Finds a kind by any of its names, with or without version and group behind a dot.
  static func named(_ name: String) -> ResourceKind? {
    let word = name.lowercased()
    return all.first { kind in
      if word == kind.plural || word == kind.singular || kind.shortNames.contains(word) {
        return true
      }
      guard let dot = word.firstIndex(of: ".") else { return false }
      let head = String(word[..<dot])
      let tail = String(word[word.index(after: dot)...])
      guard head == kind.plural || head == kind.singular else { return false }
      return tail == kind.group || tail == "\(kind.version).\(kind.group)"
    }
  }

  static func of(_ object: JSONValue) -> ResourceKind? {
    guard let kind = object["kind"].text, let apiVersion = object["apiVersion"].text else {
      return nil
    }
    return all.first { $0.kind == kind && $0.apiVersion == apiVersion }
  }
}
