import Foundation
import TestSupport
import Testing

/// `plan -o script`: what a shell makes of it is what apply does.
@Suite(.inTurn)
struct ScriptTests {
  /// The tools write down how they were called and answer what the waits wait for.
  private static let tool = """
    #!/bin/sh
    { printf '%s' "${0##*/}"; printf '\\037%s' "$@"; printf '\\n'; } >> "$LOG"
    case "$*" in
      *--dry-run=server) cat > /dev/null ;;
      *'-f -'* | *--patch-file=/dev/stdin*) cat >> "$LOG.stdin" ;;
      *get*values*) cat "$VALUES" ;;
      */metrics*) echo metallb_ ;;
      */usage*) echo '{"Available":16}' ;;
      */status*) echo '{"cluster":{}}' ;;
    esac
    """

  @Test func theScriptRunsTheCommandsOfThePlan() async throws {
    let site = try await ClusterSite(.rehearsal)
    let plan = try await site.run("plan", "-o", "json", "--pool", ClusterSite.pool).object()
    let script = try await site.run("plan", "-o", "script", "--pool", ClusterSite.pool)
    #expect(script.ending == .exited(0), "\(script.errors)")
    let bin = "\(site.folder)/state/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    for name in ["kubectl", "helm"] {
      try await Program.install(Self.tool, at: "\(bin)/\(name)")
    }
    let values = try await site.read(
      .helm, "get", "values", "akash-provider", "-o", "yaml", "-n", "akash-services")
    try values.standardOutput.write(to: URL(filePath: "\(bin)/values"))
    let log = "\(bin)/log"
    let shell = Program(
      path: "/bin/sh",
      // Should a real tool be found instead, it finds no cluster.
      environment: [
        "PATH": "\(bin):/usr/bin:/bin", "LOG": log, "VALUES": "\(bin)/values",
        "KUBECONFIG": "/dev/null",
      ])
    try script.output.write(toFile: "\(bin)/script", atomically: true, encoding: .utf8)
    let outcome = try await shell.run(["\(bin)/script"])
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")

    let commands = try commands(of: plan)
    let called = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    }
    let planned = Set(commands.map(\.argv))
    #expect(called.filter(planned.contains) == commands.map(\.argv))
    // What else was called only reads, or asks the server first as apply does.
    let others = called.filter { !planned.contains($0) }
    #expect(
      others.allSatisfy { $0.contains("get") || $0.contains("--dry-run=server") }, "\(others)")
    let input = try String(contentsOfFile: "\(log).stdin", encoding: .utf8)
    #expect(
      input == commands.compactMap(\.input).map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined())
    try await checkProviderFile(of: site)
  }

  /// The file that the script's sed made is the one that apply writes.
  private func checkProviderFile(of site: ClusterSite) async throws {
    let bySed = try String(contentsOfFile: site.providerFile, encoding: .utf8)
    try FileManager.default.removeItem(atPath: site.providerFile)
    #expect(try await site.apply().ending == .exited(0))
    #expect(try String(contentsOfFile: site.providerFile, encoding: .utf8) == bySed)
  }

  private func commands(of plan: [String: Any]) throws -> [(argv: [String], input: String?)] {
    let steps = try #require(plan["steps"] as? [[String: Any]])
    return steps.flatMap { $0["actions"] as? [[String: Any]] ?? [] }.compactMap { action in
      (action["argv"] as? [String]).map { ($0, action["stdin"] as? String) }
    }
  }

  @Test func theScriptHoldsNoSecret() async throws {
    let site = try await ClusterSite(.rehearsal)
    let script = try await site.run("plan", "-o", "script", "--pool", ClusterSite.pool)
    let canaries = try await Canaries(of: site)
    #expect(canaries.found(in: script.output) == [])
  }
}

extension RealClusterTests {
  @Test func theScriptAloneEnablesARealCluster() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let script = try await site.run("plan", "-o", "script", "--pool", ClusterSite.pool)
    let path = "\(site.folder)/state/script"
    try FileManager.default.createDirectory(
      atPath: site.state, withIntermediateDirectories: true)
    try script.output.write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try await Program(path: "/bin/sh", environment: site.environment).run([path])
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    let (steps, ending) = try await site.steps()
    #expect(steps.states == EnablementWalk.statesAfter)
    #expect(ending == .exited(0))
    let mode = try FileManager.default.attributesOfItem(atPath: site.providerFile)[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
  }
}
