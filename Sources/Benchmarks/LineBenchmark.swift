import Foundation
import TestSupport

/// `status` over a line of 150 ms to the cluster that KUBECONFIG names, with nothing kept of an earlier
/// call, beside `kubectl get pods -A`. Reads only.
struct LineBenchmark {
  private let site: Site

  private static let roundTrip = Duration.milliseconds(150)
  private static let mostRoundTrips = 6.0
  private static let runs = 5
  private static let what = "`status` over a line of \(roundTrip.text), cold"
  private static let target = "≤ 6 round trips"

  init(_ site: Site) { self.site = site }

  func rows() throws -> [Row] {
    if let reason = ClusterBenchmark.obstacle {
      return [.notRun(Self.what, target: Self.target, because: reason)]
    }
    guard let (text, host, port) = Self.connection() else {
      let reason = "the kubeconfig names no server as https://ADDRESS:PORT"
      return [.notRun(Self.what, target: Self.target, because: reason)]
    }
    let line = try DelayedLine(to: host, port: port, each: Self.roundTrip / 2)
    let config = try site.file(
      "kubeconfig",
      text.replacing("https://\(host):\(port)", with: "https://\(host):\(line.port)"))
    let mine = times(config) { [site.program, "status", "--state-dir", $0] }
    let theirs = times(config) { _ in ["kubectl", "get", "pods", "-A"] }
    let trips = mine.median / Self.roundTrip
    return [
      Row(
        what: Self.what,
        measured: "\(mine.median.text), \(String(format: "%.1f", trips)) round trips",
        target: Self.target,
        reference: "`kubectl get pods -A`, cold \(theirs.median.text), "
          + String(format: "%.1f round trips", theirs.median / Self.roundTrip),
        ratio: String(format: "%.2f", mine.median / theirs.median),
        verdict: trips <= Self.mostRoundTrips ? .met : .missed)
    ]
  }

  /// - Parameter argv: for a folder in which nothing was kept yet.
  private func times(_ config: String, _ argv: (String) -> [String]) -> [Duration] {
    (0..<Self.runs).map { _ in
      let folder = "\(site.folder)/\(UUID().uuidString)"
      var environment = ProcessInfo.processInfo.environment
      environment["KUBECONFIG"] = config
      environment["HOME"] = folder
      return Stopwatch.run(argv(folder), environment: environment).time
    }
  }

  private static func connection() -> (text: String, host: String, port: UInt16)? {
    guard let path = ProcessInfo.processInfo.environment["KUBECONFIG"],
      let text = try? String(contentsOfFile: path, encoding: .utf8),
      let found = text.firstMatch(of: #/server: https:\/\/([0-9.]+):([0-9]+)/#),
      let port = UInt16(found.2)
    else { return nil }
    return (text, String(found.1), port)
  }
}
