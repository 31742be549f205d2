import Basics
import Cluster
import Execution
import Foundation
import Synchronization

/// Checks with what is kept of earlier rounds, and the proof.
extension Session {
  /// A round of the checks that were made. It is taken into the history, except with `--read-only`.
  ///
  /// - Parameters:
  ///   - codes: nil means all.
  ///   - proof: the rows of the proof are added.
  ///   - isAsked: false for a round that came by itself.
  /// - Returns: the report, and why it was not kept; nil where it was.
  package func report(
    _ survey: Survey, only codes: [String]? = nil, duration: Duration,
    addingProof proof: Bool = false, isAsked: Bool = true, at time: Date = Date()
  ) -> (report: CheckReport, problem: UserMessage?) {
    var results = survey.checks.filter { codes?.contains($0.code) ?? true }
    if proof { results += proofRows(survey.snapshot, at: time) }
    var history = findings.history
    var problem: UserMessage?
    let mayKeep = !settings.isReadOnly && identity.obstacle == nil
    if history.record(results, at: time, isAsked: isAsked), mayKeep {
      do throws(UserMessage) {
        history = try findings.change { $0.record(results, at: time, isAsked: isAsked) }
      } catch {
        problem = error
      }
    }
    let report = CheckReport(
      results: results, context: identity.context, duration: duration, madeAt: time,
      aside: findings.aside(at: time), history: history)
    return (report, problem)
  }

  package func proofRows(_ snapshot: ClusterSnapshot, at time: Date) -> [CheckResult] {
    ProofResults.rows(
      findings.proof, refusal: proofRefusal(snapshot), canaries: CanaryProof.canaries(snapshot),
      at: time)
  }

  /// Why no proof can be made now; nil where one can.
  package func proofRefusal(_ snapshot: ClusterSnapshot) -> UserMessage? {
    do throws(UserMessage) {
      _ = try CanaryProof.plan(snapshot, settings, token: "0")
      return nil
    } catch {
      return error
    }
  }

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
    if case .failed(let problem) = outcome { reason = problem.text }
    let start = isProven ? "The address works" : "The proof came to no end"
    return UserMessage(
      "\(start), but the test Service is still there.", reason: reason,
      advice: Self.leftAdvice(plan.undo))
  }

  private static func leftAdvice(_ wayBack: [Action]) -> String {
    "It is removed at the next start; by hand: \(wayBack.compactMap(\.shellText).first ?? "")"
  }

  /// A proof that was cut off left something to give back.
  package var owesSomething: Bool { undo.savedIDs.contains(CanaryProof.id) }

  /// Since when the report says what it says: by what the cluster tells, else by the first run that
  /// saw it. nil where nothing is wrong.
  package func since(_ status: StatusReport, at time: Date) -> Date? {
    guard status.state == .fail || status.state == .warn else { return nil }
    if let since = status.since { return since }
    var history = findings.history
    let since = history.noteHeadline(status.now, at: time)
    guard !settings.isReadOnly, identity.obstacle == nil, since == time else { return since }
    _ = try? findings.change { _ = $0.noteHeadline(status.now, at: time) }
    return since
  }

  /// Removes at once what a proof left that was cut off. The plan that was shown then says so.
  ///
  /// - Returns: why it is still there; nil where nothing is.
  package func giveBackBorrowed(_ runner: PlanRunner) async -> UserMessage? {
    let record: UndoRecord?
    do throws(UserMessage) { record = try saved(CanaryProof.id) } catch { return error }
    guard let record else { return nil }
    var plan = Plan(
      id: CanaryProof.id, title: "Remove the test Service of a proof that was cut off",
      actions: record.actions)
    plan.closingCount = plan.actions.count
    switch await runner.run(plan, onEvent: { _ in }) {
    case .done, .reached: return nil
    case .failed(let problem):
      return UserMessage(
        "The test Service of an earlier proof is still there.", reason: problem.text,
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
    OutputChunk(bytes: Array("\(problem.text)\n".utf8), isError: true)
  }
}

extension Action {
  /// As it is typed in a shell; nil for what is no command.
  fileprivate var shellText: String? {
    if case .command(let command) = self { command.shellText } else { nil }
  }
}
