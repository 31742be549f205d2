import Execution

/// A chart of the projects', under the name helm knows its repository by.
struct PublishedChart: Hashable, Sendable {
  let repository: ChartRepository
  /// Its name in the repository.
  let chart: String

  /// As helm takes it: `metallb/metallb`.
  var name: String { "\(repository.name)/\(chart)" }

  private static let akash = ChartRepository(
    name: "akash", url: "https://akash-network.github.io/helm-charts")
  static let metallb = Self(
    repository: ChartRepository(name: "metallb", url: "https://metallb.github.io/metallb"),
    chart: "metallb")
  static let ipOperator = Self(repository: akash, chart: "akash-ip-operator")
  static let provider = Self(repository: akash, chart: "provider")

  static let repositories = [metallb.repository, akash]

  /// The repository, known to helm and its index read.
  func fetched(_ snapshot: ClusterSnapshot, _ helm: Helm) -> [Action] {
    let isKnown = snapshot.repositories.value?.contains { $0.name == repository.name } ?? false
    let add: [Action] =
      isKnown ? [] : [.command(helm.addRepository(repository.name, url: repository.url))]
    return add + [.command(helm.updateRepository(repository.name))]
  }

  /// One more revision of the release, at the version it has: its own values stay, these are set.
  func setting(
    _ values: [(key: String, value: String)], of release: Release, purpose: String, _ helm: Helm
  ) -> Command {
    helm.upgrade(
      release.name, chart: name, version: release.chartVersionText, namespace: release.namespace,
      reuseValues: true, set: values, purpose: purpose)
  }
}
