import Basics
import Cluster
import Execution

/// A plan of the checklist made ahead: for the cluster as the steps before it would leave it.
package struct PlannedStep: Sendable {
  package var id: StepID
  /// The plan, or why there is none.
  package var result: Result<Plan, UserMessage>
}

/// The plans of several steps at once. Each is made anew before it runs, because only then the
/// cluster shows what it stands on; this is what can be told before.
package enum WholePlan {
  /// Steps that are settled are left out; those after one that cannot be planned are waited for.
  package static func make(
    _ ids: [StepID], _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings,
    setAside: [StepID: String] = [:], steps: [any Step] = AllSteps.inOrder
  ) -> [PlannedStep] {
    var snapshot = snapshot
    var planned: [PlannedStep] = []
    var assumed: [StepID] = []
    for step in steps {
      let checklist = Checklist(snapshot, settings, setAside: setAside, steps: steps)
      guard let report = checklist[step.id], !report.state.isSettled else { continue }
      let result = plan(step, report, snapshot, settings)
      if ids.contains(step.id) {
        planned.append(
          PlannedStep(id: step.id, result: result.map { note($0, assumed, step, steps) }))
      }
      if case .success = result {
        snapshot = step.outcome(snapshot, settings)
        assumed.append(step.id)
      }
    }
    return planned
  }

  private static func plan(
    _ step: any Step, _ report: StepReport, _ snapshot: ClusterSnapshot,
    _ settings: ConsoleSettings
  ) -> Result<Plan, UserMessage> {
    if !report.blockedBy.isEmpty { return .failure(report.blockedMessage) }
    if let problem = report.assessment.problem { return .failure(problem) }
    do { return .success(try step.wholePlan(snapshot, settings)) } catch { return .failure(error) }
  }

  private static func note(
    _ plan: Plan, _ assumed: [StepID], _ step: any Step, _ steps: [any Step]
  ) -> Plan {
    let needed = assumed.filter(step.dependsOn.contains).map(\.rawValue)
    guard !needed.isEmpty, !plan.isEmpty else { return plan }
    var plan = plan
    plan.note(
      "Made for the cluster as \(needed.joined(separator: ", ")) will leave it; apply makes it "
        + "anew before it runs.")
    return plan
  }
}

extension StepReport {
  /// Why a step that waits for others has no plan.
  package var blockedMessage: UserMessage {
    let names = blockedBy.map(\.rawValue)
    return UserMessage(
      "\(title) waits for \(names.joined(separator: ", ")).", reason: evidence,
      advice: Advice(own: ["apply"] + names))
  }
}
