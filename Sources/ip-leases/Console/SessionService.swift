import Basics
import Cluster
import Console
import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// The console's way to the core: one session, followed and shown.
final class SessionService: ConsoleService {
  private let workplace: Workplace
  private let state = Mutex(Kept())
  private let nudge = LiveNudge()
  private let change = ShownChange()
  private let watched = ConsoleWatch()

  private struct Kept: Sendable {
    var session: Session?
    /// The drafts as they were handed over, or kept last; nil before.
    var drafts: [String: KeptDraft]?
    /// What killed processes left of this cluster is cleared up.
    var hasClearedUp = false
    /// Why what a proof left could not be removed; told once.
    var cleaningProblem: UserMessage?
    /// What is to be said of where the cluster's things are kept; told once.
    var notices: [UserMessage] = []
  }

  private static let needs = StatusReport.needs.union(Checks.needs()).union(CanaryProof.needs)
    .union(Observation.needs)

  init(_ workplace: Workplace) { self.workplace = workplace }

  func facts(onEarly: @escaping @Sendable (Facts) -> Void) async -> Result<Facts, UserMessage> {
    let began = ContinuousClock.now
    let session: Session
    var snapshot: ClusterSnapshot
    if let news = await nudge.nudge() {
      session = await self.session()
      if await clearUp(session) { return await facts(onEarly: onEarly) }
      return .success(facts(of: news, session, isAsked: true, since: began))
    } else if let known = knownSession {
      session = known
      snapshot = await session.survey(Self.needs).snapshot
      if snapshot.cluster.problem == ClusterIdentity.replaced, forgetCluster() {
        return await facts(onEarly: onEarly)
      }
    } else {
      let survey: Survey
      (session, survey) = await workplace.survey(Self.needs) { snapshot, session in
        if Facts.isTelling(snapshot) { onEarly(Facts.early(snapshot, session)) }
      }
      snapshot = survey.snapshot
      keep(session)
    }
    if await clearUp(session) { snapshot = await session.survey(Self.needs).snapshot }
    // What was read by a reading that is no longer wanted is not kept, nor are the drafts given to it.
    guard !Task.isCancelled else { return .failure(UserMessage("The reading was stopped.")) }
    return .success(facts(of: snapshot, session, isAsked: true, since: began))
  }

  func followFacts(_ onFacts: @escaping @Sendable (Facts) -> Void) async {
    while !Task.isCancelled {
      let session = await session()
      let (replacements, replaced) = AsyncStream<Void>.makeStream()
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await session.follow(Self.needs, self.nudge) { news in
            guard news.isComplete else { return }
            if self.isOfAnother(news, session), self.forgetCluster() { return replaced.finish() }
            // It may go another way by now.
            let session = self.knownSession ?? session
            onFacts(self.facts(of: news, session, isAsked: false, since: .now))
          }
          replaced.finish()
        }
        for await _ in replacements {}
        group.cancelAll()
      }
    }
  }

  /// Another cluster answers than the session is of, or it is known only now which one it is.
  private func isOfAnother(_ news: LiveNews, _ session: Session) -> Bool {
    if news.snapshot.cluster.problem == ClusterIdentity.replaced { return true }
    guard session.identity.problem != nil, news.lost == nil,
      case .uid = ClusterIdentity.mark(in: news.snapshot)
    else { return false }
    return true
  }

  private func facts(
    of news: LiveNews, _ session: Session, isAsked: Bool, since began: ContinuousClock.Instant
  ) -> Facts {
    var facts = facts(
      of: session.seen(news.snapshot), session, isAsked: isAsked, since: began, lost: news.lost)
    facts.isFollowed = news.atIntervals == nil && news.lost == nil
    facts.lost = news.lost
    return facts
  }

  private func facts(
    of snapshot: ClusterSnapshot, _ session: Session, isAsked: Bool,
    since began: ContinuousClock.Instant, lost: LiveNews.Lost? = nil
  ) -> Facts {
    let survey = session.survey(of: snapshot)
    let now = session.now
    let checks = session.report(
      survey, duration: ContinuousClock.now - began, addingProof: true, isAsked: isAsked,
      at: now
    ).report
    var facts = Facts(survey, session, checks, at: now)
    facts.obstacle = session.identity.obstacle?.what
    facts.startProblem = state.withLock { kept in
      defer {
        kept.cleaningProblem = nil
        kept.notices = []
      }
      return kept.cleaningProblem ?? kept.notices.last
    }
    watch(survey.snapshot, checks, lost, facts.secrets, session)
    if survey.snapshot.pools.value != nil { facts.keptDrafts = takeDrafts(of: session) }
    return facts
  }

  /// The drafts of an earlier console, the first time.
  private func takeDrafts(of session: Session) -> [String: KeptDraft] {
    state.withLock { kept in
      guard kept.drafts == nil else { return [:] }
      let drafts = DraftStore(folder: session.folder).all()
      kept.drafts = drafts
      return drafts
    }
  }

  func keepDrafts(_ drafts: [String: KeptDraft]) async -> Result<Void, UserMessage> {
    let session = await session()
    if session.settings.isReadOnly || session.identity.obstacle != nil { return .success(()) }
    let known = state.withLock(\.drafts)
    do {
      try DraftStore(folder: session.folder).save(drafts, over: known ?? [:])
    } catch {
      return .failure(error)
    }
    // Before they were handed over, those of an earlier console are still to come.
    if known != nil { state.withLock { $0.drafts = drafts } }
    return .success(())
  }

  func plan(_ request: PlanRequest) async -> Result<Plan, UserMessage> {
    await change.make(flow(of: request, await session()))
  }

  private func flow(of request: PlanRequest, _ session: Session) -> ChangeFlow {
    switch request.subject {
    case .step(let step):
      let settings = request.input?.applied(to: session.settings)
      return (settings.map(session.with) ?? session).change(of: step)
    case .rollback(let step): return session.wayBack(of: step)
    case .upgrade(let part): return session.upgrade(Upgrade(part: part))
    case .wayBack(let part): return session.wayBack(ofUpgrade: part)
    case .remedy(let id): return session.cure(by: id)
    case .proof(let hold): return session.proof(hold: hold)
    case .pool(let wish): return session.edit(wish, makesMissing: true)
    }
  }

  func importPool(path: String, pool: String) async -> Result<ImportedPool, UserMessage> {
    ImportedFile.pool(in: path, called: pool)
  }

  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {
    await change.run(plan, onEvent: onEvent)
  }

  func stop() async { await change.stop() }

  /// The console is left: what a proof has borrowed is given back first.
  ///
  /// - Returns: false where none runs.
  func finishProof() async -> Bool { await change.finishProof() }

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
    let chosen = session.with(settings)
    state.withLock { $0.session = chosen }
    change.letGo()
  }

  func activity() async -> [JournalEntry] { await session().journal.entries() }

  // MARK: Watch

  /// What was read is also what the watch sees.
  private func watch(
    _ snapshot: ClusterSnapshot, _ checks: CheckReport, _ lost: LiveNews.Lost?,
    _ secrets: KnownSecrets, _ session: Session
  ) {
    guard let lost else {
      let results = checks.results.filter { $0.group != .proof }
      return watched.take(snapshot, results, secrets, session)
    }
    // What was known is of before: nothing is judged by it.
    var unknown = snapshot
    unknown.forget(because: lost.problem, at: lost.since)
    watched.take(unknown, Checks.run(unknown), secrets, session)
  }

  func followWatch(_ onLook: @escaping @Sendable (WatchLook) -> Void) async {
    await watched.follow(onLook)
  }

  func takeBaseline() async -> Result<WatchLook, UserMessage> { watched.takeBaseline() }

  // MARK: Helpers

  /// Of what each container wrote before the start.
  private static let linesOfEachLog = 5_000

  /// What is known around each pool, and around the one Akash counts where it is not there yet.
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
    guard change.forget() else { return false }
    state.withLock { $0 = Kept() }
    return true
  }

  /// Clears up after processes that were killed, and removes what a proof left; where another
  /// changes the cluster, at a later reading.
  ///
  /// - Returns: true where something was removed.
  private func clearUp(_ session: Session) async -> Bool {
    if session.settings.isReadOnly || session.identity.obstacle != nil { return false }
    if state.withLock({ $0.hasClearedUp }) { return false }
    do {
      try session.folder.create()
      let lock = try Lock.acquire(in: session.folder, doing: "clearing up")
      defer { lock.release() }
      LocalExecutor.recover(session.folder, holding: lock)
      state.withLock { $0.hasClearedUp = true }
      guard session.owesSomething else { return false }
      // What is not removed stays owed, and shows as a finding of the proof.
      let problem = await session.giveBackBorrowed(await session.runner(.held(lock)))
      state.withLock { $0.cleaningProblem = problem }
      return problem == nil
    } catch {
      return false
    }
  }

}
