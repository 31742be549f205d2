import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import ip_leases

/// `ip-leases watch` on the built-in cluster.
@Suite(.inTurn)
struct WatchTests {
  private let program = ProgramCall()

  private struct Line: Decodable {
    var kind: String
    var time: Date
    var id: String?
    var state: String?
    var verdict: String?
    var what: String?
    var remedy: String?
  }

  private func lines(_ text: String) throws -> [Line] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try text.split(separator: "\n").map {
      try decoder.decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test func anEnabledClusterMayGoOn() async throws {
    let result = await program.run(["watch", "--rehearse", "enabled", "--for", "5s"])
    #expect(result.exit == .code(0), "\(result.transcript)")
    let lines = result.outputText.split(separator: "\n")
    #expect(lines.count == 15, "\(result.transcript)")
    #expect(lines.first?.contains("baseline") == true)
    #expect(lines[1...12].allSatisfy { $0.contains("  promise  kept ") }, "\(result.transcript)")
    #expect(lines.last?.contains("  verdict  GO ON ") == true)
    // It is over: the next one begins anew.
    let next = await program.run(["watch", "--rehearse", "enabled", "--for", "5s"])
    #expect(!next.outputText.contains("goes on"))
  }

  @Test func eachLineIsAnObject() async throws {
    let result = await program.run([
      "watch", "provider", "--rehearse", "enabled", "--for", "5s", "-o", "json",
    ])
    let lines = try lines(result.outputText)
    #expect(lines.first?.kind == "baseline")
    #expect(
      lines.filter { $0.kind == "promise" }.map(\.id) == PromiseID.allCases.map(\.rawValue))
    #expect(lines.last?.verdict == "goOn")
  }

  @Test func whatWasRecordedIsJudgedAgainWithoutACluster() async throws {
    let record = "\(program.folder)/record.jsonl"
    let run = await program.run([
      "watch", "--rehearse", "enabled", "--for", "5s", "--record", record,
    ])
    #expect(run.exit == .code(0))
    #expect(mode(of: record) == 0o600)
    let again = await program.run(["watch", "--replay", record])
    #expect(again.exit == .code(0), "\(again.transcript)")
    #expect(again.outputText == run.outputText)
    let longer = await program.run(["watch", "--replay", record, "--for", "1h"])
    #expect(longer.exit == .code(2))
    let over = await program.run(["watch", "--rehearse", "enabled", "--record", record])
    #expect(over.exit == .code(1), "\(over.transcript)")
  }

  private func upgradeMetalLB(to version: String) async throws {
    let upgrade = try await program.cluster(.enabled).run(
      Command(
        .helm,
        [
          "upgrade", "metallb", "metallb/metallb", "--version", version, "-n", "metallb-system",
          "--wait",
        ], purpose: "test", changes: true, timeLimit: .seconds(900)))
    #expect(upgrade.exit == .code(0), "\(upgrade.transcript)")
  }

  private func takeBaseline() async {
    let before = await program.run([
      "watch", "metallb", "--rehearse", "enabled", "--for", "1h", "--timeout", "5s",
    ])
    #expect(before.exit == .code(2), "\(before.transcript)")
    #expect(before.errorText.contains("There is no verdict within 5 s."))
  }

  @Test func anUpgradeThatKeepsAllGoesOn() async throws {
    await takeBaseline()
    try await upgradeMetalLB(to: "0.14.9")
    let after = await program.run([
      "watch", "--rehearse", "enabled", "--for", "6s", "--color", "always", "--timeout", "20m",
    ])
    #expect(after.exit == .code(0), "\(after.transcript)")
    let lines = after.outputText.split(separator: "\n")
    #expect(lines.first?.contains("goes on: MetalLB v0.14.8") == true)
    #expect(
      lines.contains {
        $0.contains(
          "release metallb-system/metallb: revision 1, metallb-0.14.8, deployed to "
            + "revision 2, metallb-0.14.9, deployed, by helm: Upgrade complete")
      }, "\(after.transcript)")
    #expect(lines.last?.contains("\u{1B}[32mGO ON") == true)
    #expect(!after.outputText.contains("nothing of MetalLB changed"))
  }

  /// What this program did itself is told as its own doing.
  @Test func anEditOfThePoolByThisProgramBreaksItsPromiseAndIsNamed() async throws {
    await takeBaseline()
    let edit = await program.run([
      "pools", "apply", "--add", "203.0.113.64/30", "--yes", "--rehearse", "enabled",
    ])
    #expect(edit.exit == .code(0), "\(edit.transcript)")
    let after = await program.run(["watch", "--rehearse", "enabled", "--timeout", "1m"])
    #expect(after.exit == .code(1), "\(after.transcript)")
    let event = after.outputText.split(separator: "\n").first { $0.contains("  pools ") }
    #expect(event?.contains("pool default: ") == true, "\(after.transcript)")
    #expect(event?.hasSuffix(", by this program, pools") == true, "\(after.transcript)")
    #expect(after.outputText.contains("  verdict  GO BACK       pools and advertisements stay"))
  }

  @Test func anUpgradeThatBreaksTheOperatorGoesBack() async throws {
    await takeBaseline()
    try await upgradeMetalLB(to: "0.16.1")
    let other = await program.run(["watch", "provider", "--rehearse", "enabled"])
    #expect(other.exit == .code(1))
    #expect(other.errorText.contains("with --new-baseline this one begins anew"))
    let after = await program.run([
      "watch", "--rehearse", "enabled", "--for", "1h", "-o", "json", "--timeout", "20m",
    ])
    #expect(after.exit == .code(1), "\(after.transcript)")
    let lines = try lines(after.outputText)
    #expect(lines.contains { $0.kind == "event" && $0.what?.hasPrefix("release ") == true })
    #expect(lines.last?.verdict == "goBack")
    #expect(lines.last?.remedy?.contains("lower-metallb") == true, "\(after.transcript)")
  }

  @Test func anUpgradeIsRunUnderWatchOnceItsPlanWasAgreedTo() async throws {
    let run = await program.run([
      "watch", "metallb", "--to", "0.15.3", "--yes", "--rehearse", "enabled", "--for", "6s",
    ])
    #expect(run.exit == .code(0), "\(run.transcript)")
    #expect(run.outputText.contains("version: v0.14.8 to v0.15.3"), "\(run.transcript)")
    #expect(run.outputText.contains("  verdict  GO ON "))
    let back = await program.run([
      "rollback", "upgrade-metallb", "--dry-run", "--rehearse", "enabled",
    ])
    #expect(back.exit == .code(0) && back.outputText.contains("helm rollback metallb 1"))
    let again = await program.run([
      "watch", "metallb", "--to", "0.15.3", "--yes", "--rehearse", "enabled", "--for", "6s",
    ])
    #expect(again.exit == .code(0) && again.errorText.contains("nothing to do"))
  }

  /// A promise breaks after an upgrade by this program: its own way back is named.
  @Test func theWayBackThatWasSavedIsTheOneNamed() async throws {
    let start = "enabled+pool-manual@300"
    let run = await program.run([
      "watch", "metallb", "--to", "0.15.3", "--yes", "--rehearse", start, "--for", "30m",
    ])
    #expect(run.exit == .code(1), "\(run.transcript)")
    let verdict = run.outputText.split(separator: "\n").first { $0.contains("GO BACK") }
    #expect(verdict?.contains("pools and advertisements stay") == true, "\(run.transcript)")
    #expect(run.outputText.contains("rollback upgrade-metallb"), "\(run.transcript)")
    #expect(!run.outputText.contains("helm -n metallb-system rollback"), "\(run.transcript)")
  }

  /// Who goes on sees how everything stands, also where nothing changes any more.
  @Test func aWatchThatIsGoneOnWithTellsHowEverythingStands() async throws {
    let start = "enabled+metrics-refused@20"
    let first = await program.run(["watch", "--rehearse", start])
    #expect(first.exit == .code(1), "\(first.transcript)")
    let again = await program.run(["watch", "--rehearse", start])
    #expect(again.exit == .code(1), "\(again.transcript)")
    let lines = again.outputText.split(separator: "\n")
    #expect(lines.count == 14 && lines[0].contains("goes on"), "\(again.transcript)")
    #expect(lines.last?.contains("  verdict  GO BACK ") == true, "\(again.transcript)")
  }

  /// The call was cut off after the upgrade and is made once more: its way back is as good as before.
  @Test func theWayBackOfAWatchThatWasCutOffRunsByItselfToo() async throws {
    let call = [
      "watch", "metallb", "--to", "0.15.3", "--yes", "--go-back", "--for", "2h", "--rehearse",
      "enabled+metrics-refused@900",
    ]
    let cut = await program.run(call + ["--timeout", "5m"])
    #expect(cut.exit == .code(2), "\(cut.transcript)")
    let again = await program.run(call)
    #expect(again.exit == .code(1), "\(again.transcript)")
    #expect(again.errorText.contains("this way back runs by itself"), "\(again.transcript)")
    #expect(again.errorText.contains("It was taken back."), "\(again.transcript)")
    // The metrics are refused still, and that is said.
    #expect(again.errorText.contains("Not kept yet: metrics"), "\(again.transcript)")
    let other = await program.run([
      "watch", "provider", "--to", "newest", "--yes", "--rehearse", "enabled+metrics-refused@900",
    ])
    #expect(other.exit == .code(1) && !other.outputText.contains("PLAN"), "\(other.transcript)")
    #expect(other.errorText.contains("watch metallb goes on with it"), "\(other.transcript)")
  }

  @Test func whatTheGateRefusesRunsNothing() async throws {
    let run = await program.run([
      "watch", "metallb", "--to", "0.16.1", "--yes", "--rehearse", "enabled",
    ])
    #expect(run.exit == .code(1), "\(run.transcript)")
    #expect(run.errorText.contains("watch metallb --to 0.15.3"), "\(run.transcript)")
    let activity = await program.run(["activity", "--rehearse", "enabled"])
    #expect(!activity.outputText.contains("helm upgrade"), "\(activity.transcript)")
  }

  @Test func withoutTheWordNothingIsUpgraded() async throws {
    let run = await program.run(["watch", "metallb", "--to", "newest", "--rehearse", "enabled"])
    #expect(run.exit == .code(2), "\(run.transcript)")
    #expect(run.outputText.contains("helm upgrade metallb"))
    let activity = await program.run(["activity", "--rehearse", "enabled"])
    #expect(!activity.outputText.contains("helm upgrade"), "\(activity.transcript)")
  }

  @Test(arguments: [
    ["watch", "nothing"], ["watch", "--to", "0.15.3"], ["watch", "metallb", "--go-back"],
    ["watch", "metallb", "--yes"], ["watch", "metallb", "--to", ""], ["watch", "--for", "0s"],
    ["watch", "--for", "soon"],
    ["watch", "--replay", "x", "--record", "y"], ["watch", "--replay", "x", "metallb"],
    ["watch", "--replay", "x", "--new-baseline"], ["watch", "--record", ""],
  ])
  func wrongUsageIsRefused(_ arguments: [String]) async {
    let result = await program.run(arguments)
    #expect(result.exit == .code(64), "\(result.transcript)")
    #expect(result.outputText == "")
  }

  @Test func whatIsNoRecordIsSaidWithItsLine() async throws {
    let path = "\(program.folder)/notes"
    try Data("{}\n".utf8).write(to: URL(filePath: path))
    let result = await program.run(["watch", "--replay", path])
    #expect(result.exit == .code(2))
    #expect(result.errorText.contains("line 1: "), "\(result.transcript)")
    let none = await program.run(["watch", "--replay", "\(path)x"])
    #expect(none.exit == .code(2))
  }
}
