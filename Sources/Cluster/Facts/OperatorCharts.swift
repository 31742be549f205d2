import Execution

extension FactName {
  /// The versions of the IP operator's chart that helm knows.
  package static let operatorCharts = FactName("operatorCharts")
}

extension ClusterSnapshot {
  package var operatorCharts: Fact<[ChartVersion]> {
    get { self[.operatorCharts] }
    set { self[.operatorCharts] = newValue }
  }
}

extension FactDefinition {
  static let operatorCharts = FactDefinition.asked(
    .operatorCharts, cost: 8, near: [.repositories], calm: .seconds(600)
  ) { snapshot in
    .json(
      .tool(Helm(snapshot.connection).chartVersions(PublishedChart.ipOperator.name)),
      as: [ChartVersion].self, to: .operatorCharts
    ) { $0 }
  }
}
