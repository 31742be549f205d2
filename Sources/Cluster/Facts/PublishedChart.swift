import Execution

/// A chart of the projects', under the name helm knows its repository by.
package struct PublishedChart: Hashable, Sendable {
  package let repository: ChartRepository
  /// Its name in the repository.
  package let chart: String

  /// As helm takes it: `metallb/metallb`.
  package var name: String { "\(repository.name)/\(chart)" }

  private static let akash = ChartRepository(
    name: "akash", url: "https://akash-network.github.io/helm-charts")
  package static let metallb = Self(
    repository: ChartRepository(name: "metallb", url: "https://metallb.github.io/metallb"),
    chart: "metallb")
  package static let ipOperator = Self(repository: akash, chart: "akash-ip-operator")
  package static let provider = Self(repository: akash, chart: "provider")

  package static let repositories = [metallb.repository, akash]

  /// The repository, known to helm and its index read.
  package func fetched(_ snapshot: ClusterSnapshot, _ helm: Helm) -> [Action] {
    let isKnown = snapshot.repositories.value?.contains { $0.name == repository.name } ?? false
    let add: [Action] =
      isKnown ? [] : [.command(helm.addRepository(repository.name, url: repository.url))]
    return add + [.command(helm.updateRepository(repository.name))]
  }

  /// One more revision of the release, at the version it has: its own values stay, these are set.
  package func setting(
    _ values: [(key: String, value: String)], of release: Release, purpose: String, _ helm: Helm
  ) -> Command {
    helm.upgrade(
      release.name, chart: name, version: release.chartVersionText, namespace: release.namespace,
      reuseValues: true, set: values, purpose: purpose)
  }
}
