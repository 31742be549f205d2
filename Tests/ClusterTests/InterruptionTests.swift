import Foundation
import Synchronization
import TestSupport
import Testing

/// The program is killed in the middle, at every place, and simply run again.
@Suite(.inTurn)
struct InterruptionTests {
  @Test(arguments: Amount.some(3, of: 1...EnablementWalk.changes.count))
  func anApplyKilledAtAnyChangeIsFinishedByTheNext(number: Int) async throws {
    let site = try await ClusterSite(.rehearsal)
    let killed = try await site.apply(onLine: KilledAt(number).see)
    #expect(killed.ending == .signaled(SIGKILL), "\(killed.transcript)")
    let activity = try await site.run("activity", "-o", "json")
    for line in activity.output.split(separator: "\n") { try DocumentKeys.checkActivity(line) }
    let finished = try await site.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    try await EndState(site).check()
  }
}

extension RealClusterTests {
  /// Killed at each change twice: when it is announced, so that it may never have run, and when it
  /// runs, so that it goes on alone.
  @Test func anApplyKilledAtEveryChangeReachesTheSameEnd() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    for number in 1...EnablementWalk.changes.count {
      for moment in [KilledAt.Moment.announced, .running] {
        let outcome = try await site.apply(onLine: KilledAt(1, moment).see)
        #expect(outcome.ending == .signaled(SIGKILL), "\(number) \(outcome.transcript)")
      }
    }
    let finished = try await site.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    try await EndState(site).check()
    try await Canaries(of: site).checkFolder(of: site)
  }
}

/// Kills the program at its n-th changing command.
final class KilledAt: Sendable {
  enum Moment {
    /// The command is on the screen; it may not have been started yet.
    case announced
    /// The process that sees it to its end has been started.
    case running
  }

  private let left: Mutex<Int>
  private let moment: Moment

  init(_ number: Int, _ moment: Moment = .announced) {
    left = Mutex(number)
    self.moment = moment
  }

  @Sendable func see(_ line: Substring, _ process: pid_t) {
    guard line.hasPrefix("$ "), !line.contains(" rollout status ") else { return }
    let isNow = left.withLock { left in
      left -= 1
      return left == 0
    }
    guard isNow else { return }
    if moment == .running { Self.waitForSupervisor(of: process) }
    kill(process, SIGKILL)
  }

  private static func waitForSupervisor(of process: pid_t) {
    _ = blockUntil {
      ProcessTable.all().contains {
        $0.parent == process && $0.arguments.contains("supervise")
      }
    }
  }
}

/// Where every interrupted way must lead.
struct EndState {
  let site: ClusterSite

  init(_ site: ClusterSite) { self.site = site }

  func check(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let (steps, ending) = try await site.steps()
    #expect(steps.states == EnablementWalk.statesAfter, sourceLocation: sourceLocation)
    #expect(ending == .exited(0), sourceLocation: sourceLocation)
    #expect(
      try await site.read(.helm, "get", "values", "akash-provider", "-n", "akash-services")
        .exit.isSuccess, sourceLocation: sourceLocation)
    let text = try String(contentsOfFile: site.providerFile, encoding: .utf8)
    #expect(text.hasSuffix("ipoperator: true\n"), sourceLocation: sourceLocation)
    #expect(text.split(separator: "\n").count == 24, sourceLocation: sourceLocation)
    let names = try FileManager.default.contentsOfDirectory(atPath: site.folder)
    #expect(
      Set(names).subtracting(["provider.yaml", "state", "helm", "config", "reading"]) == [],
      "leftovers of a write", sourceLocation: sourceLocation)
    try await checkNothingRanTwice(sourceLocation)
  }

  /// A command that took effect is not run again. Reading a chart index anew is no change of the
  /// cluster.
  private func checkNothingRanTwice(_ sourceLocation: SourceLocation) async throws {
    let journal = try await site.activity().filter(\.changes)
    for (index, entry) in journal.enumerated() where !entry.argv.starts(with: ["helm", "repo"]) {
      // What comes by standard input is told apart by what the tool said of it.
      let again = journal[(index + 1)...].filter {
        $0.argv == entry.argv && $0.stdoutTail == entry.stdoutTail
      }
      #expect(
        again.isEmpty || entry.exit != 0,
        "\(entry.shellText) ran \(again.count + 1) times, first \(entry.exit ?? -99)",
        sourceLocation: sourceLocation)
    }
  }
}
