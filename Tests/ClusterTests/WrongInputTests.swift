import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

/// Tools, a cluster and a disk that are not as they should be: what only a process of its own shows.
/// What else is wrong from the start is told by RefusalTests.
@Suite(.inTurn)
struct WrongInputTests {
  // MARK: Tools and cluster

  @Test(arguments: ["kubectl", "helm"])
  func aMissingToolIsNamed(tool: String) async throws {
    let site = try await ClusterSite(.rehearsal)
    let bin = "\(site.folder)/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    for other in ["kubectl", "helm"] where other != tool {
      let answer = #"{"items": [], "metadata": {"name": "kube-system", "uid": "5e0c7a1e-0000"}}"#
      try await Program.install("#!/bin/sh\necho '\(answer)'", at: "\(bin)/\(other)")
    }
    let outcome = try await alone(site, ["PATH": bin])
    #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
    #expect(outcome.errors.contains("\(tool) was not found"), "\(outcome.errors)")
    #expect(outcome.errors.contains("\(tool.uppercased())=/path/to/\(tool)"), "\(outcome.errors)")
    #expect(try await journal(alone: site).isEmpty)
  }

  @Test(
    .enabled(
      if: ToolOnPath("kubectl").isThere && ToolOnPath("helm").isThere,
      "kubectl or helm is not installed"))
  func aClusterThatDoesNotAnswerIsUntold() async throws {
    let site = try await ClusterSite(.rehearsal)
    let file = "\(site.folder)/kubeconfig"
    let text = """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
      contexts: [{name: c, context: {cluster: c, user: u}}]
      users: [{name: u, user: {}}]
      current-context: c
      """
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    for kubeconfig in [file, "\(site.folder)/none"] {
      let outcome = try await alone(site, ["KUBECONFIG": kubeconfig])
      #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
      #expect(outcome.errors.contains("reason: "), "\(outcome.errors)")
      #expect(outcome.errors.contains("try: "), "\(outcome.errors)")
      #expect(try await journal(alone: site, ["KUBECONFIG": kubeconfig]).isEmpty)
    }
  }

  /// The API server answers, so that nothing but the limit ends what hangs; one read alone would take
  /// 30 seconds, and there are several after one another.
  @Test(arguments: ["steps", "logs"])
  func toolsThatHangAreGivenUpAfterTheTimeGiven(subcommand: String) async throws {
    let site = try await ClusterSite(.rehearsal)
    let tool = "\(site.folder)/tool"
    try await Program.install(
      "#!/bin/sh\ncase \"$*\" in *\" /version \"*) echo '{}';; *) exec sleep 1000;; esac", at: tool)
    let program = Program(
      environment: site.environment.merging(["KUBECTL": tool, "HELM": tool]) { $1 })
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await program.run([subcommand, "--timeout", "1s"])
    #expect(clock.now - start < .seconds(25))
    #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
    #expect(outcome.transcript.contains("did not end within 1 s"), "\(outcome.transcript)")
  }

  // MARK: Disk

  /// Runs as root too: what is full takes nothing from anybody.
  @Test(.enabled(if: getuid() == 0, "only root can make a small disk to fill"))
  func aFullDiskStopsItWithNothingHalfWritten() async throws {
    let site = try await ClusterSite(.rehearsal)
    let disk = "\(site.folder)/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard mount("tmpfs", disk, "tmpfs", 0, "size=8m") == 0 else { return }
    defer { umount2(disk, Int32(MNT_DETACH)) }
    try Data(count: 8 << 20).write(to: URL(filePath: "\(disk)/ballast"))
    let outcome = try await site.run(
      "apply", "--yes", "--pool", ClusterSite.pool, "--provider-file", "\(disk)/p.yaml")
    #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
    #expect(outcome.errors.contains("the disk is full"), "\(outcome.errors)")
    #expect(outcome.errors.contains("Make room"), "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["ballast"])
    #expect(try await site.changes() == [])
    // With room again the same apply goes on where it stood. Emptied, not removed: a process of
    // another test may have been given the open file.
    truncate("\(disk)/ballast", 0)
    let again = try await site.run(
      "apply", "--yes", "--pool", ClusterSite.pool, "--provider-file", "\(disk)/p.yaml")
    #expect(again.ending == .exited(0), "\(again.transcript)")
  }

  // MARK: Helpers

  /// The program without the rehearsal.
  private func alone(_ site: ClusterSite, _ more: [String: String]) async throws
    -> Program.Outcome
  {
    try await Program(environment: site.environment.merging(more) { $1 }).run(
      ["apply", "--yes", "--pool", ClusterSite.pool, "--provider-file", site.providerFile])
  }

  private func journal(alone site: ClusterSite, _ more: [String: String] = [:]) async throws
    -> String
  {
    try await Program(environment: site.environment.merging(more) { $1 })
      .run(["activity", "-o", "json"]).output
  }
}

/// A tool of this machine, if it is installed.
struct ToolOnPath {
  private let found: String?

  init(_ name: String, of site: ClusterSite? = nil) {
    let environment = site?.environment ?? ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    found = folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  var isThere: Bool { found != nil }

  func path() throws -> String { try #require(found) }
}
