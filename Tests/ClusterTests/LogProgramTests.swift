import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

/// `logs` as a program among others: pipes, slow readers, signals.
@Suite(.inTurn)
struct LogProgramTests {
  private func shell(_ site: ClusterSite, _ script: String, _ more: [String: String] = [:])
    async throws -> Program.Outcome
  {
    let shell = Program(path: "/bin/bash", environment: site.environment.merging(more) { $1 })
    return try await shell.run(["-c", script, Program.underTest, site.folder], limit: .seconds(60))
  }

  @Test func aReaderThatHasSeenEnoughEndsItCleanly() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    let outcome = try await shell(
      site, #""$0" logs -f --rehearse enabled | head -n 5; echo "${PIPESTATUS[*]}""#)
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 6 && lines.last == "0 0", "\(outcome.transcript)")
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.duration < .seconds(30))
  }

  @Test func everySourceOfTheRehearsalIsReadAndMergedByTime() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    let outcome = try await site.run("logs", "-o", "json")
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    struct Row: Decodable {
      var time: String?
      var source: String
      var pod: String
      var level: String?
      var message: String
      var fields: [String: String]
      var raw: String
    }
    let rows = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    #expect(
      Set(rows.map(\.source)).isSuperset(of: [
        "provider", "operator", "hostname", "controller", "speaker", "kube-proxy", "events",
      ]), "\(Set(rows.map(\.source)))")
    let times = rows.compactMap(\.time)
    #expect(times == times.sorted() && times.count > 20)
    let opened = rows.filter { $0.message == "barrier can now be passed" }
    #expect(opened.map(\.level) == ["info"] && opened.first?.fields["operator"] == "ip")
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test func aBarrierThatStaysLockedIsFollowedAndAnInterruptEndsIt() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    try await site.rehearsal.setFault(.operatorLocked)
    let outcome = try await site.run("logs", "operator", "-f", "--grep", "barrier|dns") {
      line, process in
      if line.contains("barrier is locked") { kill(process, SIGINT) }
    }
    #expect(outcome.ending == .exited(130), "\(outcome.transcript)")
    #expect(outcome.output.contains("error dns discovery failed"), "\(outcome.transcript)")
    #expect(!outcome.output.contains("HTTP listening"))
  }

  /// A kubectl that knows one pod and writes 90 MB at once; it notes when it is through.
  @Test func aSlowReaderNeverHoldsUpTheReading() async throws {
    let site = try await ClusterSite(.rehearsal)
    let kubectl = "\(site.folder)/kubectl"
    try await Program.install(
      #"""
      #!/bin/sh
      case "$*" in
      *" logs "*--follow*)
        line="2026-11-23T12:00:00.000000001Z $(printf '%0270d' 0)"
        yes "$line" | head -n 300000
        : > "$DONE"
        exec sleep 60 ;;
      *" get deployments,"*) cat "$OBJECTS" ;;
      *) exit 1 ;;
      esac
      """#, at: kubectl)
    let objects = """
      {"items":[{"kind":"Deployment","metadata":{"name":"operator-ip","namespace":"akash-services"},
      "spec":{"selector":{"matchLabels":{"a":"b"}}}},
      {"kind":"Pod","metadata":{"name":"op-1","namespace":"akash-services","uid":"u","labels":{"a":"b"}},
      "spec":{"containers":[{"name":"op","image":"i"}]},
      "status":{"containerStatuses":[{"name":"op","restartCount":0,
      "state":{"running":{"startedAt":"2026-11-23T12:00:00Z"}}}]}}]}
      """
    try Data(objects.utf8).write(to: URL(filePath: "\(site.folder)/objects"))
    let outcome = try await shell(
      site,
      #"""
      "$0" logs operator -f | (
        while [ ! -e "$DONE" ]; do sleep 0.1; done
        echo through; head -n 100 | wc -l)
      echo "${PIPESTATUS[0]}"
      """#,
      [
        "KUBECTL": kubectl, "HELM": "/bin/false", "DONE": "\(site.folder)/done",
        "OBJECTS": "\(site.folder)/objects",
      ])
    #expect(outcome.output == "through\n100\n0\n", "\(outcome.transcript)")
  }
}
