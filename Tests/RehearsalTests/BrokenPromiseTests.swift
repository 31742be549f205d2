import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// Each promise of a watch broken alone, ten seconds after the rehearsal began.
@Suite(.inTurn)
struct BrokenPromiseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var promise: PromiseID
    var fault: String
    /// Seconds for which it is waited.
    var patience = 0

    var testDescription: String { "\(promise.rawValue): \(fault)" }
  }

  private static let moment = 10
  static let cases = [
    Case(promise: .addresses, fault: "address-moved"),
    Case(promise: .announced, fault: "not-announced", patience: 30),
    Case(promise: .pools, fault: "pool-manual"),
    Case(promise: .metrics, fault: "metrics-refused", patience: 60),
    Case(promise: .operator, fault: "operator-locked-a"),
    Case(promise: .provider, fault: "status-hangs", patience: 10),
    Case(promise: .leases, fault: "declarations-gone", patience: 15),
    Case(promise: .sells, fault: "held-back", patience: 600),
    Case(promise: .pods, fault: "frr-restarts", patience: 60),
    Case(promise: .arp, fault: "strict-arp-off", patience: 60),
    Case(promise: .releases, fault: "metallb-failed"),
    Case(promise: .checks, fault: "node-not-ready", patience: 120),
  ]

  @Test func everyPromiseHasItsFault() {
    #expect(Self.cases.map(\.promise) == PromiseID.allCases)
  }

  /// How often the cluster is looked at is no part of this.
  @Test(arguments: cases) func itIsTheOneThatBreaksAndAtTheFirstLookAfterTheTruth(
    found: Case
  ) async throws {
    let stage = try Stage(
      RehearsalStart(.enabled, faults: ["served", "\(found.fault)@\(Self.moment)"]))
    defer { stage.remove() }
    let settings = ConsoleSettings(
      providerFile: "\(stage.directory)/provider.yaml", stateDirectory: stage.directory)
    let identity = await ClusterIdentity.read(stage.executor, settings)
    let session = Session(settings: settings, identity: identity, executor: stage.executor)
    let first = await session.survey(Observation.needs).snapshot
    let clock = stage.executor.runClock
    func observation(_ snapshot: ClusterSnapshot) -> Observation {
      Observation(snapshot, Checks.run(snapshot), at: clock.date())
    }
    var run = WatchRun(
      WatchBaseline(
        cluster: identity.key, context: identity.context, part: nil,
        observation: observation(first)))
    var looks: [Date] = []
    var snapshot = first
    while !run.isOver, looks.count < 200 {
      let began = clock.date()
      _ = run.feed(observation(snapshot))
      looks.append(run.timeline.last.time)
      let areKept = run.tracks.allSatisfy { $0.state.kind == .kept }
      if began < Stage.start.addingTimeInterval(Double(Self.moment)) {
        #expect(areKept, "\(run.tracks)")
      }
      try await clock.sleep(.seconds(areKept ? 2 : 10))
      snapshot = await session.survey(Observation.needs, onto: snapshot).snapshot
    }
    #expect(run.verdict.kind == .goBack, "\(run.verdict)")
    let broken = run.tracks.filter { $0.state.kind == .broken }
    #expect(broken.map(\.id) == [found.promise], "\(broken)")
    let truth = Stage.start.addingTimeInterval(Double(Self.moment - 1))
    let since = try #require(broken.first?.firstBroken)
    // One look may have begun before.
    #expect(since >= truth && looks.count { $0 >= truth && $0 < since } <= 1, "\(since)")
    let due = since.addingTimeInterval(Double(found.patience))
    #expect(looks.count { $0 > due } <= 1, "\(looks.suffix(3))")
  }
}
