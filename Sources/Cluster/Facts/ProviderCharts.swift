import Execution

extension FactName {
  /// The versions of the provider's chart that helm knows.
  package static let providerCharts = FactName("providerCharts")
}

extension ClusterSnapshot {
  package var providerCharts: Fact<[ChartVersion]> {
    get { self[.providerCharts] }
    set { self[.providerCharts] = newValue }
  }
}

extension FactDefinition {
  static let providerCharts = FactDefinition.asked(
    .providerCharts, cost: 8, near: [.repositories], calm: .seconds(600)
  ) { snapshot in
    .json(
      .tool(Helm(snapshot.connection).chartVersions(PublishedChart.provider.name)),
      as: [ChartVersion].self, to: .providerCharts
    ) { $0 }
  }
}
