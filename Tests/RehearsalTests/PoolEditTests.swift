import Addresses
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

@Suite(.inTurn)
struct PoolEditTests {
  /// A session on a rehearsal of its own.
  private final class Site: Sendable {
    let stage: Stage
    let session: Session

    init() throws {
      stage = try Stage(.enabled)
      let settings = ConsoleSettings(
        providerFile: "\(stage.directory)/provider.yaml", stateDirectory: "\(stage.directory)/state"
      )
      session = Session(
        settings: settings, identity: ClusterIdentity(context: "rehearsal-enabled", server: ""),
        executor: stage.executor)
    }

    deinit { stage.remove() }

    func plan(_ entries: [PoolEntry]) async throws -> Plan {
      let snapshot = await session.survey(PoolEdit.needs).snapshot
      return try PoolEdit.plan(snapshot, session.settings, entries: entries)
    }

    func run(_ plan: Plan) async throws -> RunOutcome {
      await session.runner(.perRun()).run(plan) { _ in }
    }

    func pool() async throws -> JSONValue {
      try await stage.json("-n", "metallb-system", "get", "ipaddresspool", "default")
    }

    func addresses() async throws -> [PoolEntry] {
      try await pool()["spec"]["addresses"].items.compactMap(\.text).map { PoolEntry($0) }
    }

    func held() async throws -> [String: [String]] {
      let services = await session.survey([.cluster]).snapshot.cluster.value?.services ?? []
      let balanced = services.filter { $0.spec?.type == "LoadBalancer" }
      return Dictionary(uniqueKeysWithValues: balanced.map { ($0.metadata.name, $0.addresses) })
    }
  }

  private static let original: [PoolEntry] = ["194.28.98.216/29", "198.51.100.10-198.51.100.14"]

  @Test func anEditIsMadeAndTakenBackEditByEdit() async throws {
    let site = try Site()
    let steps = [Self.original + ["203.0.113.8/29"], Self.original + ["203.0.113.0/28"]]
    for entries in steps {
      #expect(try await site.run(site.plan(entries)) == .done)
      #expect(try await site.addresses() == entries)
    }
    for entries in [steps[0], Self.original] {
      let back = try await site.session.wayBack(of: .pools).make()
      // Told by where it leads, not by the edit it takes back.
      let size = PoolShape(entries: entries).size.text
      #expect(back.title.hasSuffix("addresses become \(size)"), "\(back.title)")
      let runner = await site.session.runner(.perRun())
      #expect(await site.session.wayBack(of: .pools).run(back, runner) { _ in } == .done)
      #expect(try await site.addresses() == entries)
    }
    // The edits are gone; the pool was not made by this console.
    await #expect(throws: UserMessage.self) { try await site.session.wayBack(of: .pools).make() }
  }

  @Test func theServicesThePlanNamesAreThoseThatMove() async throws {
    let site = try Site()
    let before = try await site.held()
    let plan = try await site.plan(["194.28.98.218/31", "198.51.100.10-198.51.100.14"])
    #expect(plan.touchedServices == 2)
    #expect(try await site.run(plan) == .done)
    let after = try await site.held()
    let moved = before.filter { after[$0.key] != $0.value }.keys
    #expect(moved.sorted() == ["api-ip-443-tcp", "web-ip-8080-tcp"])
    for name in moved { #expect(plan.touches.contains { $0.contains(name) }) }
    let holders = await site.session.survey([.cluster]).snapshot.addressHolders ?? []
    let lines = MovedService.lines(plan.moved, now: holders)
    #expect(lines.count == 2)
    for name in moved {
      let (old, new) = (before[name]?.first ?? "?", after[name]?.first ?? "?")
      #expect(
        lines.contains { $0.hasPrefix("lease ") && $0.hasSuffix("/\(name): \(old) -> \(new)") })
    }
  }

  @Test func aChangeBetweenDraftAndApplyIsNotOverwritten() async throws {
    let site = try Site()
    let plan = try await site.plan(Self.original + ["203.0.113.0/28"])
    try await site.stage.kubectl(
      "-n", "metallb-system", "patch", "ipaddresspool", "default", "--type=json", "-p",
      #"[{"op":"replace","path":"/spec/addresses","value":["194.28.98.216/29"]}]"#)
    guard case .failed(let problem) = try await site.run(plan) else {
      Issue.record("the plan ran over the other's change")
      return
    }
    #expect(problem.advice?.text().contains("make the plan anew") == true)
    #expect(try await site.addresses() == ["194.28.98.216/29"])
  }

  @Test func evenAForeignLabelVoidsThePlan() async throws {
    let site = try Site()
    let plan = try await site.plan(Self.original + ["203.0.113.0/28"])
    try await site.stage.kubectl(
      "-n", "metallb-system", "label", "ipaddresspool", "default", "seen=yes")
    guard case .failed = try await site.run(plan) else {
      Issue.record("the plan ran on another version of the object")
      return
    }
    #expect(try await site.addresses() == Self.original)
  }

  @Test func fieldsThatAreNotKnownStay() async throws {
    let site = try Site()
    try await site.stage.kubectl(
      "-n", "metallb-system", "patch", "ipaddresspool", "default", "--type=merge", "-p",
      #"{"metadata":{"annotations":{"note":"mine"}},"spec":{"futureField":{"a":[1,"b"]}}}"#)
    let before = try await site.pool()
    #expect(try await site.run(site.plan(Self.original + ["203.0.113.0/28"])) == .done)
    var after = try await site.pool()
    #expect(after["spec"]["futureField"] == ["a": [1, "b"]])
    after["spec"]["addresses"] = before["spec"]["addresses"]
    for field in ["resourceVersion", "generation"] {
      after["metadata"][field] = before["metadata"][field]
    }
    #expect(after == before)
  }

  @Test func anAdvertisementKeepsWhatIsNotKnown() async throws {
    let site = try Site()
    try await site.stage.kubectl(
      "-n", "metallb-system", "patch", "l2advertisement", "l2advertisement1", "--type=merge", "-p",
      #"{"metadata":{"annotations":{"note":"mine"}},"spec":{"futureField":{"a":[1,"b"]}}}"#)
    func advertisement() async throws -> JSONValue {
      try await site.stage.json(
        "-n", "metallb-system", "get", "l2advertisement", "l2advertisement1")
    }
    func reach() async throws -> Plan {
      let reach = AnnouncementReach(nodes: ["kubernetes.io/hostname"], interfaces: ["eth0"])
      return try PoolEdit.plan(
        await site.session.survey(PoolEdit.needs).snapshot, site.session.settings,
        entries: Self.original, options: PoolOptions(reaches: ["l2advertisement1": reach]))
    }
    let before = try await advertisement()
    #expect(try await site.run(reach()) == .done)
    var after = try await advertisement()
    #expect(after["spec"]["interfaces"] == ["eth0"])
    #expect(
      after["spec"]["nodeSelectors"]
        == [["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "Exists"]]]])
    after["spec"]["interfaces"] = before["spec"]["interfaces"]
    after["spec"]["nodeSelectors"] = before["spec"]["nodeSelectors"]
    for field in ["resourceVersion", "generation"] {
      after["metadata"][field] = before["metadata"][field]
    }
    #expect(after["spec"]["futureField"] == before["spec"]["futureField"])
    #expect(after["metadata"] == before["metadata"])
    let back = try await site.session.wayBack(of: .pools).make()
    let runner = await site.session.runner(.perRun())
    #expect(await site.session.wayBack(of: .pools).run(back, runner) { _ in } == .done)
    #expect(try await advertisement()["spec"] == before["spec"])
    let late = try await reach()
    try await site.stage.kubectl(
      "-n", "metallb-system", "label", "l2advertisement", "l2advertisement1", "seen=yes")
    guard case .failed = try await site.run(late) else {
      Issue.record("the plan ran on another version of the advertisement")
      return
    }
    #expect(try await advertisement()["spec"] == before["spec"])
  }

  @Test func theServerRefusesABadRangeInItsOwnWords() async throws {
    let site = try Site()
    let snapshot = await site.session.survey(PoolEdit.needs).snapshot
    let trial = try PoolEdit.trial(
      snapshot, site.session.settings, entries: Self.original + ["203.0.113.5"])
    guard case .failed(let problem) = try await site.run(trial) else {
      Issue.record("the server took it")
      return
    }
    #expect(
      problem.reason?.contains(
        "denied the request: parsing address pool default: invalid CIDR \"203.0.113.5\"") == true)
    #expect(try await site.addresses() == Self.original)
  }
}
