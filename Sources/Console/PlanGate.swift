import ConsoleKit
import Execution
import IPLeasesCore

/// The only place that lets a plan run.
enum PlanGate {
  /// - Parameter typed: proves that the word was typed.
  static func letRun(
    _ plan: Plan, _ request: PlanRequest, _ typed: TypedWord.Typed, _ state: inout State
  ) -> [Effect] {
    guard typed.word == plan.confirmationWord else { return [] }
    if let reason = state.reasonReadOnly {
      state.notice = "Nothing was run: \(reason)."
      return []
    }
    guard !state.isRunning else {
      state.notice = "Nothing was run: another plan is running."
      return []
    }
    state.run = RunInProgress(plan: plan, request: request, startedAt: state.now)
    state.overlays = [RunScreen()]
    return [.run(plan)]
  }
}
