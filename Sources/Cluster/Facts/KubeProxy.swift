extension FactName {
  /// kube-proxy: its ConfigMap, DaemonSet and Pods, from `kube-system`.
  package static let kubeProxy = FactName("kubeProxy")
}

extension ClusterSnapshot {
  package var kubeProxy: Fact<NamespaceObjects> {
    get { self[.kubeProxy] }
    set { self[.kubeProxy] = newValue }
  }
}

extension FactDefinition {
  static let kubeProxy: FactDefinition = {
    var definition = listed(
      .kubeProxy,
      [.configMaps, .daemonSets, .pods].map { Listing($0, in: "kube-system") },
      purpose: "read the workloads of kube-system", make: NamespaceObjects.init(listed:))
    definition.change { $0.showsManagedFields = true }
    return definition
  }()
}
