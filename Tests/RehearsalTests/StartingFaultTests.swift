import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// Every row of the failure list in the rehearsal, that row alone.
@Suite(.inTurn)
struct StartingFaultTests {
  @Test(arguments: StartingFaults.all) func aFaultIsFoundByItsOwnCheckAndCuredByItsRemedy(
    fault: StartingFault
  ) async throws {
    let stage = try FaultStage(RehearsalStart(.enabled, faults: [fault.word]))
    defer { stage.remove() }
    let results = await stage.results()
    #expect(found(in: results) == found(by: fault), "\(complaints(in: results))")
    for result in results {
      guard case .notRun(.unreadable(let why)) = result.verdict, fault.verdict != .notRun else {
        continue
      }
      Issue.record("\(result.code) could not be read: \(why)")
    }
    await expectTheSameOfStatus(stage, results, fault)
    await expectTheSameOfSteps(stage, results)
    guard let cure = fault.cure, let code = fault.code else { return }
    let offered = results.first { $0.code == code }?.remedies ?? []
    #expect(offered.contains(cure))
    try await stage.remedy(cure)
    let after = await stage.results()
    #expect(after.first { $0.code == code }?.verdict.kind == .pass, "\(complaints(in: after))")
  }

  /// A step is not done while a check fails on what it is about, and not every step while any fails:
  /// `apply` and `verify` never disagree.
  private func expectTheSameOfSteps(_ stage: FaultStage, _ results: [CheckResult]) async {
    let survey = await stage.session.survey(AllSteps.needs.union(Checks.needs()))
    let reports = survey.checklist.reports
    for result in results where result.verdict.kind == .fail {
      let own = reports.first { $0.id == result.step }
      #expect(own?.state.isSettled != true, "\(result.code): \(own?.evidence ?? "")")
      #expect(
        reports.contains { !$0.state.isSettled }, "\(result.code) \(result.verdict.got): all hold")
    }
  }

  /// What the overview advises is what cures the finding, and nothing broken is told as well or as
  /// not set up yet.
  private func expectTheSameOfStatus(
    _ stage: FaultStage, _ results: [CheckResult], _ fault: StartingFault
  ) async {
    let survey = await stage.session.survey(StatusReport.needs)
    let status = StatusReport(survey.snapshot, survey.checklist)
    guard let failed = results.first(where: { $0.verdict.kind == .fail }) else { return }
    #expect(status.state == .fail, "\(status.now)")
    #expect(!status.now.contains("not on yet"), "\(status.now)")
    if let plan = failed.plan {
      #expect(status.action.text().contains(plan.text()), "\(status.action.text())")
    }
    #expect(status.remedies == failed.remedies, "\(status.now)")
    if failed.group != .tools {
      #expect(status.action.text().contains("a restart helps") == false)
      let isBounced = status.action.text().contains(RemedyID.bounceOperator.advice.text())
      #expect(isBounced == failed.remedies.contains(.bounceOperator))
    }
  }

  @Test func aHealthyClusterGivesNoCauseForAnything() async throws {
    let stage = try FaultStage(RehearsalStart(.enabled))
    defer { stage.remove() }
    let results = await stage.results()
    #expect(found(in: results) == [], "\(complaints(in: results))")
  }

  @Test func everyCheckHasAFault() {
    let codes = Set(StartingFaults.all.compactMap(\.code))
    let without = AllChecks.inOrder.map(\.code).filter { !codes.contains($0) }
    #expect(without == [])
    #expect(Set(StartingFaults.all.map(\.word)).count == StartingFaults.all.count)
  }

  @Test(arguments: [
    ("operator-locked-a", BarrierCause.State.lookupMissed, true),
    ("operator-locked-b", .metricsUnreachable, false), ("operator-locked-c", .badService, false),
    ("operator-locked-d", .rightsMissing, false), ("operator-locked-e", .renewal, false),
    ("operator-locked-f", .wrongAddress, false), ("operator-locked-g", .biddingFrozen, false),
    ("operator-locked-h", .eventRefused, false),
  ])
  func eachCauseOfABarrierIsNamed(word: String, state: BarrierCause.State, restartHelps: Bool)
    async throws
  {
    let stage = try FaultStage(RehearsalStart(.enabled, faults: [word]))
    defer { stage.remove() }
    let cause = BarrierCause(await stage.read(BarrierCause.needs))
    #expect(cause?.state == state)
    #expect(cause?.restartHelps == restartHelps)
  }

  @Test(arguments: [
    (RehearsalScenario.barrier, "IPL-0704", RemedyID.bounceOperator),
    (.upgrade, "IPL-0109", .lowerMetalLB),
  ])
  func aScenarioInTroubleIsToldByItsOneCauseAndCured(
    scenario: RehearsalScenario, code: String, cure: RemedyID
  ) async throws {
    let stage = try FaultStage(RehearsalStart(scenario))
    defer { stage.remove() }
    let before = await stage.session.survey(StatusReport.needs)
    let status = StatusReport(before.snapshot, before.checklist)
    #expect(status.state == .fail)
    #expect(status.action.text() == "ip-leases remedy \(cure.rawValue)")
    let results = await stage.results()
    #expect(results.filter { $0.verdict.kind == .fail }.map(\.code) == [code])
    try await stage.remedy(cure)
    let after = await stage.results()
    // The provider was killed every few minutes until now, and that is said.
    let rest = scenario == .barrier ? ["IPL-0612 warn"] : []
    #expect(found(in: after) == rest, "\(complaints(in: after))")
  }

  /// What a playbook wrote over is found by the revisions, and its template's lines are told.
  @Test func aSettingThatAPlaybookTookAwayIsToldByItsRevision() async throws {
    let stage = try FaultStage(RehearsalStart(.enabled, faults: ["playbook-ran"]))
    defer { stage.remove() }
    let off = try #require(await stage.results().first { $0.code == "IPL-0651" })
    #expect(off.verdict == .fail(got: "ipoperator: not set since revision 3; revision 2 had it on"))
    #expect(off.why.contains("did a playbook run?"))
    #expect(off.why.contains("- {key: capabilities/ip-lease, value: \"true\"}"))
    #expect(off.since != nil)
    // One that never had it on was switched off by nobody.
    let fresh = try FaultStage(RehearsalStart(.fresh))
    defer { fresh.remove() }
    #expect(await fresh.read(Checks.needs()).switchedOff.value?.on == nil)
  }

  @Test(arguments: [
    ("several-ports", "IPL-0661", "1 held back for lease(s) with several ports: akash1"),
    ("held-back", "IPL-0661", "1 held back that nobody has"),
    ("provider-no-counts", "IPL-0660", "leased_ip is empty"),
    ("foreign-service", "IPL-0762", "1: default/gateway 194.28.98.2"),
    ("orphan-service", "IPL-0761", "-tcp 194.28.98.21"),
    ("declarations-gone", "IPL-0759", "3 lost: akash1"),
    ("two-announcers", "IPL-0317", "by node1 and node2"),
    ("leases-ignored", "IPL-0760", "after 3 failures: namespaces"),
    ("update-refused", "IPL-0657", "insufficient fees"),
    ("host-ports", "IPL-0804", "80, 8443, of ingress-nginx/"),
    ("metallb-on-1.26", "IPL-0150", "MetalLB 0.13.12 on 1.26.4: its controller crashes"),
    ("cilium-pool", "IPL-0115", "CiliumLoadBalancerIPPool blue"),
    ("provider-11.6.4", "IPL-0659", "provider 0.6.11-rc1 does not tell it"),
    ("operator-locked-h", "IPL-0704", "state H: a restart does not help"),
  ]) func aFindingIsToldByWhatWasFound(word: String, code: String, words: String) async throws {
    let stage = try FaultStage(RehearsalStart(.enabled, faults: [word]))
    defer { stage.remove() }
    let got = await stage.results().first { $0.code == code }?.verdict.got ?? ""
    #expect(got.contains(words), "\(got)")
  }

  @Test func aStartIsNamedByScenarioAndFaults() throws {
    let start = try RehearsalStart(parsing: "enabled+IPL-0109+0751+metallb-0.16")
    #expect(start.name == "enabled+metallb-0.16+operator-locked-g")
    for text in ["nonsense", "enabled+nonsense", "enabled+", "help", ""] {
      #expect(throws: UserMessage.self) { try RehearsalStart(parsing: text) }
    }
    #expect(RehearsalStart.list.contains("  operator-locked-a        IPL-0704  state A: "))
  }

  // MARK: Helpers

  private func found(by fault: StartingFault) -> [String] {
    guard let code = fault.code, fault.verdict == .fail || fault.verdict == .warn else { return [] }
    return ["\(code) \(fault.verdict.rawValue)"]
  }

  private func found(in results: [CheckResult]) -> [String] {
    results.filter { $0.verdict.kind == .fail || $0.verdict.kind == .warn }
      .map { "\($0.code) \($0.verdict.kind.rawValue)" }
  }

  private func complaints(in results: [CheckResult]) -> [String] {
    results.filter { $0.verdict.kind != .pass }.map { "\($0.code): \($0.verdict.got)" }
  }
}

/// A session on a rehearsal with faults, in a folder of its own.
private struct FaultStage {
  let session: Session
  private let executor: RehearsalExecutor
  private let folder: String

  init(_ start: RehearsalStart) throws {
    folder = FileManager.default.temporaryDirectory.path + "/fault-\(UUID().uuidString)"
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.rehearsal = start.name
    executor = try RehearsalExecutor(
      start, directory: "\(folder)/rehearsal", pace: 0, clock: { Stage.start })
    session = Session(
      settings: settings, identity: ClusterIdentity(context: "rehearsal", server: ""),
      executor: executor)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func read(_ names: Set<FactName>) async -> ClusterSnapshot {
    await ClusterReader(
      executor: session.executor, settings: session.settings, now: { Stage.start }
    ).read(names)
  }

  func results() async -> [CheckResult] { Checks.run(await read(Checks.needs())) }

  func remedy(_ id: RemedyID) async throws {
    let remedy = try #require(AllRemedies.remedy(id))
    let plan = try remedy.plan(await read(remedy.needs), session.settings).get()
    let runner = await session.runner(.perRun())
    let outcome = await runner.run(plan) { _ in }
    #expect(outcome == .done)
    // The operator looks again every three seconds.
    try await executor.letPass(.seconds(10))
  }
}
