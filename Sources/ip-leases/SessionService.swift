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
    /// What runs now.
    var running: Kind?
    /// Asked to stop before there was a runner to tell.
    var isStopRequested = false
    /// The drafts of an earlier console were handed over.
    var hasGivenDrafts = false
    /// Why what a proof left could not be removed; told once.
    var cleaningProblem: UserMessage?
    /// What is to be said of where the cluster's things are kept; told once.
    var notices: [UserMessage] = []
  }

  private struct Shown: Sendable {
    var plan: Plan
    /// Its settings hold what was typed for this plan.
    var session: Session
    var kind: Kind
    /// Makes it anew, to see whether it still holds.
    var make: @Sendable () async throws(UserMessage) -> Plan
  }

  /// What is kept of a plan after its run.
  private enum Kind: Sendable {
    case change
    /// Forgotten when it was gone to its end.
    case rollback
    /// Its result is kept.
    case proof
  }

  private static let needs = StatusReport.needs.union(Checks.needs()).union(CanaryProof.needs)
    .union([.leasedIPs])

  init(_ workplace: Workplace) { self.workplace = workplace }

  func facts(
    isAsked: Bool, onEarly: @escaping @Sendable (Facts) -> Void
  ) async -> Result<Facts, UserMessage> {
    let began = ContinuousClock.now
    var survey: Survey
    let session: Session
    if let known = knownSession {
      session = known
      survey = await session.survey(Self.needs)
      if survey.snapshot.cluster.problem == ClusterIdentity.replaced, forgetCluster() {
        return await facts(isAsked: isAsked, onEarly: onEarly)
      }
    } else {
      (session, survey) = await workplace.survey(Self.needs) { snapshot, session in
        if Self.isTelling(snapshot) { onEarly(self.earlyFacts(snapshot, session)) }
      }
      keep(session)
    }
    let (lockHolder, hasCleaned) = await lockHolder(session)
    if hasCleaned { survey = await session.survey(Self.needs) }
    // What was read by a reading that is no longer wanted is not kept, nor are the drafts given to it.
    guard !Task.isCancelled else { return .failure(UserMessage("The reading was stopped.")) }
    let now = Date()
    let checks = session.report(
      survey.snapshot, duration: ContinuousClock.now - began, addingProof: true, isAsked: isAsked,
      at: now
    ).report
    var facts = facts(survey, session, checks, at: now)
    facts.lockHolder = lockHolder
    facts.startProblem = state.withLock { kept in
      defer {
        kept.cleaningProblem = nil
        kept.notices = []
      }
      return kept.cleaningProblem ?? kept.notices.last
    }
    if survey.snapshot.pools.value != nil, takeDrafts() {
      facts.keptDrafts = DraftStore(folder: session.folder).all()
    }
    return .success(facts)
  }

  /// What is wrong can be told by it: only endpoints that may hang for seconds are still out.
  private static func isTelling(_ snapshot: ClusterSnapshot) -> Bool {
    let problems = [
      snapshot.cluster.problem, snapshot.metallb.problem, snapshot.akash.problem,
      snapshot.pools.problem, snapshot.releases.problem, snapshot.kubeProxy.problem,
      snapshot.providerValues.problem, snapshot.operatorUsage.problem,
    ]
    return problems.allSatisfy { $0 == nil }
  }

  /// Shown only: nothing of it is taken into a history, and nothing is changed on its ground.
  private func earlyFacts(_ snapshot: ClusterSnapshot, _ session: Session) -> Facts {
    var snapshot = snapshot
    snapshot.unfinishedSince = session.unfinishedSteps
    // It may take a second or two, and is no silence before.
    if snapshot.providerStatus.value == nil { snapshot.providerStatus = .notRead }
    let survey = session.survey(of: snapshot)
    let now = Date()
    let checks = CheckReport(
      results: Checks.run(survey.snapshot) + session.proofRows(survey.snapshot, at: now),
      context: session.identity.context, duration: .zero, madeAt: now,
      aside: session.findings.aside(at: now))
    var facts = facts(survey, session, checks, at: now)
    facts.lockHolder = "the cluster is still being read"
    return facts
  }

  private func facts(
    _ survey: Survey, _ session: Session, _ checks: CheckReport, at now: Date
  ) -> Facts {
    let snapshot = survey.snapshot
    let status = StatusReport(
      snapshot, survey.checklist, results: checks.results.filter { $0.group != .proof },
      aside: Set(checks.aside.keys))
    var facts = Facts(
      checklist: survey.checklist, status: status, checks: checks,
      headlineSince: session.since(status, at: now), pools: snapshot.pools,
      seats: PoolSeat.all(in: snapshot.cluster.value?.services ?? []),
      poolContexts: poolContexts(snapshot), context: session.identity.context,
      provider: providerName(snapshot), waysBack: session.waysBack,
      openQuestions: OpenQuestion.all(snapshot, session.settings),
      way: snapshot.way(session.settings), readAt: now)
    for way in Way.allCases {
      facts.obstacles[way] = snapshot.obstacle(to: way, session.settings)
    }
    facts.secrets = KnownSecrets(of: snapshot)
    facts.findings = LeaseFinding.find(in: snapshot)
    facts.holders = snapshot.addressHolders
    facts.cluster = session.identity.problem == nil ? session.identity.key : ""
    return facts
  }

  /// True the first time.
  private func takeDrafts() -> Bool {
    state.withLock { kept in
      defer { kept.hasGivenDrafts = true }
      return !kept.hasGivenDrafts
    }
  }

  /// Whoever has the lock keeps drafts; another console would write over them.
  func keepDrafts(_ drafts: [String: KeptDraft]) async -> Result<Void, UserMessage> {
    guard state.withLock({ $0.lock }) != nil else { return .success(()) }
    let store = DraftStore(folder: await session().folder)
    do { return .success(try store.save(drafts)) } catch { return .failure(error) }
  }

  func plan(_ request: PlanRequest) async -> Result<Plan, UserMessage> {
    let session = await session()
    switch request.subject {
    case .step(let step): return await plan(step, request.input, session)
    case .rollback(let step):
      return await keep(session, .rollback) { () throws(UserMessage) in
        try await session.rollbackPlan(step)
      }
    case .pool(let pool): return await plan(pool, session)
    case .remedy(let id):
      guard let remedy = AllRemedies.remedy(id) else {
        return .failure(UserMessage("There is no remedy \(id.rawValue)."))
      }
      return await keep(session) { () throws(UserMessage) in
        try remedy.plan(await session.survey(remedy.needs).snapshot, session.settings).get()
      }
    case .proof(let hold):
      let token = CanaryProof.newToken()
      return await keep(session, .proof) { () throws(UserMessage) in
        try CanaryProof.plan(
          await session.survey(CanaryProof.needs).snapshot, session.settings, token: token,
          hold: hold)
      }
    }
  }

  private func plan(
    _ step: StepID, _ input: PlanInput?, _ session: Session
  ) async -> Result<Plan, UserMessage> {
    var session = session
    if let input {
      session = Session(
        settings: input.applied(to: session.settings), identity: session.identity,
        executor: session.executor)
    }
    return await keep(session) { [session] () throws(UserMessage) in
      try await session.plan(step).plan
    }
  }

  private func plan(_ pool: WantedPool, _ session: Session) async -> Result<Plan, UserMessage> {
    // Where there is nothing to edit yet, the step makes the pool, with these ranges.
    var settings = session.settings
    settings.poolRanges = pool.entries
    let maker = Session(
      settings: settings, identity: session.identity, executor: session.executor)
    return await keep(maker) { () throws(UserMessage) in
      let snapshot = await session.survey(PoolEdit.needs).snapshot
      if pool.name == ConsoleSettings.poolName, snapshot.pools.value?.pool(pool.name) == nil {
        return try await maker.plan(.pools).plan
      }
      return try PoolEdit.plan(
        snapshot, session.settings, entries: pool.entries, options: pool.options, pool: pool.name,
        inventory: snapshot.inventory.value)
    }
  }

  func importPool(path: String, pool: String) async -> Result<ImportedPool, UserMessage> {
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
    do { return .success(try PoolImport.pool(in: text, name: shown, called: pool)) } catch {
      return .failure(error)
    }
  }

  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {
    guard let shown = state.withLock({ $0.shown.flatMap { $0.plan == plan ? $0 : nil } }) else {
      return onEvent(
        .ended(
          .failed(
            UserMessage(
              "Nothing was run: this is not the plan that was made last.",
              advice: "Make it anew, and look at it again."))))
    }
    let session = shown.session
    guard let lock = state.withLock({ $0.lock }) else {
      let holder = Lock.holder(in: session.folder)?.text ?? "this console is read-only"
      onEvent(.ended(.failed(UserMessage("Nothing was run.", reason: holder))))
      return
    }
    state.withLock {
      $0.isStopRequested = false
      $0.running = shown.kind
    }
    defer { state.withLock { $0.running = nil } }
    switch await session.validity(of: plan, madeAnewBy: shown.make) {
    case .holds: break
    case .reached: return onEvent(.ended(.done))
    case .void(let reason): return onEvent(.ended(.failed(reason)))
    }
    let runner = await session.runner(holding: lock)
    let isStopRequested = state.withLock { kept in
      kept.runner = runner
      return kept.isStopRequested
    }
    if isStopRequested {
      onEvent(.ended(.stopped))
    } else {
      switch shown.kind {
      case .rollback: _ = await session.rollBack(plan, runner, onEvent: onEvent)
      case .proof: _ = await session.runProof(plan, runner, onEvent: onEvent)
      case .change: _ = await runner.run(plan, onEvent: onEvent)
      }
    }
    state.withLock { $0.runner = nil }
    lock.note(LockHolder.console)
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

  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage> {
    let session = await session()
    do { return .success(try session.setAside(step, reason: reason)) } catch {
      return .failure(error)
    }
  }

  func followLogs(_ onNews: @escaping @Sendable (LogNews) -> Void) async {
    let session = await session()
    let follower = LogFollower(
      executor: session.executor, settings: session.settings, journal: session.journal)
    var request = LogFollower.Request()
    request.lines = Self.linesOfEachLog
    let tell = { @Sendable (sighting: LogFollower.Sighting) in onNews(.unread(sighting.problems)) }
    await follower.follow(request, onLook: tell) { onNews(.lines($0)) }
  }

  func setFindingAside(_ code: String, _ aside: FindingAside?) async -> Result<Void, UserMessage> {
    let session = await session()
    if let obstacle = session.identity.obstacle { return .failure(obstacle) }
    do {
      if let aside {
        try session.findings.setAside(aside)
      } else {
        _ = try session.findings.takeBack(code, at: Date())
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  func chooseWay(_ way: Way) async {
    let session = await session()
    var settings = session.settings
    settings.way = way
    let chosen = Session(
      settings: settings, identity: session.identity, executor: session.executor)
    state.withLock {
      $0.session = chosen
      $0.shown = nil
    }
  }

  func activity() async -> [JournalEntry] { await session().journal.entries() }

  // MARK: Helpers

  private func keep(
    _ session: Session, _ kind: Kind = .change,
    _ make: @escaping @Sendable () async throws(UserMessage) -> Plan
  ) async -> Result<Plan, UserMessage> {
    do {
      let plan = try await make()
      // A plan that nobody waits for does not take the place of the one on the screen.
      guard !Task.isCancelled else { return .success(plan) }
      state.withLock {
        $0.shown = Shown(plan: plan, session: session, kind: kind, make: make)
      }
      return .success(plan)
    } catch {
      return .failure(error)
    }
  }

  /// Of what each container wrote before the start.
  private static let linesOfEachLog = 5_000

  /// Bytes of a file of ranges, at most.
  private static let importLimit = 4_000_000

  /// What is known around each pool, and around the one Akash counts where it is not there yet.
  private func poolContexts(_ snapshot: ClusterSnapshot) -> [String: PoolContext] {
    let names = (snapshot.pools.value?.pools ?? []).map(\.metadata.name)
    return Dictionary(
      Set(names + [ConsoleSettings.poolName]).map { ($0, snapshot.poolContext(for: $0)) },
      uniquingKeysWith: { first, _ in first })
  }

  func session() async -> Session {
    if let known = knownSession { return known }
    let session = await workplace.session()
    keep(session)
    return session
  }

  /// Several may ask at once which cluster this is; what is said of it is said to one of them.
  private func keep(_ session: Session) {
    state.withLock { kept in
      kept.session = session
      kept.notices += session.notices
    }
  }

  /// The session, once it is known which cluster this is and its things are its own: until then both
  /// are looked at anew.
  private var knownSession: Session? {
    state.withLock { $0.session.flatMap { $0.identity.obstacle == nil ? $0 : nil } }
  }

  /// Another cluster answers: nothing of the one before is used for it.
  ///
  /// - Returns: false while something runs, which is of the one before.
  private func forgetCluster() -> Bool {
    state.withLock { kept in
      guard kept.running == nil else { return false }
      kept.lock?.release()
      kept = Kept()
      return true
    }
  }

  /// Tries to take the lock each time: a console that was read-only because of another gets its
  /// turn when that one is left.
  ///
  /// - Returns: who holds it instead; and whether something a proof left was removed.
  private func lockHolder(_ session: Session) async -> (holder: String?, hasCleaned: Bool) {
    if session.settings.isReadOnly { return (nil, false) }
    if let obstacle = session.identity.obstacle { return (obstacle.what, false) }
    if state.withLock({ $0.lock }) != nil { return (nil, false) }
    do {
      try session.folder.create()
      let lock = try Lock.acquire(in: session.folder, doing: LockHolder.console)
      LocalExecutor.recover(session.folder, holding: lock)
      state.withLock { $0.lock = lock }
      guard session.owesSomething else { return (nil, false) }
      // What is not removed stays owed, and shows as a finding of the proof.
      let problem = await session.giveBackBorrowed(await session.runner(holding: lock))
      lock.note(LockHolder.console)
      state.withLock { $0.cleaningProblem = problem }
      return (nil, problem == nil)
    } catch {
      return (Lock.holder(in: session.folder)?.text ?? error.text, false)
    }
  }

  private func providerName(_ snapshot: ClusterSnapshot) -> String {
    if let domain = snapshot.valuesOfProvider?.domain, !domain.isEmpty {
      return "provider.\(domain)"
    }
    return snapshot.providerRelease?.name ?? ""
  }
}
