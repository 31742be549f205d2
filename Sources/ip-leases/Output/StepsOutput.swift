import Basics
import Cluster
import Execution
import IPLeasesCore

/// `steps -o json`.
struct StepsDocument: Encodable {
  struct Row: Encodable {
    var id: StepID
    var title: String
    var state: StepState
    var evidence: String
    var blockedBy: [StepID]
    var guide: String
    var seen: [String]
  }

  let schema = "ip-leases/steps/v1"
  var context: String
  var way: Way
  var steps: [Row]

  init(_ checklist: Checklist, context: String, way: Way) {
    self.context = context
    self.way = way
    steps = checklist.reports.map { report in
      Row(
        id: report.id, title: report.title, state: report.state,
        evidence: SafeText.line(report.evidence), blockedBy: report.blockedBy,
        guide: [report.guide.says, report.guide.differs.map { "Here: \($0)" }]
          .compactMap(\.self).joined(separator: " "),
        seen: report.assessment.seen.map { SafeText.line($0) })
    }
  }
}

extension StepState {
  /// The word of the lists: at most five letters.
  var word: String {
    switch self {
    case .done: "OK"
    case .notNeeded: "OK"
    case .todo: "TODO"
    case .blocked: "WAIT"
    case .failed: "FAIL"
    case .setAside: "SKIP"
    case .unknown: "?"
    }
  }
}

enum StepsText {
  /// - Parameter options: what each command of this program carries.
  static func text(_ checklist: Checklist, _ options: [String]) -> String {
    var lines: [String] = []
    for (index, report) in checklist.reports.enumerated() {
      let number = String(index + 1).leftPadded(to: 2)
      let name = report.title.padded(to: 22)
      lines.append(
        "\(number) \(name) \(report.state.word.padded(to: 5)) \(SafeText.line(report.evidence))")
      if !report.blockedBy.isEmpty {
        lines.append("   waits for \(report.blockedBy.map(\.rawValue).joined(separator: ", "))")
      }
      if let problem = report.assessment.problem {
        lines += problem.lines(options).dropFirst().map { " " + $0 }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
