import Basics
import Foundation

/// Gauges in the text form that Prometheus and node_exporter's textfile collector read.
struct OpenMetrics: Sendable {
  enum Family: String, CaseIterable, Sendable {
    case check, checkAside, addresses, promise, info, readTime

    var fullName: String {
      switch self {
      case .check, .addresses, .promise, .info: "ip_leases_\(rawValue)"
      case .checkAside: "ip_leases_check_aside"
      case .readTime: "ip_leases_read_time_seconds"
      }
    }

    fileprivate var help: String {
      switch self {
      case .check: "How a check came out: 0 pass, 1 warn, 2 fail, 3 not run."
      case .checkAside: "A finding somebody set aside: 1."
      case .addresses: "Addresses as each source counts them; kind is total, in_use or free."
      case .promise: "A promise of the watch: 0 kept, 1 waiting, 2 broken, 3 unknown."
      case .info: "The versions of the parts: 1."
      case .readTime: "When the cluster was read, in seconds since 1970."
      }
    }
  }

  private struct Sample {
    var labels: [(name: String, value: String)]
    /// A decimal number.
    var value: String
  }

  private var samples: [Family: [Sample]] = [:]

  init() {}

  mutating func add(
    _ family: Family, _ labels: KeyValuePairs<String, String>, _ value: String
  ) {
    samples[family, default: []].append(
      Sample(labels: labels.map { ($0.key, $0.value) }, value: value))
  }

  /// Those about one context of several.
  mutating func add(_ other: OpenMetrics, context: String) {
    for (family, found) in other.samples {
      samples[family, default: []] += found.map { sample in
        Sample(labels: [("context", context)] + sample.labels, value: sample.value)
      }
    }
  }

  var text: String {
    var lines: [String] = []
    for family in Family.allCases {
      guard let samples = samples[family] else { continue }
      let name = family.fullName
      lines += ["# HELP \(name) \(family.help)", "# TYPE \(name) gauge"]
      for sample in samples {
        let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        let list = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        lines.append("\(name)\(list) \(sample.value)")
      }
    }
    return (lines + ["# EOF"]).joined(separator: "\n") + "\n"
  }

  /// Names come from the cluster.
  private static func escaped(_ text: String) -> String {
    SafeText.line(text, limit: 200).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
  }
}
