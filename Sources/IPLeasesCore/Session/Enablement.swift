import Basics
import Execution
import Foundation

/// How one step of an apply ended.
package struct StepResult: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, Codable {
    case done
    /// It held already.
    case unchanged
    case failed
    case blocked
  }

  package var id: String
  package var kind: Kind
  package var duration: Duration
  package var message: String
  package var problem: UserMessage?
  /// True where it could not be told whether the step holds.
  package var isUnknown = false

  package init(
    id: String, kind: Kind, duration: Duration = .zero, message: String,
    problem: UserMessage? = nil, isUnknown: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.duration = duration
    self.message = message
    self.problem = problem
    self.isUnknown = isUnknown || problem?.isUntold == true
  }
}

/// What an apply tells while it goes on.
package enum EnablementEvent: Sendable {
  /// Shown before anything of it runs.
  case planned(Plan)
  case run(RunEvent)
  case stepEnded(StepResult)
}

/// Takes the checklist to its end: for each step read, assess, plan, ask, run, read again.
package struct Enablement: Sendable {
  /// May this plan run? An answer with a message is a no.
  package typealias Consent = @Sendable (Plan) async -> UserMessage?

  private let session: Session
  private let runner: PlanRunner
  private let isDryRun: Bool
  private let consent: Consent
  private let onEvent: @Sendable (EnablementEvent) -> Void

  /// A step may need several plans: the chart repository first, then the chart found in it.
  private static let plansPerStep = 4

  package init(
    session: Session, runner: PlanRunner, isDryRun: Bool, consent: @escaping Consent,
    onEvent: @escaping @Sendable (EnablementEvent) -> Void
  ) {
    self.session = session
    self.runner = runner
    self.isDryRun = isDryRun
    self.consent = consent
    self.onEvent = onEvent
  }

  /// Works on the steps in the order of the checklist and ends at the first that does not hold. Of
  /// several, one that has no place in the checklist of this cluster is left out.
  package func apply(_ ids: [StepID]) async -> [StepResult] {
    var results: [StepResult] = []
    // Steps that hold are assessed from one reading; whatever ran makes it void.
    var survey: Survey?
    for id in StepID.allCases where ids.contains(id) {
      let started = ContinuousClock.now
      guard var result = await apply(id, &survey) else {
        guard ids.count == 1 else { continue }
        let result = StepResult(id: id.rawValue, kind: .unchanged, message: "not needed here")
        onEvent(.stepEnded(result))
        return [result]
      }
      result.duration = ContinuousClock.now - started
      results.append(result)
      onEvent(.stepEnded(result))
      let goesOn = result.kind == .done || result.kind == .unchanged || isDryRun
      if !goesOn || Task.isCancelled { break }
    }
    return results
  }

  /// nil where the step has no place in the checklist.
  private func apply(_ id: StepID, _ survey: inout Survey?) async -> StepResult? {
    guard let step = AllSteps.step(id) else {
      return StepResult(id: id.rawValue, kind: .failed, message: "there is no such step")
    }
    var hasRun = false
    for attempt in 0..<Self.plansPerStep {
      // The last step looks at more than the others have read.
      if let known = survey, !step.provesTheOthers {
        guard let report = known.checklist[id] else { return nil }
        if let end = ending(report, hasRun) { return end }
      }
      // One reading serves the assessment and the plan: a plan fits what the assessment saw.
      let read = await session.survey(AllSteps.needs.union(step.planNeeds))
      survey = read
      guard let report = read.checklist[id] else {
        if attempt == 0 { return nil }
        break
      }
      if let end = ending(report, hasRun) { return end }
      let plan: Plan
      do {
        plan = try step.wholePlan(read.snapshot, session.settings)
      } catch {
        return failure(id, error)
      }
      if plan.isEmpty {
        return StepResult(id: id.rawValue, kind: .failed, message: report.evidence)
      }
      if await runner.isStopRequested { return stopped(id) }
      onEvent(.planned(plan))
      if isDryRun { return await dryRun(plan) }
      if let refusal = await consent(plan) { return failure(id, refusal) }
      if await runner.isStopRequested { return stopped(id) }
      survey = nil
      switch await session.change(of: id).run(plan, runner, onEvent: { onEvent(.run($0)) }) {
      case .done: hasRun = true
      case .reached: break
      case .failed(let problem): return failure(id, problem)
      case .stopped: return stopped(id)
      }
    }
    let last = await session.survey(AllSteps.needs.union(step.planNeeds))
    survey = last
    guard let report = last.checklist[id], !report.state.isSettled else {
      let evidence = last.checklist[id]?.evidence ?? "nothing of it is left to do"
      return StepResult(id: id.rawValue, kind: .done, message: evidence)
    }
    return StepResult(id: id.rawValue, kind: .failed, message: report.evidence)
  }

  /// nil: there is work to do.
  private func ending(_ report: StepReport, _ hasRun: Bool) -> StepResult? {
    let id = report.id.rawValue
    switch report.state {
    case .done, .notNeeded, .setAside:
      return StepResult(
        id: id, kind: hasRun ? .done : .unchanged, message: report.evidence)
    case .blocked:
      let names = report.blockedBy.map(\.rawValue).joined(separator: ", ")
      return StepResult(id: id, kind: .blocked, message: "waits for \(names)")
    case .failed, .unknown:
      let problem = report.assessment.problem ?? UserMessage(report.evidence)
      var result = failure(report.id, problem)
      result.isUnknown = report.state == .unknown
      return result
    case .todo:
      return nil
    }
  }

  private func dryRun(_ plan: Plan) async -> StepResult {
    switch await runner.dryRun(plan, onEvent: { onEvent(.run($0)) }) {
    case .done, .reached:
      return StepResult(
        id: plan.id, kind: .unchanged,
        message: "not run; the server would accept what can be asked now")
    case .failed(let problem):
      return StepResult(id: plan.id, kind: .failed, message: problem.what, problem: problem)
    case .stopped:
      return StepResult(id: plan.id, kind: .failed, message: "stopped on purpose")
    }
  }

  private func stopped(_ id: StepID) -> StepResult {
    StepResult(id: id.rawValue, kind: .failed, message: "stopped on purpose")
  }

  private func failure(_ id: StepID, _ problem: UserMessage) -> StepResult {
    StepResult(id: id.rawValue, kind: .failed, message: problem.what, problem: problem)
  }
}
