import Basics

/// A release as its Secret holds it (helm: pkg/storage/driver/util.go, v3.18: the JSON of a release,
/// packed with gzip, in base64; the Secret's own base64 goes around it).
struct StoredRelease {
  let name: String
  let namespace: String
  let version: Int
  let status: String
  let values: JSONValue
  private let chart: String
  private let appVersion: String
  private let lastDeployed: String

  init?(_ json: JSONValue) {
    let metadata = json["chart"]["metadata"]
    guard let name = json["name"].text, let namespace = json["namespace"].text,
      let version = json["version"].number, let status = json["info"]["status"].text,
      let chart = metadata["name"].text, let chartVersion = metadata["version"].text
    else { return nil }
    self.name = name
    self.namespace = namespace
    self.version = version
    self.status = status
    self.chart = "\(chart)-\(chartVersion)"
    values = json["config"]
    appVersion = metadata["appVersion"].text ?? ""
    lastDeployed = json["info"]["last_deployed"].text ?? ""
  }

  /// As a row of `helm list`; nil if its time is in no form that is known.
  var row: Release? {
    guard let updated = Self.goTime(lastDeployed) else { return nil }
    return Release(
      name: name, namespace: namespace, revision: String(version), status: status,
      chart: chart, appVersion: appVersion, updated: updated)
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
