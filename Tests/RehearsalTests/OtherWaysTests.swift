import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// The ways beside Helm on a usual cluster, each from its start to its end.
@Suite(.inTurn)
struct OtherWaysTests {
  private func withSession<Value>(
    _ scenario: RehearsalScenario, way: Way? = nil,
    _ body: (Session, String) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/ways-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.rehearsal = scenario.rawValue
    settings.poolRanges = ["203.0.113.0/28"]
    settings.way = way
    let directory = "\(folder)/rehearsal"
    settings.inventory = RehearsalExecutor.inventory(of: scenario, directory: directory)
    let executor = try RehearsalExecutor(
      scenario: scenario, directory: directory, pace: 0, reset: true)
    let identity = await ClusterIdentity.read(executor, settings)
    let session = Session(settings: settings, identity: identity, executor: executor)
    return try await body(session, settings.inventory ?? "")
  }

  private func apply(_ session: Session) async throws -> [StepResult] {
    let runner = await session.runner(.perRun())
    return await Enablement(
      session: session, runner: runner, isDryRun: false, consent: { _ in nil },
      onEvent: { _ in }
    ).apply(StepID.allCases)
  }

  private func expectWhole(_ results: [StepResult], besides others: [StepID] = []) {
    let ids = StepID.allCases.filter { $0 != .migrate && !others.contains($0) }
    #expect(results.map(\.id) == ids.map(\.rawValue))
    for result in results {
      #expect([.done, .unchanged].contains(result.kind), "\(result.id): \(result.message)")
    }
  }

  @Test(arguments: [
    (RehearsalScenario.kubespray, nil), (.fresh, Way.kubespray), (.noHelm, nil),
  ])
  func theWholeWayIsGone(scenario: RehearsalScenario, way: Way?) async throws {
    try await withSession(scenario, way: way) { session, _ in
      expectWhole(try await apply(session))
    }
  }

  /// Everything is set up, but k3s' own load balancer still takes the Services: `apply` says no more
  /// than `verify`.
  @Test func onK3sTheWholeWayIsGoneButForTheOtherLoadBalancer() async throws {
    try await withSession(.k3s) { session, _ in
      let results = try await apply(session)
      expectWhole(Array(results.dropLast()), besides: [.verification])
      #expect(results.last?.kind == .failed)
      #expect(results.last?.message.contains("but IPL-0115 fails") == true)
    }
  }

  @Test func theInventorySaysThePoolAndIsTakenBackWithIt() async throws {
    try await withSession(.kubespray) { session, path in
      let before = try String(contentsOfFile: path, encoding: .utf8)
      expectWhole(try await apply(session))
      let after = try String(contentsOfFile: path, encoding: .utf8)
      #expect(after.contains("          ip_range:\n            - \"203.0.113.0/28\"\n"))
      let ran = session.journal.entries().filter(\.changes).map(\.argv)
      #expect(ran.contains { $0.first == "ansible-playbook" && $0.last == "cluster.yml" })
      let record = try #require(try session.undo.load("pools"))
      let runner = await session.runner(.perRun())
      for id in [StepID.provider, .ipOperator] {
        let plan = try await session.wayBack(of: id).make()
        #expect(await session.wayBack(of: id).run(plan, runner) { _ in } == .done)
      }
      #expect(record.files?.map(\.path) == [path])
      let back = try await session.wayBack(of: .pools).make()
      #expect(await session.wayBack(of: .pools).run(back, runner) { _ in } == .done)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
    }
  }

  /// The pool's step turns it on in the same edit; the step of strict ARP then leaves the file alone.
  @Test func theInventoryTurnsStrictARPOnOnceInThePlanOfEverything() async throws {
    try await withSession(.kubespray) { session, _ in
      let survey = await session.survey(AllSteps.needs.union([.playbook, .repositories]))
      let plans = session.plans(StepID.allCases, of: survey).compactMap { planned in
        try? planned.result.get()
      }
      let diffs = plans.flatMap { plan in
        plan.actions.compactMap { if case .file(let change) = $0 { change.diff } else { nil } }
          + [plan.diff]
      }
      let arp = try #require(plans.first { $0.id == StepID.strictARP.rawValue })
      #expect(!arp.diff.contains("kube_proxy_strict_arp"))
      #expect(diffs.filter { $0.contains("+    kube_proxy_strict_arp: true") }.count == 2)
      #expect(Set(diffs.filter { $0.contains("kube_proxy_strict_arp: true") }).count == 1)
    }
  }

  @Test func onK3sTheOtherLoadBalancerIsNamed() async throws {
    try await withSession(.k3s) { session, _ in
      let report = await session.survey().checklist[.strictARP]
      #expect(report?.state == .notNeeded)
      #expect(report?.assessment.seen.first?.contains("ServiceLB is at work (svclb-") == true)
      let survey = await session.survey(AllSteps.needs)
      let preflight = try #require(survey.checklist[.preflight])
      #expect(preflight.assessment.evidence.hasSuffix("k3s' ServiceLB is on"))
      let plan = try #require(session.plans([.metallb], of: survey).first).result.get()
      #expect(plan.notes.contains { $0.line().contains("ServiceLB is at work (svclb-") })
    }
  }

  @Test func aProviderByManifestsIsToldWhatToSetAndNothingOfItIsChanged() async throws {
    try await withSession(.noHelm) { session, _ in
      let results = try await apply(session)
      expectWhole(results)
      // Both were waited for: whoever keeps the manifests acts while the console looks.
      let waited = results.filter { $0.kind == .done }.map(\.id)
      #expect(waited.contains("ip-operator") && waited.contains("provider"), "\(waited)")
      let ran = session.journal.entries().filter(\.changes).map { $0.argv.joined(separator: " ") }
      #expect(ran.filter { $0.contains("akash-services") } == [])
      let checks = Checks.run(await session.survey(Checks.needs()).snapshot)
      #expect(checks.filter { $0.verdict.kind == .fail }.map(\.code) == [])
      let provider = checks.filter { ["IPL-0651", "IPL-0607", "IPL-0611"].contains($0.code) }
      #expect(provider.map(\.verdict.kind) == [.pass, .pass, .pass])
    }
  }
}
