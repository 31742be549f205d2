import Execution

extension FactName {
  /// The names of the BGPPeers, BFDProfiles and Communities, where a migration might meet them, as
  /// kubectl names objects: `bgppeer.metallb.io/peer1`. `absent` where a kind is not there.
  package static let routing = FactName("routing")
}

extension ClusterSnapshot {
  package var routing: Fact<Set<String>> {
    get { self[.routing] }
    set { self[.routing] = newValue }
  }
}

extension FactDefinition {
  static let routing = FactDefinition.asked(
    .routing, near: [.metallb],
    [
      Question(after: [.metallb]) { snapshot, _ in
        guard snapshot.legacyConfigMap != nil else { return [] }
        // Only names: a BGPPeer may hold a password.
        let command = Kubectl(snapshot.connection).names(
          of: ["bgppeers.metallb.io", "bfdprofiles.metallb.io", "communities.metallb.io"],
          namespace: ConsoleSettings.metallbNamespace,
          purpose: "read which BGP objects there are")
        return [
          .text(.tool(command), to: .routing) { text in
            Set(text.split(whereSeparator: \.isNewline).map(String.init))
          }
        ]
      }
    ])
}
