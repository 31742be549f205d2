import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// Upgrades on the built-in cluster, there and back: every Service keeps its address.
@Suite(.inTurn)
struct UpgradeTests {
  private func withSession<Value>(
    _ start: RehearsalStart, way: Way? = nil,
    _ body: (Session, RehearsalExecutor) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/upgrades-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.rehearsal = start.name
    settings.poolRanges = ["203.0.113.0/28"]
    settings.way = way
    let directory = "\(settings.stateDirectory)/rehearsal/\(start.name)"
    settings.inventory = RehearsalExecutor.inventory(of: start.scenario, directory: directory)
    let executor = try RehearsalExecutor(start, directory: directory, pace: 0, reset: true)
    let identity = await ClusterIdentity.read(executor, settings)
    let session = Session(settings: settings, identity: identity, executor: executor)
    return try await body(session, executor)
  }

  private func run(_ flow: ChangeFlow) async throws -> Plan {
    let plan = try await flow.make()
    let runner = await flow.session.runner(.perRun())
    let outcome = await flow.run(plan, runner) { _ in }
    #expect(outcome == .done)
    return plan
  }

  /// Service → addresses.
  private func addresses(_ session: Session) async throws -> [String: [String]] {
    let snapshot = await session.survey([.cluster]).snapshot
    let services = try #require(snapshot.cluster.value).services
    return Dictionary(
      uniqueKeysWithValues: services.filter { $0.spec?.type == "LoadBalancer" }.map {
        ("\($0.metadata.namespace ?? "")/\($0.metadata.name)", $0.addresses)
      })
  }

  private func chart(_ name: String, _ session: Session) async throws -> String {
    let releases = try #require(await session.survey([.releases]).snapshot.releases.value)
    let release = try #require(releases.first { $0.name == name })
    #expect(release.status == "deployed")
    return release.chartVersionText
  }

  private func failures(_ session: Session) async -> [String] {
    Checks.run(await session.survey(Checks.needs()).snapshot)
      .filter { $0.verdict.kind == .fail || $0.verdict.kind == .warn }.map(\.code)
  }

  private func changes(_ session: Session) -> [String] {
    session.journal.entries().filter(\.changes).map { $0.argv.joined(separator: " ") }
  }

  @Test func metallbGoesUpAndBackAndEveryServiceKeepsItsAddress() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, executor in
      let before = try await addresses(session)
      #expect(before.count == 3 && before.values.allSatisfy { $0.count == 1 })
      let plan = try await run(session.upgrade(Upgrade(part: .metallb, to: "0.15.3")))
      #expect(try await chart("metallb", session) == "0.15.3")
      #expect(try await addresses(session) == before)
      #expect(await failures(session) == [])
      #expect(
        changes(session) == [
          "helm repo update metallb",
          "helm upgrade metallb metallb/metallb --version 0.15.3 --wait --timeout 600s -n "
            + "metallb-system",
        ])
      try await expectSaved(plan, session, executor)

      #expect(session.undo.savedIDs == ["upgrade-metallb"])
      let back = try await run(session.wayBack(ofUpgrade: .metallb))
      #expect(back.touchedServices == 0, "\(back.touches)")
      #expect(try await chart("metallb", session) == "0.14.8")
      #expect(try await addresses(session) == before)
      #expect(await failures(session) == [])
      #expect(session.undo.savedIDs.isEmpty && session.unfinishedSteps.isEmpty)
    }
  }

  /// 0600, and `kubectl apply -f` brings what was deleted back as it was.
  private func expectSaved(
    _ plan: Plan, _ session: Session, _ executor: RehearsalExecutor
  ) async throws {
    let path = try #require(
      plan.actions.lazy.compactMap { action in
        if case .file(let change) = action { change.path } else { nil }
      }.first)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let objects = await session.survey([.pools]).snapshot.pools.value
    func kubectl(_ arguments: [String]) async throws {
      let result = try await executor.run(
        Command(.kubectl, arguments, purpose: "test", changes: true))
      #expect(result.exit.isSuccess, "\(result.errorText)")
    }
    try await kubectl(["apply", "-f", path])
    for kind in ["l2advertisements", "ipaddresspools"] {
      let name = try #require(
        kind == "ipaddresspools"
          ? objects?.pools.first?.metadata.name : objects?.advertisements.first?.metadata.name)
      try await kubectl(["-n", "metallb-system", "delete", kind, name])
    }
    try await kubectl(["apply", "-f", path])
    let after = await session.survey([.pools]).snapshot.pools.value
    #expect(after?.pools.map(\.spec) == objects?.pools.map(\.spec))
    #expect(after?.advertisements.map(\.spec) == objects?.advertisements.map(\.spec))
  }

  @Test func withoutAVersionMetalLBGoesToTheNewestThatFitsAndThenStays() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, _ in
      let flow = session.upgrade(Upgrade(part: .metallb))
      _ = try await run(flow)
      #expect(try await chart("metallb", session) == "0.15.3")
      let again = try await flow.make()
      #expect(again.isEmpty, "\(again.title)")
    }
  }

  @Test func providerAndOperatorGoUpTogetherAndBack() async throws {
    let start = RehearsalStart(.enabled, faults: ["charts-19.0.1"])
    try await withSession(start) { session, _ in
      let before = try await addresses(session)
      let plan = try await run(session.upgrade(Upgrade(part: .provider, to: "19.0.2")))
      #expect(try await chart("akash-provider", session) == "19.0.2")
      #expect(try await chart("akash-ip-operator", session) == "19.0.2")
      #expect(try await addresses(session) == before)
      #expect(await failures(session) == [])
      let helm = plan.actions.compactMap { action in
        if case .command(let command) = action, command.changesCluster {
          command.arguments[1]
        } else {
          nil
        }
      }
      #expect(helm == ["akash-ip-operator", "akash-provider"])
      _ = try await run(session.wayBack(ofUpgrade: .provider))
      #expect(try await chart("akash-provider", session) == "19.0.1")
      #expect(try await chart("akash-ip-operator", session) == "19.0.1")
      #expect(try await addresses(session) == before)
      #expect(await failures(session) == [])
    }
  }

  @Test func theOperatorAloneGoesUpAndBackWhereTheProviderIsNewer() async throws {
    let start = RehearsalStart(.enabled, faults: ["charts-19.0.1"])
    try await withSession(start) { session, executor in
      let before = try await addresses(session)
      let early = try await session.upgrade(Upgrade(part: .operator)).make()
      #expect(early.isEmpty)
      let result = try await executor.run(
        Command(
          .helm,
          [
            "upgrade", "akash-provider", "akash/provider", "--version", "19.0.2", "--wait", "-n",
            "akash-services",
          ], purpose: "test", changes: true, timeLimit: .seconds(900)))
      #expect(result.exit.isSuccess, "\(result.errorText)")
      _ = try await run(session.upgrade(Upgrade(part: .operator)))
      #expect(try await chart("akash-ip-operator", session) == "19.0.2")
      #expect(try await addresses(session) == before)
      #expect(await failures(session) == [])
      _ = try await run(session.wayBack(ofUpgrade: .operator))
      #expect(try await chart("akash-ip-operator", session) == "19.0.1")
      #expect(try await addresses(session) == before)
    }
  }

  @Test func aMetalLBThatTheOperatorCannotReadIsRefusedThoughHelmWouldTakeIt() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, executor in
      await #expect(throws: UserMessage.self) {
        try await session.upgrade(Upgrade(part: .metallb, to: "0.16.1")).make()
      }
      let result = try await executor.run(
        Command(
          .helm,
          [
            "upgrade", "metallb", "metallb/metallb", "--version", "0.16.1", "--wait", "-n",
            "metallb-system",
          ], purpose: "test", changes: true, timeLimit: .seconds(900)))
      #expect(result.exit.isSuccess, "\(result.errorText)")
      #expect(await failures(session).contains("IPL-0109"))
      let metrics = await session.survey([.metallbMetrics]).snapshot.metallbMetrics
      #expect(metrics.value == nil)
    }
  }

  @Test func anUpgradeThatWasCutOffIsTakenBack() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, executor in
      let before = try await addresses(session)
      let flow = session.upgrade(Upgrade(part: .metallb, to: "0.15.3"))
      let plan = try await flow.make()
      try await executor.setFault(.helmKilled)
      let runner = await session.runner(.perRun())
      guard case .failed = await flow.run(plan, runner, onEvent: { _ in }) else {
        Issue.record("a killed helm is no success")
        return
      }
      await #expect(throws: UserMessage.self) { try await flow.make() }
      _ = try await run(session.wayBack(ofUpgrade: .metallb))
      #expect(try await chart("metallb", session) == "0.14.8")
      #expect(try await addresses(session) == before)
      #expect(session.unfinishedSteps.isEmpty)
    }
  }

  @Test func aChartThatCannotBeFetchedLeavesEverythingAsItIs() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, executor in
      let before = try await addresses(session)
      _ = try await run(session.upgrade(Upgrade(part: .metallb, to: "0.14.9")))
      let record = try session.undo.load("upgrade-metallb")
      let flow = session.upgrade(Upgrade(part: .metallb, to: "0.15.3"))
      let plan = try await flow.make()
      try await executor.setFault(.chartServerDown)
      let runner = await session.runner(.perRun())
      guard case .failed(let problem) = await flow.run(plan, runner, onEvent: { _ in }) else {
        Issue.record("a chart that cannot be fetched is no success")
        return
      }
      #expect(problem.text().contains("503"), "\(problem)")
      #expect(try await chart("metallb", session) == "0.14.9")
      // The way back of the upgrade before stays as it was.
      #expect(try session.undo.load("upgrade-metallb") == record)
      #expect(session.unfinishedSteps.isEmpty)
      #expect(try await addresses(session) == before)
      try await executor.clearFaults()
      _ = try await run(flow)
      #expect(try await chart("metallb", session) == "0.15.3")
    }
  }

  @Test func aWayBackIsRefusedOnceTheReleaseWasChangedAgain() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, executor in
      _ = try await run(session.upgrade(Upgrade(part: .metallb, to: "0.14.9")))
      let result = try await executor.run(
        Command(
          .helm,
          [
            "upgrade", "metallb", "metallb/metallb", "--version", "0.15.3", "-n", "metallb-system",
          ], purpose: "test", changes: true, timeLimit: .seconds(900)))
      #expect(result.exit.isSuccess)
      let refusal = await #expect(throws: UserMessage.self) {
        try await session.wayBack(ofUpgrade: .metallb).make()
      }
      #expect(refusal?.what.contains("was changed after the change") == true)
    }
  }

  @Test func aPartThatWasNotUpgradedHasNoWayBack() async throws {
    try await withSession(RehearsalStart(.enabled)) { session, _ in
      for part in Upgrade.Part.allCases {
        let refusal = await #expect(throws: UserMessage.self) {
          try await session.wayBack(ofUpgrade: part).make()
        }
        #expect(refusal?.what.contains("upgrade-\(part.rawValue)") == true)
      }
    }
  }

  @Test func kubesprayBringsTheVersionOfItsInventory() async throws {
    try await withSession(RehearsalStart(.kubespray)) { session, _ in
      let runner = await session.runner(.perRun())
      let results = await Enablement(
        session: session, runner: runner, isDryRun: false, consent: { _ in nil },
        onEvent: { _ in }
      ).apply([.namespace, .metallb, .metricsService, .pools])
      #expect(results.allSatisfy { $0.kind == .done || $0.kind == .unchanged }, "\(results)")
      let inventory = try #require(session.settings.inventory)
      let before = try String(contentsOfFile: inventory, encoding: .utf8)
      _ = try await run(session.upgrade(Upgrade(part: .metallb, to: "0.13.12")))
      let found = await session.survey([.metallb, .releases]).snapshot.metallbInstallation
      #expect(found?.versionText == "v0.13.12" && found?.isRolledOut == true)
      let after = try String(contentsOfFile: inventory, encoding: .utf8)
      #expect(after.contains("metallb_version: v0.13.12"))
      _ = try await run(session.wayBack(ofUpgrade: .metallb))
      #expect(try String(contentsOfFile: inventory, encoding: .utf8) == before)
    }
  }
}

extension Command {
  /// Leaves out what only fetches.
  fileprivate var changesCluster: Bool { changes && arguments.first != "repo" }
}
