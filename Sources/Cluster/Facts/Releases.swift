extension FactName {
  /// Helm's releases of all namespaces, each in its last revision.
  package static let releases = FactName("releases")
}

extension ClusterSnapshot {
  package var releases: Fact<[Release]> {
    get { self[.releases] }
    set { self[.releases] = newValue }
  }
}

extension FactDefinition {
  static let releases = FactDefinition.asked(.releases, cost: 9) { _ in
    Read(.releases) { snapshot, answer in
      if case .releases(let rows) = answer.reply {
        snapshot.releases = .known(rows, at: answer.at)
      } else {
        snapshot.releases = answer.failed()
      }
    }
  }
}
