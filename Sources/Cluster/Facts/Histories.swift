import Execution

extension FactName {
  /// The revisions of MetalLB's, the operator's and the provider's release, by release name.
  package static let histories = FactName("histories")
}

extension ClusterSnapshot {
  package var histories: Fact<[String: [Revision]]> {
    get { self[.histories] }
    set { self[.histories] = newValue }
  }
}

extension FactDefinition {
  static let histories = FactDefinition.asked(
    .histories, near: [.releases], calm: nil,
    [
      Question(after: [.releases]) { snapshot, _ in
        let releases =
          [snapshot.metallbRelease, snapshot.ipOperatorRelease].compactMap(\.self)
          + snapshot.providerReleases
        return releases.map { history(of: $0, snapshot.connection) }
      }
    ])

  private static func history(of release: Release, _ connection: Connection) -> Read {
    let command = Helm(connection).history(of: release.name, namespace: release.namespace)
    return Read(.tool(command)) { snapshot, answer in
      let read: Fact<[String: [Revision]]> = answer.decoded(as: [Revision].self) {
        [release.name: $0]
      }
      guard var all = snapshot.histories.value, let more = read.value else {
        if snapshot.histories.value == nil { snapshot.histories = read }
        return
      }
      all.merge(more) { $1 }
      snapshot.histories = .known(all, at: answer.at)
    }
  }
}
