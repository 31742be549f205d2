import ArgumentParser
import Basics
import Execution
import IPLeasesCore

/// What a subcommand does with the one plan it is about.
enum PlanUse {
  /// Shown only.
  case show
  /// Tried by the server, nothing is changed.
  case tryOnServer
  case run
}

/// A change on the command line: shown as text, agreed to by a word or by flags, reported.
struct Change {
  let call: Call
  let flow: ChangeFlow
  /// For whoever meets the lock.
  let doing: String
  let consent: ConsentOptions
  let output: OutputFormat
  var use = PlanUse.run
  /// What is said of a plan that has nothing to do.
  var emptyMessage = "nothing to do"
  /// What is said after the run; asked only when it is done.
  var doneMessage: @Sendable (Plan) async -> String = { _ in "done" }

  private var session: Session { flow.session }

  /// - Throws: always, an `ExitCode`.
  func carryOut() async throws -> Never {
    if use == .run { try Self.refuseIfReadOnly(session, call) }
    let runner =
      use == .run
      ? try await Self.runner(session, call, doing: doing, isAsking: !consent.yes)
      : await session.runner(.perRun())
    let plan: Plan
    do { plan = try await flow.make() } catch { throw call.failure(error) }
    if use == .show {
      switch output {
      case .json, .yaml: call.show(PlanDocument([plan]), as: output)
      case .text: call.output(PlanText.text(plan, call.ownOptions))
      }
      throw ExitCode(Exit.holds)
    }
    let progress = Progress(call, isJSON: output != .text)
    if !plan.isEmpty { progress.show(.planned(plan)) }
    let result = await result(of: plan, runner, progress)
    progress.show(.stepEnded(result))
    if output != .text { call.show(ApplyDocument([result]), as: output) }
    throw ExitCode(Self.exitCode([result], wanted: 1))
  }

  private func result(of plan: Plan, _ runner: PlanRunner, _ progress: Progress) async
    -> StepResult
  {
    if plan.isEmpty { return StepResult(id: plan.id, kind: .unchanged, message: emptyMessage) }
    let started: ContinuousClock.Instant
    let outcome: RunOutcome
    if use == .tryOnServer {
      started = .now
      outcome = await runner.dryRun(plan) { progress.show(.run($0)) }
    } else {
      let consent = Consent(
        call: call, isGiven: consent.yes, acceptedTouch: consent.acceptTouch,
        context: session.identity.context)
      if let refusal = await consent.ask(plan) {
        return StepResult(id: plan.id, kind: .failed, message: refusal.what, problem: refusal)
      }
      started = .now
      outcome = await Interruption.watch(runner, of: call) {
        await flow.run(plan, runner) { progress.show(.run($0)) }
      }
      runner.letGo()
    }
    let duration = ContinuousClock.now - started
    switch outcome {
    case .done where use == .tryOnServer:
      return StepResult(
        id: plan.id, kind: .unchanged, duration: duration,
        message: "not run; the server would accept it")
    case .reached:
      return StepResult(
        id: plan.id, kind: .unchanged, duration: duration,
        message: "nothing was run: it holds by now")
    case .done:
      return StepResult(
        id: plan.id, kind: .done, duration: duration, message: await doneMessage(plan))
    case .failed(let problem):
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: problem.what, problem: problem)
    case .stopped:
      return StepResult(
        id: plan.id, kind: .failed, duration: duration, message: "stopped on purpose")
    }
  }

  // MARK: Also for apply, which goes through many plans

  static func refuseIfReadOnly(_ session: Session, _ call: Call) throws {
    guard session.settings.isReadOnly else { return }
    throw call.failure(Session.readOnly)
  }

  /// The lock comes before the plan, since waiting for it may take long. Whoever is asked may take
  /// long too: then it is let go, and taken again for each run.
  ///
  /// - Throws: `ExitCode` where another holds the lock, after saying who.
  static func runner(
    _ session: Session, _ call: Call, doing: String, isAsking: Bool
  ) async throws -> PlanRunner {
    let onWait: @Sendable (LockHolder, Duration) -> Void = { holder, patience in
      call.error(
        "Waiting for its end, at most \(patience.components.seconds) s: \(holder.text).\n"
          + "Ctrl-C leaves; that change goes on.\n")
    }
    do {
      let lock = try await session.lock(doing: doing, onWait: onWait)
      if session.owesSomething,
        let problem = await session.giveBackBorrowed(await session.runner(.held(lock)))
      {
        call.problem(problem)
      }
      guard isAsking else { return await session.runner(.held(lock)) }
      lock.release()
      return await session.runner(.perRun(patience: session.orphanPatience, onWait: onWait))
    } catch let message as UserMessage {
      throw call.failure(message)
    }
  }

  static func exitCode(_ results: [StepResult], wanted: Int) -> Int32 {
    if Interruption.hasHappened { return Exit.interrupted }
    if results.contains(where: \.isUnknown) { return Exit.untold }
    let hold = results.allSatisfy { $0.kind == .done || $0.kind == .unchanged }
    return hold && results.count == wanted ? Exit.holds : Exit.doesNotHold
  }
}
