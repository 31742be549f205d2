import Basics
import Execution
import IPLeasesCore
import Synchronization

/// The change whose plan was shown last, and its run.
final class ShownChange: Sendable {
  private let state = Mutex(Kept())

  private struct Kept: Sendable {
    /// The plan that was shown last, and the change it is of.
    var shown: (plan: Plan, flow: ChangeFlow)?
    var runner: PlanRunner?
    /// What runs now.
    var running: ChangeFlow.Kind?
    /// Asked to stop before there was a runner to tell.
    var isStopRequested = false
  }

  func make(_ flow: ChangeFlow) async -> Result<Plan, UserMessage> {
    do {
      let plan = try await flow.make()
      // A plan that nobody waits for does not take the place of the one on the screen.
      if !Task.isCancelled { state.withLock { $0.shown = (plan, flow) } }
      return .success(plan)
    } catch {
      return .failure(error)
    }
  }

  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {
    guard let shown = state.withLock({ $0.shown }), shown.plan == plan else {
      return onEvent(
        .ended(
          .failed(
            UserMessage(
              "Nothing was run: this is not the plan that was made last.",
              advice: "Make it anew, and look at it again."))))
    }
    let session = shown.flow.session
    state.withLock {
      $0.isStopRequested = false
      $0.running = shown.flow.kind
    }
    defer { state.withLock { $0.running = nil } }
    let runner = await session.runner(.perRun())
    let isStopRequested = state.withLock { kept in
      kept.runner = runner
      return kept.isStopRequested
    }
    if isStopRequested {
      onEvent(.ended(.stopped))
    } else {
      _ = await shown.flow.run(plan, runner, onEvent: onEvent)
    }
    state.withLock { $0.runner = nil }
  }

  func stop() async {
    let runner = state.withLock { kept in
      kept.isStopRequested = true
      return kept.runner
    }
    await runner?.stop()
  }

  /// The console is left: what a proof has borrowed is given back first.
  ///
  /// - Returns: false where none runs.
  func finishProof() async -> Bool {
    let (isProving, runner) = state.withLock { kept in
      let isProving = kept.running == .proof
      if isProving { kept.isStopRequested = true }
      return (isProving, kept.runner)
    }
    guard isProving else { return false }
    await runner?.finish()
    return true
  }

  /// The plan that was shown is not run any more.
  func letGo() { state.withLock { $0.shown = nil } }

  /// Everything is as at the start.
  ///
  /// - Returns: false while something runs.
  func forget() -> Bool {
    state.withLock { kept in
      guard kept.running == nil else { return false }
      kept = Kept()
      return true
    }
  }
}
