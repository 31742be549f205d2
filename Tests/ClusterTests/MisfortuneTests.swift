import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

/// Tools that die and a cluster that goes away in the middle: the next apply reaches the same end.
@Suite(.inTurn)
struct MisfortuneTests {
  @Test func aHelmThatIsKilledLeavesWhatTheNextApplyPutsRight() async throws {
    let site = try await ClusterSite(.rehearsal)
    for step in ["metallb", "ip-operator", "provider"] {
      let before = EnablementWalk.ids.prefix { $0 != step }
      let way = try await site.run(["apply", "--yes", "--pool", ClusterSite.pool] + before)
      #expect(way.ending == .exited(0), "\(way.transcript)")
      try await site.rehearsal.setFault(.helmKilled)
      let outcome = try await site.apply()
      #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
      #expect(outcome.errors.contains("helm was ended by signal 9"), "\(outcome.errors)")
    }
    let finished = try await site.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    try await EndState(site).check()
  }

  @Test func aClusterThatGoesAwayIsWaitedForByTheAdmin() async throws {
    let site = try await ClusterSite(.rehearsal)
    let first = try await site.run("apply", "--yes", "--pool", ClusterSite.pool, "metallb")
    #expect(first.ending != .exited(0))
    try await site.rehearsal.setFault(.apiStopped(seconds: 5))
    let outcome = try await site.apply()
    #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
    #expect(outcome.errors.contains("does not answer"), "\(outcome.errors)")
    try await site.rehearsal.clearFaults()
    #expect(try await site.apply().ending == .exited(0))
    try await EndState(site).check()
  }
}

extension RealClusterTests {
  /// helm dies in the middle of each install and upgrade, kubectl before and after each change.
  @Test func toolsThatAreKilledLeaveWhatTheNextApplyPutsRight() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let tools = try await MortalTools(in: site)
    var failures = 0
    while failures < 20 {
      let outcome = try await site.apply(environment: tools.environment)
      if outcome.ending == .exited(0) { break }
      #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
      #expect(outcome.errors.contains("was ended by signal 9"), "\(outcome.errors)")
      failures += 1
    }
    // Three releases, and create namespace, label, expose, create, patch, restart, and the Lease that
    // tells who changes it, made and deleted, twice each.
    let deaths = try tools.deaths
    #expect(deaths.count == 19, "\(deaths)")
    try await EndState(site).check()
    try await Canaries(of: site).checkFolder(of: site)
  }

  @Test func anAPIServerThatGoesAwayForAWhileChangesNothingAboutTheEnd() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    for command in ["$ helm install metallb ", "$ kubectl create -f", "$ helm upgrade "] {
      let cluster = FaultyCluster(try #require(KitCluster.current))
      let outcome = try await site.apply { line, _ in
        if line.hasPrefix(command) { cluster.stop(for: 4) }
      }
      #expect([.exited(0), .exited(1), .exited(2)].contains(outcome.ending))
      await cluster.wait()
    }
    let finished = try await site.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    let (steps, _) = try await site.steps()
    #expect(steps.states == EnablementWalk.statesAfter)
  }
}

/// helm and kubectl that kill themselves at their changes, each in the ways of its own, and then
/// work.
private struct MortalTools {
  let environment: [String: String]
  private let marks: String

  init(in site: ClusterSite) async throws {
    let folder = "\(site.folder)/state/tools"
    marks = "\(folder)/marks"
    try FileManager.default.createDirectory(atPath: marks, withIntermediateDirectories: true)
    let helm = try await Self.write(
      "\(folder)/helm",
      """
      case $1 in install | upgrade) ;; *) exec "$REAL_HELM" "$@" ;; esac
      for word; do [ "$word" = --dry-run=server ] && exec "$REAL_HELM" "$@"; done
      [ -e "$MARKS/$1-$2" ] && exec "$REAL_HELM" "$@"
      : > "$MARKS/$1-$2"
      "$REAL_HELM" "$@" > /dev/null 2>&1 &
      child=$!
      # As soon as the release says that something goes on, in the very middle of it.
      while kill -0 $child 2> /dev/null; do
        secrets=$("$REAL_KUBECTL" get secrets -A -l "owner=helm,name=$2" --no-headers \\
          -o custom-columns=S:.metadata.labels.status 2> /dev/null)
        case $secrets in *pending-*) break ;; esac
      done
      kill -9 $child
      kill -9 $$
      """)
    let kubectl = try await Self.write(
      "\(folder)/kubectl",
      """
      for word; do case $word in --dry-run=server | get | logs | auth | version | config | status)
        exec "$REAL_KUBECTL" "$@" ;; esac; done
      name=$(echo "$*" | tr -c 'a-z\\n' _ | cut -c 1-60)
      [ -e "$MARKS/$name-2" ] && exec "$REAL_KUBECTL" "$@"
      if [ -e "$MARKS/$name-1" ]; then
        : > "$MARKS/$name-2"
        "$REAL_KUBECTL" "$@" > /dev/null
      else
        : > "$MARKS/$name-1"
      fi
      kill -9 $$
      """)
    environment = [
      "HELM": helm, "KUBECTL": kubectl, "MARKS": marks,
      "REAL_HELM": try ToolOnPath("helm", of: site).path(),
      "REAL_KUBECTL": try ToolOnPath("kubectl", of: site).path(),
    ]
  }

  var deaths: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: marks).sorted() }
  }

  private static func write(_ path: String, _ body: String) async throws -> String {
    try await Program.install("#!/bin/sh\n\(body)", at: path)
    return path
  }
}

/// A real cluster whose API server stops once.
final class FaultyCluster: Sendable {
  private let cluster: KitCluster
  private let done: AsyncStream<Void>
  private let isDone: AsyncStream<Void>.Continuation
  private let isStarted = AtomicFlag()

  init(_ cluster: KitCluster) {
    self.cluster = cluster
    (done, isDone) = AsyncStream.makeStream()
  }

  func stop(for seconds: Int) {
    guard isStarted.set() else { return }
    Task {
      try? await cluster.kit("fault", "api-stop", String(seconds))
      isDone.finish()
    }
  }

  /// Until the server answers again; at once if it was never stopped.
  func wait() async {
    guard isStarted.isSet else { return }
    for await _ in done {}
  }
}
