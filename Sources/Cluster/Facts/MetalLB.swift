extension FactName {
  /// Deployments, DaemonSets, ConfigMaps, Pods and EndpointSlices of `metallb-system`.
  package static let metallb = FactName("metallb")
}

extension ClusterSnapshot {
  package var metallb: Fact<NamespaceObjects> {
    get { self[.metallb] }
    set { self[.metallb] = newValue }
  }
}

extension FactDefinition {
  static let metallb = FactDefinition.listed(
    .metallb,
    [.deployments, .daemonSets, .configMaps, .pods, .endpointSlices].map {
      Listing($0, in: ConsoleSettings.metallbNamespace)
    }, purpose: "read the workloads of \(ConsoleSettings.metallbNamespace)",
    make: NamespaceObjects.init(listed:))
}

extension NamespaceObjects {
  init(listed: ListedObjects) {
    self.init()
    deployments = listed.of(.deployments)
    daemonSets = listed.of(.daemonSets)
    statefulSets = listed.of(.statefulSets)
    pods = listed.of(.pods)
    configMaps = listed.of(.configMaps)
    endpointSlices = listed.of(.endpointSlices)
  }

  mutating func add(_ other: NamespaceObjects) {
    deployments += other.deployments
    daemonSets += other.daemonSets
    statefulSets += other.statefulSets
    pods += other.pods
    configMaps += other.configMaps
    endpointSlices += other.endpointSlices
  }
}
