import Basics
import Foundation

/// A row of `helm list -o json`. `revision` is a string there.
package struct Release: Hashable, Sendable, Decodable {
  @ClusterName package var name: String
  @ClusterName package var namespace: String
  @ClusterName package var revision: String
  /// deployed, failed, pending-install, pending-upgrade, pending-rollback, uninstalling.
  package var status: String
  /// Name and version as one word, as in `provider-19.0.2`.
  package var chart: String
  package var appVersion: String
  /// As Go prints a time: "2026-11-23 16:45:30.99193709 +0000 UTC".
  package var updated: String?

  package init(
    name: String, namespace: String, revision: String, status: String, chart: String,
    appVersion: String, updated: String? = nil
  ) {
    self.updated = updated
    self.name = name
    self.namespace = namespace
    self.revision = revision
    self.status = status
    self.chart = chart
    self.appVersion = appVersion
  }

  enum CodingKeys: String, CodingKey {
    case name, namespace, revision, status, chart, updated
    case appVersion = "app_version"
  }

  /// helm left it half-way: pending, or failed.
  package var isBroken: Bool { isPending || status == "failed" }

  /// Broken at its first revision: nothing of it was ever deployed, so nothing is lost with it.
  package var wasNeverDeployed: Bool { isBroken && revision == "1" }

  package var isPending: Bool { status.hasPrefix("pending-") || status == "uninstalling" }

  /// When the last revision was made; fractions of a second are dropped.
  package var updatedAt: Date? {
    guard let parts = updated?.split(separator: " "), parts.count >= 3,
      let time = parts[1].split(separator: ".").first
    else { return nil }
    let zone = parts[2].prefix(3) + ":" + parts[2].suffix(2)
    return try? Date("\(parts[0])T\(time)\(zone)", strategy: .iso8601)
  }

  /// The chart's name: what stands before the hyphen that a version follows.
  package var chartName: String { splitChart.name }
  package var chartVersion: Version? { Version(splitChart.version) }
  package var chartVersionText: String { splitChart.version }

  private var splitChart: (name: String, version: String) {
    // A pre-release has hyphens of its own ("provider-9.0.0-rc1"): the version starts at the first
    // hyphen that a digit follows and after which everything is a version.
    var start = chart.startIndex
    while let hyphen = chart[start...].firstIndex(of: "-") {
      let rest = chart[chart.index(after: hyphen)...]
      if Version(String(rest)) != nil { return (String(chart[..<hyphen]), String(rest)) }
      start = chart.index(after: hyphen)
    }
    return (chart, "")
  }
}

/// A row of `helm history -o json`, the oldest first.
package struct Revision: Hashable, Sendable, Decodable {
  package var revision: Int
  /// deployed, superseded, failed, pending-upgrade and so on.
  package var status: String
  package var chart: String
  package var description: String?
  /// As JSON has a time, with fractions of a second.
  package var updated: String?

  /// True for what a `helm rollback` made that did not come to its end, or that led there.
  package func isTry(ofRollbackTo target: Int, since time: Date) -> Bool {
    guard let made = updatedAt, made >= time.addingTimeInterval(-1), let description else {
      return false
    }
    return description.hasPrefix("Rollback to \(target)")
      || description.hasPrefix("Rollback \"") && description.contains("failed")
  }

  /// When it was made; fractions of a second are dropped.
  package var updatedAt: Date? {
    guard let updated, let dot = updated.firstIndex(of: ".") else {
      return updated.flatMap { try? Date($0, strategy: .iso8601) }
    }
    let zone = updated[dot...].drop { $0 == "." || $0.isNumber }
    return try? Date(updated[..<dot] + zone, strategy: .iso8601)
  }

  package var chartVersion: Version? {
    Release(
      name: "", namespace: "", revision: "", status: status, chart: chart, appVersion: ""
    ).chartVersion
  }

  /// Something can be brought back to it.
  package var wasGood: Bool { status == "deployed" || status == "superseded" }
}

/// A row of `helm repo list -o json`.
package struct ChartRepository: Hashable, Sendable, Decodable {
  package var name: String
  package var url: String
}

/// A row of `helm search repo -o json`.
package struct ChartVersion: Hashable, Sendable, Decodable {
  package var name: String
  package var version: String
  /// Of the program in it.
  package var appVersion: String?

  enum CodingKeys: String, CodingKey {
    case name, version
    case appVersion = "app_version"
  }
}
