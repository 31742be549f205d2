import Console
import Foundation
import IPLeasesCore
import Synchronization

/// The console's way to the core: one session, and the lock for as long as the console is open.
final class SessionService: ConsoleService {
  private let workplace: Workplace
  private let state = Mutex(Kept())

  private struct Kept: Sendable {
    var session: Session?
    var lock: Lock?
    /// Plans that take a step back, so that the saved way back is forgotten when they are done.
    var rollbacks: Set<Plan> = []
    var runner: PlanRunner?
  }

  init(_ workplace: Workplace) { self.workplace = workplace }

  func facts() async -> Result<Facts, UserMessage> {
    let survey: Survey
    let session: Session
    if let known = state.withLock({ $0.session }) {
      session = known
      survey = await session.survey(StatusReport.needs)
    } else {
      (session, survey) = await workplace.survey(StatusReport.needs)
      state.withLock { $0.session = session }
    }
    return .success(
      Facts(
        checklist: survey.checklist,
        status: StatusReport(survey.snapshot, survey.checklist, session.settings),
        pools: survey.snapshot.pools, context: session.identity.context,
        provider: providerName(survey.snapshot), lockHolder: lockHolder(session),
        waysBack: Set(session.undo.all().compactMap { StepID(rawValue: $0.id) }),
        openQuestions: OpenQuestion.all(survey.snapshot, session.settings), readAt: Date()))
  }

  func plan(_ step: StepID, input: PlanInput?) async -> Result<Plan, UserMessage> {
    var session = await session()
    if let input {
      session = Session(
        settings: input.applied(to: session.settings), identity: session.identity,
        executor: session.executor)
    }
    do { return .success(try await session.plan(step).plan) } catch { return .failure(error) }
  }

  func rollbackPlan(_ step: StepID) async -> Result<Plan, UserMessage> {
    let session = await session()
    do {
      let plan = try await session.rollbackPlan(step)
      state.withLock { _ = $0.rollbacks.insert(plan) }
      return .success(plan)
    } catch {
      return .failure(error)
    }
  }

  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {
    let session = await session()
    guard let lock = state.withLock({ $0.lock }) else {
      let holder = Lock.holder(in: session.folder)?.text ?? "this console is read-only"
      onEvent(.ended(.failed(UserMessage("Nothing was run.", reason: holder))))
      return
    }
    let runner = await session.runner(holding: lock)
    let isRollback = state.withLock { kept in
      kept.runner = runner
      return kept.rollbacks.remove(plan) != nil
    }
    if isRollback {
      _ = await session.rollBack(plan, runner, onEvent: onEvent)
    } else {
      _ = await runner.run(plan, onEvent: onEvent)
    }
    state.withLock { $0.runner = nil }
    lock.note("console")
  }

  func stop() async { await state.withLock { $0.runner }?.stop() }

  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage> {
    let session = await session()
    do { return .success(try session.setAside(step, reason: reason)) } catch {
      return .failure(error)
    }
  }

  func activity() async -> [JournalEntry] { await session().journal.entries() }

  // MARK: Helpers

  private func session() async -> Session {
    if let known = state.withLock({ $0.session }) { return known }
    let session = await workplace.session()
    state.withLock { $0.session = session }
    return session
  }

  /// Tries to take the lock each time: a console that was read-only because of another gets its
  /// turn when that one is left.
  private func lockHolder(_ session: Session) -> String? {
    if session.settings.isReadOnly { return nil }
    if state.withLock({ $0.lock }) != nil { return nil }
    do {
      try session.folder.create()
      let lock = try Lock.acquire(in: session.folder, doing: "console")
      state.withLock { $0.lock = lock }
      return nil
    } catch {
      return Lock.holder(in: session.folder)?.text ?? error.text
    }
  }

  private func providerName(_ snapshot: ClusterSnapshot) -> String {
    let values = snapshot.providerValues.value.flatMap { try? ProviderValues(parsing: $0.reveal()) }
    if let domain = values?.domain, !domain.isEmpty { return "provider.\(domain)" }
    return snapshot.providerRelease?.name ?? ""
  }
}
