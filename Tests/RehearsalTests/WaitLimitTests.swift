import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Testing

@testable import Rehearsal

/// `--timeout` bounds every wait of every plan, also those inside of the tools.
@Suite struct WaitLimitTests {
  private static let limit = Duration.seconds(15)

  private final class Site: Sendable {
    let stage: Stage
    let session: Session
    let unlimited: Session

    init(_ scenario: RehearsalScenario) throws {
      stage = try Stage(scenario)
      var settings = ConsoleSettings(
        providerFile: "\(stage.directory)/provider.yaml", stateDirectory: "\(stage.directory)/state"
      )
      settings.rehearsal = scenario.rawValue
      settings.inventory = RehearsalExecutor.inventory(of: scenario, directory: stage.directory)
      settings.poolRanges = ["203.0.113.0/28"]
      let identity = ClusterIdentity(context: "rehearsal-\(scenario.rawValue)", server: "")
      unlimited = Session(settings: settings, identity: identity, executor: stage.executor)
      settings.waitLimit = WaitLimitTests.limit
      settings.connection.readLimit = WaitLimitTests.limit
      session = Session(settings: settings, identity: identity, executor: stage.executor)
    }

    deinit { stage.remove() }
  }

  private static let everything = AllSteps.inOrder.reduce(
    StatusReport.needs.union(Checks.needs()).union(CanaryProof.needs).union(PoolEdit.needs)
  ) { $0.union($1.planNeeds) }

  /// What an action waits for at most, by what it says itself; nil for what waits for nothing.
  private func wait(_ action: Action) throws -> Duration? {
    switch action {
    case .file: return nil
    case .wait(let wait): return wait.passes == .timePasses ? nil : wait.limit
    case .command(let command):
      if command.tool == .ansiblePlaybook { return nil }
      let words = command.arguments
      let text =
        words.first { $0.hasPrefix("--timeout=") }?.dropFirst(10)
        ?? words.firstIndex(of: "--timeout").map { words[$0 + 1][...] }
      guard let text else { return command.timeLimit }
      let seconds = try #require(Int(text.dropLast()), "\(command.shellText)")
      // The tool ends by itself, and is given a minute more to say so.
      #expect(command.timeLimit <= .seconds(seconds + 60))
      return .seconds(seconds)
    }
  }

  private func check(_ plan: Plan) throws {
    for action in plan.actions.dropLast(plan.closingCount) {
      if let wait = try wait(action) { #expect(wait <= Self.limit, "\(plan.id): \(action)") }
    }
  }

  private func plans(_ site: Site, _ session: Session) async throws -> [Plan] {
    let survey = await session.survey(Self.everything)
    var plans = session.plans(StepID.allCases, of: survey).compactMap { try? $0.result.get() }
    plans += AllRemedies.inOrder.compactMap {
      try? $0.plan(survey.snapshot, session.settings).get()
    }
    if let pool = survey.snapshot.pools.value?.pool("default") {
      plans.append(
        try PoolEdit.plan(
          survey.snapshot, session.settings, entries: pool.spec.addresses + ["192.0.2.77/32"]))
    }
    if let proof = try? CanaryProof.plan(
      survey.snapshot, session.settings, token: "1", hold: .seconds(40))
    {
      plans.append(proof)
    }
    return plans
  }

  /// They have every kind of plan between them.
  @Test(arguments: [RehearsalScenario.fresh, .kubespray, .legacy, .enabled, .noHelm])
  func noPlanWaitsLongerThanWasAskedFor(_ scenario: RehearsalScenario) async throws {
    let site = try Site(scenario)
    let plans = try await plans(site, site.session)
    for plan in plans { try check(plan) }
    let free = try await self.plans(site, site.unlimited)
    #expect(plans.map(\.id) == free.map(\.id))
    // Nothing else is changed by it, and there was something to shorten.
    let long = try free.flatMap(\.actions).contains { try (wait($0) ?? .zero) > Self.limit }
    #expect(long)
    #expect(plans.map(\.undo) == free.map { $0.undo.map(readingBriefly) })
    #expect(plans.map(\.title) == free.map(\.title))
    // That helm calls a slow release failed is said where it waits for pods.
    for plan in plans {
      let waits = plan.actions.contains { action in
        guard case .command(let command) = action else { return false }
        return command.tool == .helm && command.arguments.contains("--wait")
      }
      #expect(plan.notes.contains { $0.line().contains("is marked failed") } == waits, "\(plan.id)")
    }
  }

  /// Reads of a way back are made for this call's patience, as all reads are.
  private func readingBriefly(_ action: Action) -> Action {
    switch action {
    case .command(var command):
      if !command.changes, !command.arguments.contains(where: { $0.hasPrefix("--timeout") }) {
        command.timeLimit = min(command.timeLimit, Self.limit)
      }
      return .command(command)
    case .wait(var wait):
      wait.probe.timeLimit = min(wait.probe.timeLimit, Self.limit)
      return .wait(wait)
    case .file: return action
    }
  }

  @Test func whatIsShownBeforeIsWhatAnApplyRuns() async throws {
    let site = try Site(.fresh)
    let runner = await site.session.runner(.perRun())
    let shown = Shown()
    let enablement = Enablement(
      session: site.session, runner: runner, isDryRun: false,
      consent: { plan in
        await shown.add(plan)
        return plan.id == "metallb" ? UserMessage("enough") : nil
      }, onEvent: { _ in })
    let survey = await site.session.survey(Self.everything)
    let planned = site.session.plans(StepID.allCases, of: survey).compactMap {
      try? $0.result.get()
    }
    _ = await enablement.apply(StepID.allCases)
    let met = await shown.plans
    #expect(met.map(\.id) == ["namespace", "metallb"])
    #expect(met.map(\.actions) == planned.prefix(2).map(\.actions))
    for plan in met { try check(plan) }
  }

  @Test func aWayBackKeepsItsOwnLimitsUntilItIsRun() async throws {
    let site = try Site(.enabled)
    let helm = Helm(site.session.settings.connection)
    var plan = Plan(id: StepID.provider.rawValue, title: "test")
    plan.undo = [
      .command(helm.rollback("akash-provider", to: 1, namespace: "akash-services"))
    ]
    try site.session.undo.save(plan)
    let saved = try #require(try site.session.undo.load("provider"))
    #expect(try saved.actions.map(wait) == [.seconds(600)])
    let limited = try await site.session.wayBack(of: .provider).make()
    #expect(try limited.actions.map(wait) == [Self.limit])
    #expect(try await site.unlimited.wayBack(of: .provider).make().actions == saved.actions)
  }

  private actor Shown {
    var plans: [Plan] = []
    func add(_ plan: Plan) { plans.append(plan) }
  }
}
