import Foundation

/// One line of the table: what was measured, and what it is held against.
struct Row {
  enum Verdict: String {
    case met
    case missed = "MISSED"
    case noTarget = "—"
    case notRun = "not run"
  }

  var what: String
  var measured: String
  var target = "—"
  var reference = "—"
  var ratio = "—"
  var verdict = Verdict.noTarget

  static func notRun(_ what: String, target: String, because reason: String) -> Row {
    Row(what: what, measured: reason, target: target, verdict: .notRun)
  }

  /// A time against a limit, and against what a reference program took.
  static func time(
    _ what: String, _ time: Duration, limit: Duration?, references: [(String, Duration?)] = []
  ) -> Row {
    let verdict: Verdict = limit.map { time <= $0 ? .met : .missed } ?? .noTarget
    return Row(
      what: what, measured: time.text, target: limit.map { "≤ \($0.text)" } ?? "—",
      reference: list(references) { "\($0) \($1.text)" },
      ratio: list(references) { _, other in String(format: "%.2f", time / other) },
      verdict: verdict)
  }

  private static func list(
    _ references: [(String, Duration?)], _ text: (String, Duration) -> String
  ) -> String {
    let texts = references.map { name, duration in
      duration.map { text(name, $0) } ?? "\(name) not there"
    }
    return texts.isEmpty ? "—" : texts.joined(separator: ", ")
  }

  static func table(_ rows: [Row]) -> String {
    let head = ["What", "Measured", "Target", "Reference", "Ratio", "Verdict"]
    let body = rows.map {
      [$0.what, $0.measured, $0.target, $0.reference, $0.ratio, $0.verdict.rawValue]
    }
    let rule = head.map { _ in "---" }
    return ([head, rule] + body).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}

extension Duration {
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// Three digits that matter.
  var text: String {
    let value = inSeconds
    switch value {
    case ..<0.001: return String(format: "%.0f µs", value * 1e6)
    case ..<0.01: return String(format: "%.2f ms", value * 1e3)
    case ..<0.1: return String(format: "%.1f ms", value * 1e3)
    case ..<1: return String(format: "%.0f ms", value * 1e3)
    default: return String(format: "%.2f s", value)
    }
  }
}

extension [Duration] {
  /// The value that this share of all does not exceed; 0.5 is the median.
  func share(_ share: Double) -> Duration {
    let order = sorted()
    guard !order.isEmpty else { return .zero }
    return order[Swift.min(order.count - 1, Int((Double(order.count) * share).rounded(.down)))]
  }

  var median: Duration { share(0.5) }
}
