import Basics
import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// An upgrade that is run under watch, and its way back where that was agreed to.
final class WatchedUpgrade: Sendable {
  let part: Upgrade.Part
  private let call: Call
  private let flow: ChangeFlow
  private let runner: PlanRunner
  private let plan: Plan
  /// What its way back may touch, as its plan may.
  private let acceptedTouch: Int?
  private let outcome: Mutex<RunOutcome?>

  private init(
    _ part: Upgrade.Part, _ call: Call, _ flow: ChangeFlow, _ runner: PlanRunner, _ plan: Plan,
    acceptedTouch: Int?, outcome: RunOutcome? = nil
  ) {
    self.acceptedTouch = acceptedTouch
    self.outcome = Mutex(outcome)
    self.part = part
    self.call = call
    self.flow = flow
    self.runner = runner
    self.plan = plan
  }

  /// Makes the plan, shows it and asks for its word.
  ///
  /// - Parameters:
  ///   - goesBack: its way back runs by itself where a promise breaks, and is agreed to here.
  ///   - baseline: when the watch began that is gone on with.
  /// - Returns: nil where there is nothing to do, which is told.
  /// - Throws: `ExitCode` after the reason was printed.
  static func agreed(
    _ upgrade: Upgrade, _ session: Session, _ call: Call, _ consent: ConsentOptions,
    isJSON: Bool, goesBack: Bool, since baseline: Date?
  ) async throws -> WatchedUpgrade? {
    try Change.refuseIfReadOnly(session, call)
    let runner = try await Change.runner(
      session, call, doing: "watch: upgrade of \(upgrade.part.rawValue)", isAsking: !consent.yes)
    let flow = session.upgrade(upgrade)
    let plan: Plan
    do { plan = try await flow.make() } catch {
      runner.letGo()
      throw call.failure(error)
    }
    guard !plan.isEmpty else {
      runner.letGo()
      let words = ["\(plan.title): nothing to do."] + plan.notes.map { $0.line(call.ownOptions) }
      call.error("\(words.joined(separator: " "))\n")
      guard goesBack else { return nil }
      return try await ofCutWatch(upgrade.part, session, call, consent, isJSON, runner, baseline)
    }
    let progress = Progress(call, isJSON: isJSON)
    progress.show(.planned(plan))
    if goesBack { call.error("Where a promise breaks, the way back shown runs by itself.\n") }
    let question = Consent(
      call: call, isGiven: consent.yes, acceptedTouch: consent.acceptTouch,
      context: session.identity.context)
    if let refusal = await question.ask(plan) {
      runner.letGo()
      throw call.failure(refusal)
    }
    return WatchedUpgrade(
      upgrade.part, call, flow, runner, plan, acceptedTouch: consent.acceptTouch)
  }

  /// The upgrade of a watch that was cut off has come to its end: only its way back is left to agree to.
  private static func ofCutWatch(
    _ part: Upgrade.Part, _ session: Session, _ call: Call, _ consent: ConsentOptions,
    _ isJSON: Bool, _ runner: PlanRunner, _ baseline: Date?
  ) async throws -> WatchedUpgrade? {
    let saved = (try? session.undo.load(part.recordID))?.time
    guard let baseline, let saved, saved >= baseline else {
      call.error("--go-back has nothing to take back: this watch upgraded nothing.\n")
      return nil
    }
    let flow = session.wayBack(ofUpgrade: part)
    let plan: Plan
    do { plan = try await flow.make() } catch { throw call.failure(error) }
    Progress(call, isJSON: isJSON).show(.planned(plan))
    call.error("Where a promise breaks, this way back runs by itself.\n")
    let question = Consent(
      call: call, isGiven: consent.yes, acceptedTouch: consent.acceptTouch,
      context: session.identity.context)
    if let refusal = await question.ask(plan) { throw call.failure(refusal) }
    return WatchedUpgrade(
      part, call, flow, runner, plan, acceptedTouch: consent.acceptTouch, outcome: .done)
  }

  /// It has not come to its end.
  var isRunning: Bool { outcome.withLock { $0 == nil } }

  /// - Parameter isJSON: what is run goes beside the watch's own lines.
  func run(isJSON: Bool) async {
    guard isRunning else { return }
    let progress = Progress(call, isJSON: isJSON)
    let ended = await Interruption.watch(runner, of: call) { [flow, plan, runner] in
      await flow.run(plan, runner) { progress.show(.run($0)) }
    }
    runner.letGo()
    if case .failed(let problem) = ended { call.problem(problem) }
    outcome.withLock { $0 = ended }
  }

  /// Asks it to end: a promise is broken.
  func stop() async { await runner.stop() }

  /// What to type for its way back; nil where it changed nothing.
  func advice(_ session: Session) -> String? {
    (try? session.undo.load(part.recordID)) == nil
      ? nil : Advice(own: ["rollback", part.recordID]).text(call.ownOptions)
  }

  /// Runs the way back that was agreed to at the start.
  ///
  /// - Returns: whether everything was taken back.
  func goBack(_ session: Session, isJSON: Bool) async throws -> Bool {
    let runner = try await Change.runner(
      session, call, doing: "watch: way back of \(part.rawValue)", isAsking: false)
    defer { runner.letGo() }
    let flow = session.wayBack(ofUpgrade: part)
    let progress = Progress(call, isJSON: isJSON)
    do throws(UserMessage) {
      let plan = try await flow.make()
      progress.show(.planned(plan))
      // It is made anew: what it touches now may be more than what was agreed to.
      let question = Consent(
        call: call, isGiven: true, acceptedTouch: acceptedTouch, context: session.identity.context)
      if let refusal = await question.ask(plan) { throw refusal }
      let outcome = await Interruption.watch(runner, of: call) {
        await flow.run(plan, runner) { progress.show(.run($0)) }
      }
      if case .failed(let problem) = outcome { throw problem }
      return outcome == .done || outcome == .reached
    } catch {
      call.problem(error)
      return false
    }
  }
}
