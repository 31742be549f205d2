import Foundation
import IPLeasesCore
import Rehearsal
import TestTurns
import Testing

/// What is wrong from the start is refused before anything runs, with the reason and what to do.
@Suite(.oneAtATime)
struct WrongInputTests {
  // MARK: Arguments

  @Test(arguments: [
    ["--pool", "203.0.113.0/33"], ["--pool", "203.0.113.300"],
    ["--pool", "203.0.113.9-203.0.113.1"],
    ["--pool", "example.test"], ["--pool", ""], ["--pool", "203.0.113.0-2001:db8::1"],
    ["--provider-address", "cosmos1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"],
    ["--provider-address", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfq"],
    ["--metallb-version", "0.16.1"], ["--metallb-version", "0.15.0"],
    ["--metallb-version", "0.12.1"], ["--metallb-version", "latest"],
    ["nosuchstep"], ["--way", "magic"], ["--accept-touch", "-1"],
  ])
  func wrongArgumentsAreWrongUsage(arguments: [String]) async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await site.run(["apply", "--yes"] + arguments)
    #expect(outcome.ending == .exited(64), "\(outcome.transcript)")
    let said = arguments.filter { !$0.isEmpty && outcome.errors.contains($0) }
    #expect(!said.isEmpty, "\(outcome.errors)")
    #expect(try await site.changes().isEmpty)
  }

  @Test func aResetWithoutARehearsalIsWrongUsage() async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await Program(environment: site.environment).run(["steps", "--reset"])
    #expect(outcome.ending == .exited(64))
    #expect(outcome.errors.contains("--reset goes with --rehearse SCENARIO only."))
  }

  @Test func aPoolThatOverlapsANodeIsRefused() async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await site.run("apply", "--yes", "--pool", "10.245.0.8/29")
    try await check(outcome, refusedBy: site, saying: "10.245.0.11", exit: 1)
  }

  @Test func noRangesAndNoPoolIsSaidBeforeThePoolsAreMade() async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await site.run("apply", "--yes")
    #expect(outcome.ending == .exited(1))
    #expect(outcome.errors.contains("--pool 203.0.113.0/28"), "\(outcome.errors)")
  }

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

  @Test func aClusterThatDoesNotAnswerIsUntold() async throws {
    let site = try await ClusterSite(.rehearsal)
    let kubectl = ToolOnPath("kubectl")
    guard kubectl.isThere, ToolOnPath("helm").isThere else { return }
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

  @Test(arguments: [
    (RehearsalFault.noProvider, "No provider was found"),
    (.twoProviders, "There are 2 provider releases"),
    (.forbidden, "This user may not do everything"),
  ])
  func aClusterThatIsNotForThisIsRefused(fault: RehearsalFault, words: String) async throws {
    let site = try await ClusterSite(.rehearsal)
    try await site.rehearsal.setFault(fault)
    let outcome = try await site.apply()
    try await check(outcome, refusedBy: site, saying: words, exit: 1)
  }

  @Test func valuesOfNothingAreNoProviderToSwitchOn() async throws {
    let site = try await ClusterSite(.rehearsal)
    try await site.rehearsal.setFault(.valuesNull)
    let outcome = try await site.apply()
    #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
    #expect(try await site.changes().allSatisfy { !$0.contains("upgrade") })
    #expect(!FileManager.default.fileExists(atPath: site.providerFile))
  }

  // MARK: Files and locks

  @Test func aForeignProviderFileIsRefusedBeforeAnythingRuns() async throws {
    let site = try await ClusterSite(.rehearsal)
    let text = "from: somebody\nkey: else\n"
    try text.write(toFile: site.providerFile, atomically: true, encoding: .utf8)
    let outcome = try await site.apply()
    #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
    #expect(outcome.errors.contains("it is not overwritten"), "\(outcome.errors)")
    #expect(outcome.errors.contains("--provider-file FILE"), "\(outcome.errors)")
    #expect(try String(contentsOfFile: site.providerFile, encoding: .utf8) == text)
    #expect(try await site.changes() == [])
  }

  @Test func aStateFolderThatCannotBeMadeStopsEverything() async throws {
    let site = try await ClusterSite(.rehearsal)
    // A file where the folder should be: root is refused too.
    let file = "\(site.folder)/file"
    try "".write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try await site.run(
      "apply", "--yes", "--pool", ClusterSite.pool, "--state-dir", "\(file)/state")
    #expect([.exited(1), .exited(2)].contains(outcome.ending), "\(outcome.transcript)")
    #expect(outcome.errors.contains("\(file)/state"), "\(outcome.errors)")
    #expect(!outcome.output.contains("$ kubectl"))
  }

  @Test func aFolderThatCannotTakeTheProviderFileIsRefusedBeforeAnythingRuns() async throws {
    let site = try await ClusterSite(.rehearsal)
    let file = "\(site.folder)/file"
    try "".write(toFile: file, atomically: true, encoding: .utf8)
    for folder in [file, "\(site.folder)/none", "/proc/self"] {
      let outcome = try await site.run(
        "apply", "--yes", "--pool", ClusterSite.pool, "--provider-file", "\(folder)/p.yaml")
      try await check(outcome, refusedBy: site, saying: "\(folder)/p.yaml", exit: 1)
    }
  }

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
    // With room again the same apply goes on where it stood.
    unlink("\(disk)/ballast")
    let again = try await site.run(
      "apply", "--yes", "--pool", ClusterSite.pool, "--provider-file", "\(disk)/p.yaml")
    #expect(again.ending == .exited(0), "\(again.transcript)")
  }

  @Test func aSecondWriterIsToldWhoTheFirstIs() async throws {
    let site = try await ClusterSite(.rehearsal)
    let folder = StateFolder(root: "\(site.state)/ip-leases", cluster: "rehearsal-fresh")
    try folder.create()
    let lock = try Lock.acquire(in: folder, doing: "a test that holds it")
    let outcome = try await site.apply()
    try await check(outcome, refusedBy: site, saying: "a test that holds it", exit: 1)
    // Reading needs no lock.
    #expect(try await site.run("steps").ending == .exited(1))
    #expect(try await site.run("plan").ending == .exited(0))
    lock.release()
  }

  @Test func readOnlyChangesNothing() async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await site.run("apply", "--yes", "--read-only", "--pool", ClusterSite.pool)
    try await check(outcome, refusedBy: site, saying: "--read-only", exit: 1)
  }

  @Test func withoutATerminalAndWithoutYesNothingRuns() async throws {
    let site = try await ClusterSite(.rehearsal)
    let outcome = try await site.run("apply", "--pool", ClusterSite.pool)
    try await check(outcome, refusedBy: site, saying: "--yes", exit: 2)
  }

  // MARK: Helpers

  private func check(
    _ outcome: Program.Outcome, refusedBy site: ClusterSite, saying words: String, exit: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(
      outcome.ending == .exited(exit), "\(outcome.transcript)", sourceLocation: sourceLocation)
    #expect(outcome.errors.contains(words), "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.contains("try: "), "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(try await site.changes() == [], sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: site.providerFile), sourceLocation: sourceLocation)
  }

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

  init(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    found = folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  var isThere: Bool { found != nil }

  func path() throws -> String { try #require(found) }
}
