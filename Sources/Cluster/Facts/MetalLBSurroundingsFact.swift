extension FactName {
  /// Events and NetworkPolicies of `metallb-system`.
  package static let metallbSurroundings = FactName("metallbSurroundings")
}

extension ClusterSnapshot {
  package var metallbSurroundings: Fact<MetalLBSurroundings> {
    get { self[.metallbSurroundings] }
    set { self[.metallbSurroundings] = newValue }
  }
}

extension FactDefinition {
  static let metallbSurroundings = FactDefinition.listed(
    .metallbSurroundings,
    [.events, .networkPolicies].map { Listing($0, in: ConsoleSettings.metallbNamespace) },
    purpose: "read the events and network policies of \(ConsoleSettings.metallbNamespace)"
  ) { listed in
    var surroundings = MetalLBSurroundings()
    surroundings.events = listed.of(.events)
    surroundings.networkPolicies = listed.of(.networkPolicies)
    return surroundings
  }
}
