import Basics

extension CheckReport {
  /// `verify -o junit`: a test suite for each group; a warning is an output of its case, not a
  /// failure.
  package var junit: String {
    let seconds = duration.inSeconds
    let failureCount = results.count { $0.verdict.kind == .fail && aside($0) == nil }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuites name="ip-leases" tests="\#(results.count)" failures="\#(failureCount)""#
        + #" errors="0" time="\#(seconds)">"#,
    ]
    for (group, own) in groups {
      let failures = own.count { $0.verdict.kind == .fail && aside($0) == nil }
      let skipped = own.count {
        $0.verdict.kind == .notRun || ($0.verdict.kind == .fail && aside($0) != nil)
      }
      lines.append(
        #"  <testsuite name="\#(Self.escaped(group.title))" tests="\#(own.count)""#
          + #" failures="\#(failures)" errors="0" skipped="\#(skipped)" time="0">"#)
      lines += own.flatMap(testCase)
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  private func testCase(_ result: CheckResult) -> [String] {
    let open =
      #"    <testcase classname="ip-leases.\#(result.group.rawValue)""#
      + #" name="\#(Self.escaped("\(result.code) \(result.title)"))" time="0">"#
    let got = Self.escaped(result.verdict.got)
    let details = Self.escaped(
      "got: \(result.verdict.got)\nwant: \(result.want)\nwhy: \(result.why)\nhint: \(result.hint.text())"
    )
    let body: [String] =
      switch result.verdict.kind {
      case .pass: []
      case .warn: ["      <system-out>WARN \(details)</system-out>"]
      case .fail where aside(result) != nil:
        [#"      <skipped message="FAIL, set aside \#(asideText(result)): \#(got)"/>"#]
      case .fail: [#"      <failure message="\#(got)" type="fail">\#(details)</failure>"#]
      case .notRun: [#"      <skipped message="\#(got)"/>"#]
      }
    return [open] + body + ["    </testcase>"]
  }

  private func asideText(_ result: CheckResult) -> String {
    Self.escaped(aside(result)?.text ?? "")
  }

  private static func escaped(_ text: String) -> String {
    SafeText.lines(text).joined(separator: "\n").replacing("&", with: "&amp;")
      .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
      // What no XML 1.0 text may hold.
      .replacing("\u{FFFE}", with: "?").replacing("\u{FFFF}", with: "?")
  }
}
