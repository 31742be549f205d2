extension FactName {
  /// The chart repositories that helm knows; `absent` where it knows none.
  package static let repositories = FactName("repositories")
}

extension ClusterSnapshot {
  package var repositories: Fact<[ChartRepository]> {
    get { self[.repositories] }
    set { self[.repositories] = newValue }
  }
}

extension FactDefinition {
  static let repositories = FactDefinition.asked(.repositories, cost: 8, calm: nil) { _ in
    Read(.repositories) { snapshot, answer in
      if case .repositories(let rows) = answer.reply {
        snapshot.repositories = .known(rows, at: answer.at)
      } else {
        snapshot.repositories = answer.failed()
      }
    }
  }
}
