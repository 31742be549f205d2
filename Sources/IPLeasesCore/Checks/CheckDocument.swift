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
  var checks: [Row]

  package init(_ report: CheckReport) {
    context = report.context
    summary = Summary(
      pass: report.count(.pass), warn: report.count(.warn), fail: report.count(.fail),
      notRun: report.count(.notRun))
    checks = report.groups.flatMap(\.results).map { result in
      Row(
        code: result.code, id: result.id, group: result.group.title, title: result.title,
        verdict: result.verdict.kind, got: SafeText.line(result.verdict.got), want: result.want,
        why: SafeText.line(result.why), hint: result.hint,
        remedies: result.remedies.map(\.rawValue))
    }
  }
}

extension CheckReport {
  /// `verify -o junit`: a test suite for each group; a warning is an output of its case, not a
  /// failure.
  package var junit: String {
    let seconds = duration.inSeconds
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuites name="ip-leases" tests="\#(results.count)" failures="\#(count(.fail))""#
        + #" errors="0" time="\#(seconds)">"#,
    ]
    for (group, own) in groups {
      let failures = own.count { $0.verdict.kind == .fail }
      let skipped = own.count { $0.verdict.kind == .notRun }
      lines.append(
        #"  <testsuite name="\#(Self.escaped(group.title))" tests="\#(own.count)""#
          + #" failures="\#(failures)" errors="0" skipped="\#(skipped)" time="0">"#)
      lines += own.flatMap(Self.testCase)
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func testCase(_ result: CheckResult) -> [String] {
    let open =
      #"    <testcase classname="ip-leases.\#(result.group.rawValue)""#
      + #" name="\#(escaped("\(result.code) \(result.title)"))" time="0">"#
    let got = escaped(result.verdict.got)
    let details = escaped(
      "got: \(result.verdict.got)\nwant: \(result.want)\nwhy: \(result.why)\nhint: \(result.hint)")
    let body: [String] =
      switch result.verdict.kind {
      case .pass: []
      case .warn: ["      <system-out>WARN \(details)</system-out>"]
      case .fail: [#"      <failure message="\#(got)" type="fail">\#(details)</failure>"#]
      case .notRun: [#"      <skipped message="\#(got)"/>"#]
      }
    return [open] + body + ["    </testcase>"]
  }

  private static func escaped(_ text: String) -> String {
    SafeText.lines(text).joined(separator: "\n").replacing("&", with: "&amp;")
      .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
      // What no XML 1.0 text may hold.
      .replacing("\u{FFFE}", with: "?").replacing("\u{FFFF}", with: "?")
  }
}
