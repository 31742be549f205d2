import Basics

/// `verify -o json`.
package struct CheckDocument: Encodable, Sendable {
  package struct Row: Encodable, Sendable {
    var code: String
    var id: String
    var group: String
    var title: String
    var verdict: Verdict.Kind
    var got: String
    var want: String
    var why: String
    var hint: String
    var remedies: [String]
    /// The step whose plan puts it right, where no remedy does.
    var step: String?
    /// RFC 3339; only of findings.
    var since: String?
    /// Runs in a row that saw it; only of findings.
    var runs: Int?
    var setAside: Aside?
  }

  package struct Aside: Encodable, Sendable {
    var reason: String
    var until: String
  }

  /// The round against the one before.
  package struct Comparison: Encodable, Sendable {
    var run: Int
    var runBefore: Int
    var timeBefore: String
    /// Several where some of the checks were not made in the last run.
    var runsBefore: [Int]
    var new: [String]
    var gone: [String]
    var changed: [String]
    var notRun: [String]
    var still: [String]
  }

  package struct Summary: Encodable, Sendable {
    var pass: Int
    var warn: Int
    var fail: Int
    var notRun: Int
  }

  let schema = "ip-leases/verify/v1"
  var context: String
  var summary: Summary
  /// Of those in the summary; they do not count in the exit code.
  var setAside: Int
  var checks: [Row]
  /// Not there on the first round.
  var comparison: Comparison?

  package init(_ report: CheckReport) {
    context = report.context
    summary = Summary(
      pass: report.count(.pass), warn: report.count(.warn), fail: report.count(.fail),
      notRun: report.count(.notRun))
    setAside = report.asideCount
    comparison = Self.comparison(report)
    checks = report.groups.flatMap(\.results).map { result in
      Row(
        code: result.code, id: result.id, group: result.group.title, title: result.title,
        verdict: result.verdict.kind, got: SafeText.line(result.verdict.got), want: result.want,
        why: SafeText.line(result.why), hint: result.hint.text(),
        remedies: result.remedies.map(\.rawValue), step: result.step?.rawValue,
        since: report.since(result)?.formatted(.iso8601),
        runs: result.verdict.kind.isFinding
          ? report.history.spans(of: result.code).last?.count : nil,
        setAside: report.aside(result).map { Aside(reason: $0.reason, until: $0.until.text) })
    }
  }

  private static func comparison(_ report: CheckReport) -> Comparison? {
    let marks = report.runsBefore
    guard let before = marks.last else { return nil }
    func codes(_ kind: CheckHistory.Change.Kind) -> [String] {
      report.changes.filter { $0.kind == kind }.map(\.code)
    }
    return Comparison(
      run: report.history.runs, runBefore: before.run,
      timeBefore: before.time.formatted(.iso8601), runsBefore: marks.map(\.run), new: codes(.new),
      gone: codes(.gone),
      changed: codes(.changed), notRun: codes(.notRun), still: report.lasting.map(\.code))
  }
}
