import Foundation

/// A release as its Secret holds it (helm: pkg/storage/driver/util.go, v3.18: the JSON of a release,
/// packed with gzip, in base64; the Secret's own base64 goes around it).
struct StoredRelease: Decodable {
  struct Info: Decodable {
    var status: String
    var lastDeployed: String?

    enum CodingKeys: String, CodingKey {
      case status
      case lastDeployed = "last_deployed"
    }
  }

  struct Chart: Decodable {
    struct Metadata: Decodable {
      var name: String
      var version: String
      var appVersion: String?
    }
    var metadata: Metadata
  }

  var name: String
  var namespace: String
  var version: Int
  var info: Info
  var chart: Chart
  var config: PlainValue?

  /// As a row of `helm list`; nil if its time is in no form that is known.
  var row: Release? {
    guard let updated = info.lastDeployed.flatMap(Self.goTime) else { return nil }
    return Release(
      name: name, namespace: namespace, revision: String(version), status: info.status,
      chart: "\(chart.metadata.name)-\(chart.metadata.version)",
      appVersion: chart.metadata.appVersion ?? "", updated: updated)
  }

  /// Go's words for a time: "2026-11-23 16:45:30.99193709 +0000 UTC".
  static func goTime(_ text: String) -> String? {
    guard
      let match = text.wholeMatch(
        of: /(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(?:(Z)|([+-]\d\d):(\d\d))/)
    else { return nil }
    let zone = match.4.flatMap { hours in match.5.map { "\(hours)\($0)" } }
    let name = zone.map { "\($0) \($0)" } ?? "+0000 UTC"
    return "\(match.1) \(match.2) \(name)"
  }
}
