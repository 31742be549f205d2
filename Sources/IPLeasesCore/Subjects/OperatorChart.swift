import Basics
import Cluster

/// Which chart of the IP operator goes with the provider: the one that brings the version the
/// provider runs. The numbers of both charts run apart.
struct OperatorChart: Hashable {
  let version: Version
  /// Why this one.
  let note: String

  private struct Candidate {
    var chart: Version
    /// Of the operator in it.
    var app: Version?
  }

  /// - Throws: where the repository has none that fits.
  init(_ charts: [ChartVersion], _ snapshot: ClusterSnapshot) throws(UserMessage) {
    guard let provider = snapshot.providerRelease?.chartVersion else {
      throw UserMessage("The version of the provider's chart is not known.")
    }
    try self.init(charts, provider: provider, app: snapshot.appOfProvider)
  }

  /// - Parameters:
  ///   - provider: the provider's chart.
  ///   - app: the version of the provider in it; nil where that is not known.
  /// - Throws: where the repository has none that fits.
  init(_ charts: [ChartVersion], provider: Version, app own: Version?) throws(UserMessage) {
    // Names and ports of both changed with chart 9.
    let generation = ChartGeneration(chart: provider)
    let candidates = charts.filter { $0.name == PublishedChart.ipOperator.name }
      .compactMap { row in
        Version(row.version).map {
          Candidate(chart: $0, app: row.appVersion.flatMap { Version($0) })
        }
      }
      .filter { ChartGeneration(chart: $0.chart) == generation }
    if let own {
      // Among several of one version the one nearest to the provider's chart, not above if it can be.
      let same = candidates.filter { $0.app == own }.map(\.chart)
      if let chart = same.filter({ $0 <= provider }).max() ?? same.min() {
        version = chart
        note = "Operator chart \(chart) brings version \(own), which is the provider's own."
        return
      }
      let near = candidates.filter { candidate in
        candidate.app.map { $0.major == own.major && $0.minor == own.minor && $0 < own } ?? false
      }.max { ($0.app ?? own, $0.chart) < ($1.app ?? own, $1.chart) }
      if let near, let app = near.app {
        version = near.chart
        note =
          "No operator chart brings the provider's version \(own); chart \(near.chart) brings \(app), "
          + "the nearest below it."
        return
      }
    }
    let fitting = candidates.map(\.chart).filter { $0.major == provider.major && $0 <= provider }
    guard let newest = fitting.max() else {
      throw UserMessage(
        "The repository akash has no operator chart \(provider.major).x up to \(provider).",
        advice: "helm repo update akash, then see helm search repo akash/akash-ip-operator -l.")
    }
    version = newest
    note = "Chart \(newest) is the newest operator chart up to provider chart \(provider)."
  }
}

extension ClusterSnapshot {
  /// The version of the provider: what runs, where its image says it; else what its chart says.
  var appOfProvider: Version? {
    providerStatefulSet?.imageVersion ?? providerRelease.flatMap { Version($0.appVersion) }
  }
}

extension Workload {
  /// From the first container's image tag.
  var imageVersion: Version? {
    let image = spec?.template?.spec?.containers?.first?.image ?? ""
    return image.split(separator: "@").first?.split(separator: ":").last.flatMap {
      Version(String($0))
    }
  }
}
