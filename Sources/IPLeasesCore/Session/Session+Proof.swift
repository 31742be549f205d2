import Basics
import Execution
import Foundation
import Synchronization

/// The proof from outside: what it borrows is given back, and how it ended is kept.
extension Session {
  /// Runs the plan of a proof and keeps how it ended.
  func runProof(
    _ plan: Plan, _ runner: PlanRunner, ifStill validity: PlanRunner.Validity?,
    onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    let hasBegun = Mutex(false)
    let reached = Mutex(-1)
    let keeping: PlanRunner.Keeping = { outcome in
      // What was not begun says nothing of the address.
      guard hasBegun.withLock(\.self) else { return outcome }
      let isProven = reached.withLock { $0 } >= plan.actions.count - plan.closingCount - 1
      let problem = await keep(isProven ? .done : outcome, of: plan)
      // The way back is forgotten only once it was gone.
      if owesSomething, outcome != .done { return .failed(stillThere(outcome, isProven, plan)) }
      // That the result could not be written down is no reason to call the proof failed.
      if let problem, outcome == .done { onEvent(.output(index: 0, Self.line(problem))) }
      return outcome
    }
    return await runner.run(plan, ifStill: validity, keeping: keeping) { event in
      if case .started = event { hasBegun.withLock { $0 = true } }
      if case .finished(let index, _) = event { reached.withLock { $0 = max($0, index) } }
      onEvent(event)
    }
  }

  private func stillThere(_ outcome: RunOutcome, _ isProven: Bool, _ plan: Plan) -> UserMessage {
    var reason: String?
    if case .failed(let problem) = outcome { reason = problem.text() }
    let start = isProven ? "The address works" : "The proof came to no end"
    return UserMessage(
      "\(start), but the test Service is still there.", reason: reason,
      advice: Self.leftAdvice(plan.undo))
  }

  private static func leftAdvice(_ wayBack: [Action]) -> Advice {
    "It is removed at the next start; by hand: \(wayBack.compactMap(\.shellText).first ?? "")"
  }

  /// A proof that was cut off left something to give back.
  package var owesSomething: Bool { undo.savedIDs.contains(CanaryProof.id) }

  /// Removes at once what a proof left that was cut off. The plan that was shown then says so.
  ///
  /// - Returns: why it is still there; nil where nothing is.
  package func giveBackBorrowed(_ runner: PlanRunner) async -> UserMessage? {
    let record: UndoRecord?
    do throws(UserMessage) { record = try SavedWaysBack(self).saved(CanaryProof.id) } catch {
      return error
    }
    guard let record else { return nil }
    var plan = Plan(
      id: CanaryProof.id, title: "Remove the test Service of a proof that was cut off",
      actions: record.actions)
    plan.closingCount = plan.actions.count
    switch await runner.run(plan, onEvent: { _ in }) {
    case .done, .reached: return nil
    case .failed(let problem):
      return UserMessage(
        "The test Service of an earlier proof is still there.", reason: problem.text(),
        advice: Self.leftAdvice(record.actions))
    case .stopped: return UserMessage("The test Service of an earlier proof is still there.")
    }
  }

  private func keep(_ outcome: RunOutcome, of plan: Plan) async -> UserMessage? {
    var record = ProofRecord(
      time: Date(), address: CanaryProof.address(of: plan) ?? "", ending: .done)
    switch outcome {
    case .done:
      for case .wait(let wait) in plan.actions where wait.passes == .timePasses {
        record.heldSeconds = Int(wait.limit.components.seconds)
      }
      // The events outlive the Service.
      if let events = CanaryProof.events(plan, settings),
        let result = try? await executor.run(events), result.exit.isSuccess
      {
        record.node = CanaryProof.node(inEvents: result.standardOutput)
      }
    case .failed(let problem):
      // What this user may not do says nothing about the address.
      record.ending = problem.obstacle == .rights ? .stopped : .failed
      record.problem = SafeText.line(
        [problem.what, problem.reason].compactMap(\.self)
          .joined(separator: ": "), limit: 500)
    case .stopped, .reached: record.ending = .stopped
    }
    do throws(UserMessage) { try findings.keep(record) } catch { return error }
    return nil
  }

  private static func line(_ problem: UserMessage) -> OutputChunk {
    OutputChunk(bytes: Array("\(problem.text())\n".utf8), isError: true)
  }
}

extension Action {
  /// As it is typed in a shell; nil for what is no command.
  fileprivate var shellText: String? {
    if case .command(let command) = self { command.shellText } else { nil }
  }
}
