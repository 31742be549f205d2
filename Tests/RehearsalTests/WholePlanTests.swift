import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// The plan of everything, made before anything runs.
@Suite(.inTurn)
struct WholePlanTests {
  private func session(_ scenario: RehearsalScenario, in folder: String) async throws -> Session {
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.rehearsal = scenario.rawValue
    settings.poolRanges = ["203.0.113.0/28"]
    let executor = try RehearsalExecutor(
      scenario: scenario, directory: "\(folder)/rehearsal", pace: 0, reset: true)
    let identity = await ClusterIdentity.read(executor, settings)
    return Session(settings: settings, identity: identity, executor: executor)
  }

  private func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/whole-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  private static let everything = AllSteps.inOrder.reduce(StatusReport.needs) {
    $0.union($1.planNeeds)
  }

  @Test(arguments: [RehearsalScenario.fresh, .oldCharts])
  func theCommandsThatRunAreThosePlannedBeforeTheFirstOne(_ scenario: RehearsalScenario)
    async throws
  {
    try await withFolder { folder in
      let session = try await session(scenario, in: folder)
      let survey = await session.survey(Self.everything)
      let plans = try session.plans(StepID.allCases, of: survey).map { try $0.result.get() }
      let planned = plans.flatMap(\.actions).compactMap { action -> [String]? in
        if case .command(let command) = action, command.changes { command.argv } else { nil }
      }

      let runner = await session.runner(.perRun())
      let enablement = Enablement(
        session: session, runner: runner, isDryRun: false, consent: { _ in nil },
        onEvent: { _ in })
      let results = await enablement.apply(StepID.allCases)
      let ran = session.journal.entries().filter(\.changes).map(\.argv)

      #expect(results.allSatisfy { $0.kind == .done || $0.kind == .unchanged })
      #expect(ran == planned)
    }
  }

  @Test func theOutcomeOfEachStepIsWhatTheStepTakesForDone() async throws {
    try await withFolder { folder in
      let session = try await session(.fresh, in: folder)
      var snapshot = await session.survey(Self.everything).snapshot
      for step in AllSteps.inOrder where step.id != .verification {
        snapshot = step.outcome(snapshot, session.settings)
        let assessment = step.assess(snapshot, session.settings)
        #expect(assessment.state.isSettled, "\(step.id.rawValue): \(assessment.evidence)")
      }
    }
  }

  @Test func withoutRangesTheStepsAfterThePoolWait() async throws {
    try await withFolder { folder in
      let session = try await session(.fresh, in: folder)
      var settings = session.settings
      settings.poolRanges = []
      let survey = await session.survey(Self.everything)
      let plans = WholePlan.make(StepID.allCases, survey.snapshot, settings)
      let refused = plans.filter { if case .failure = $0.result { true } else { false } }.map(\.id)
      #expect(refused == [.pools, .ipOperator, .capacity, .provider, .verification])
    }
  }
}
