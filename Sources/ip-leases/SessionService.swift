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
    /// The plan that was shown last, with what it was made from.
    var shown: Shown?
    var runner: PlanRunner?
    /// Asked to stop before there was a runner to tell.
    var isStopRequested = false
  }

  private struct Shown: Sendable {
    var plan: Plan
    /// Its settings hold what was typed for this plan.
    var session: Session
    /// A way back is forgotten when it was gone to its end.
    var isRollback: Bool
    /// Makes it anew, to see whether it still holds.
    var make: @Sendable () async throws(UserMessage) -> Plan
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
        pools: survey.snapshot.pools,
        seats: PoolSeat.all(in: survey.snapshot.cluster.value?.services ?? []),
        poolContexts: poolContexts(survey.snapshot), context: session.identity.context,
        provider: providerName(survey.snapshot), lockHolder: lockHolder(session),
        waysBack: session.waysBack,
        openQuestions: OpenQuestion.all(survey.snapshot, session.settings),
        way: survey.snapshot.way(session.settings), readAt: Date()))
  }

  func plan(_ step: StepID, input: PlanInput?) async -> Result<Plan, UserMessage> {
    var session = await session()
    if let input {
      session = Session(
        settings: input.applied(to: session.settings), identity: session.identity,
        executor: session.executor)
    }
    return await keep(session) { [session] () throws(UserMessage) in
      try await session.plan(step).plan
    }
  }

  func rollbackPlan(_ step: StepID) async -> Result<Plan, UserMessage> {
    let session = await session()
    return await keep(session, isRollback: true) { () throws(UserMessage) in
      try await session.rollbackPlan(step)
    }
  }

  func poolPlan(_ pool: String, entries: [String]) async -> Result<Plan, UserMessage> {
    let session = await session()
    // Where there is nothing to edit yet, the step makes the pool, with these ranges.
    var settings = session.settings
    settings.poolRanges = entries
    let maker = Session(
      settings: settings, identity: session.identity, executor: session.executor)
    return await keep(maker) { () throws(UserMessage) in
      let snapshot = await session.survey(PoolEdit.needs).snapshot
      if pool == ConsoleSettings.poolName, snapshot.pools.value?.pool(pool) == nil {
        return try await maker.plan(.pools).plan
      }
      return try PoolEdit.plan(snapshot, session.settings, entries: entries, pool: pool)
    }
  }

  func importRanges(path: String) async -> Result<[String], UserMessage> {
    let shown = SafeText.line(path)
    let text: String
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      let bytes = try handle.read(upToCount: Self.importLimit + 1) ?? Data()
      guard bytes.count <= Self.importLimit else {
        return .failure(
          UserMessage("\(shown) is larger than 4 MB.", advice: "Import a part of it."))
      }
      text = String(decoding: bytes, as: UTF8.self)
    } catch {
      return .failure(
        UserMessage(
          "\(shown) was not read", reason: error.localizedDescription,
          advice: "I again, with another path"))
    }
    do { return .success(try PoolImport.pool(in: text, name: shown).entries) } catch {
      return .failure(error)
    }
  }

  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {
    let shown = state.withLock { $0.shown.flatMap { $0.plan == plan ? $0 : nil } }
    var session = await session()
    if let shown { session = shown.session }
    guard let lock = state.withLock({ $0.lock }) else {
      let holder = Lock.holder(in: session.folder)?.text ?? "this console is read-only"
      onEvent(.ended(.failed(UserMessage("Nothing was run.", reason: holder))))
      return
    }
    state.withLock { $0.isStopRequested = false }
    if let shown {
      switch await session.validity(of: plan, madeAnewBy: shown.make) {
      case .holds: break
      case .reached: return onEvent(.ended(.done))
      case .void(let reason): return onEvent(.ended(.failed(reason)))
      }
    }
    let runner = await session.runner(holding: lock)
    let isStopRequested = state.withLock { kept in
      kept.runner = runner
      return kept.isStopRequested
    }
    if isStopRequested {
      onEvent(.ended(.stopped))
    } else if shown?.isRollback == true {
      _ = await session.rollBack(plan, runner, onEvent: onEvent)
    } else {
      _ = await runner.run(plan, onEvent: onEvent)
    }
    state.withLock { $0.runner = nil }
    lock.note("console")
  }

  func stop() async {
    let runner = state.withLock { kept in
      kept.isStopRequested = true
      return kept.runner
    }
    await runner?.stop()
  }

  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage> {
    let session = await session()
    do { return .success(try session.setAside(step, reason: reason)) } catch {
      return .failure(error)
    }
  }

  func activity() async -> [JournalEntry] { await session().journal.entries() }

  // MARK: Helpers

  private func keep(
    _ session: Session, isRollback: Bool = false,
    _ make: @escaping @Sendable () async throws(UserMessage) -> Plan
  ) async -> Result<Plan, UserMessage> {
    do {
      let plan = try await make()
      state.withLock {
        $0.shown = Shown(plan: plan, session: session, isRollback: isRollback, make: make)
      }
      return .success(plan)
    } catch {
      return .failure(error)
    }
  }

  /// Bytes of a file of ranges, at most.
  private static let importLimit = 4_000_000

  /// What is known around each pool, and around the one Akash counts where it is not there yet.
  private func poolContexts(_ snapshot: ClusterSnapshot) -> [String: PoolContext] {
    let names = (snapshot.pools.value?.pools ?? []).map(\.metadata.name)
    return Dictionary(
      Set(names + [ConsoleSettings.poolName]).map { ($0, snapshot.poolContext(for: $0)) },
      uniquingKeysWith: { first, _ in first })
  }

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
      LocalExecutor.recover(session.folder, holding: lock)
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
