import Execution

extension FactName {
  /// The versions of MetalLB's chart that helm knows.
  package static let metallbCharts = FactName("metallbCharts")
}

extension ClusterSnapshot {
  package var metallbCharts: Fact<[ChartVersion]> {
    get { self[.metallbCharts] }
    set { self[.metallbCharts] = newValue }
  }
}

extension FactDefinition {
  static let metallbCharts = FactDefinition.asked(
    .metallbCharts, cost: 8, near: [.repositories], calm: .seconds(600)
  ) { snapshot in
    .json(
      .tool(Helm(snapshot.connection).chartVersions(PublishedChart.metallb.name)),
      as: [ChartVersion].self, to: .metallbCharts
    ) { $0 }
  }
}
