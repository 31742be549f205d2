import Foundation
import TestSupport
import Testing

@testable import ip_leases

/// What is packed beside the program.
@Suite(.inTurn)
struct PackageTests {
  private let program = ProgramCall()
  private let folder = ProjectTree.root.appending(path: ".github/package").path

  /// Where Debian's prometheus is installed.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
  func theAlertsAreRulesThatFire() async throws {
    let check = try await program.pipe(
      "", into: "/usr/bin/promtool", ["check", "rules", "\(folder)/prometheus-rules.yml"])
    #expect(check.exit == .code(0), "\(check.transcript)")
    let test = try await program.pipe(
      "", into: "/usr/bin/promtool", ["test", "rules", "\(folder)/prometheus-rules-test.yml"])
    #expect(test.exit == .code(0), "\(test.transcript)")
  }

  @Test func everyAlertSaysWhatToDo() throws {
    let rules = try ProjectTree.text(".github/package/prometheus-rules.yml")
    let alerts = rules.components(separatedBy: "- alert: ").dropFirst()
    #expect(alerts.count >= 5)
    for alert in alerts {
      #expect(alert.contains("action: "), "\(alert)")
      #expect(alert.contains("summary: "), "\(alert)")
    }
  }

  /// Every gauge that is asked for is one that the program has.
  @Test func rulesAndDashboardAskForGaugesThereAre() throws {
    let known = Set(OpenMetrics.Family.allCases.map(\.fullName))
    for name in ["prometheus-rules.yml", "grafana-dashboard.json"] {
      let text = try ProjectTree.text(".github/package/\(name)")
      let used = Set(text.matches(of: #/ip_leases_[a-z_]+/#).map { String($0.0) })
      #expect(!used.isEmpty && used.isSubset(of: known), "\(used.subtracting(known))")
    }
    let dashboard = try ProjectTree.text(".github/package/grafana-dashboard.json")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(dashboard.utf8)) }
  }

  /// Nothing is on before the admin switches it on.
  @Test func theTimerIsOffByDefault() throws {
    let release = try ProjectTree.text(".ci/release")
    #expect(!release.contains("postinst") && !release.contains("systemctl"))
  }
}
