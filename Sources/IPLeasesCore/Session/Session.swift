import Basics
import Cluster
import Execution
import Foundation

/// What every front end does with a cluster: read, plan, run, look back. The console and the
/// command line are two users of it.
package struct Session: Sendable {
  package let settings: ConsoleSettings
  package let identity: ClusterIdentity
  package let folder: StateFolder
  package let journal: Journal
  package let undo: UndoStore
  package let executor: any CommandExecutor
  private let reader: ClusterReader
  private let setAsideStore: SetAsideStore
  package let findings: FindingStore
  package let addresses: AddressNotes
  /// What is to be said of where its things are kept, once.
  package var notices: [UserMessage] = []

  package init(
    settings: ConsoleSettings, identity: ClusterIdentity, executor: any CommandExecutor
  ) {
    self.settings = settings
    self.identity = identity
    self.executor = executor
    folder = StateFolder(root: settings.stateDirectory, cluster: identity.key)
    let past = StateFolder(root: settings.stateDirectory, cluster: identity.journalKey)
    journal = Journal(folder: past, context: identity.context)
    undo = UndoStore(folder: folder, context: identity.context)
    setAsideStore = SetAsideStore(folder: folder)
    findings = FindingStore(folder: folder)
    addresses = AddressNotes(folder: folder)
    reader = ClusterReader(executor: executor, settings: settings)
  }

  /// The same cluster under other settings.
  package func with(_ settings: ConsoleSettings) -> Session {
    Session(settings: settings, identity: identity, executor: executor)
  }

  /// The moment its readings are of.
  package var now: Date { executor.readDate ?? Date() }

  // MARK: Reading

  /// Reads and assesses. Nothing is changed, no lock is needed.
  package func survey(
    _ names: Set<FactName> = AllSteps.needs, onto base: ClusterSnapshot = ClusterSnapshot()
  ) async -> Survey {
    survey(of: seen(await reader.read(names, onto: base)))
  }

  /// What was read, with what this machine knows of the cluster; nothing of another one that answers
  /// in its place.
  package func seen(_ read: ClusterSnapshot) -> ClusterSnapshot {
    var snapshot = read
    snapshot.unfinishedSince = unfinishedSteps
    snapshot.changedBy = Lock.change(in: folder)
    if identity.isOther(than: read), let time = read.cluster.readAt {
      snapshot.forget(because: ClusterIdentity.replaced, at: time)
    } else {
      snapshot.recordedAddresses = addresses.note(
        read, mayWrite: !settings.isReadOnly && identity.obstacle == nil)
    }
    return snapshot
  }

  /// Steps whose last run by this console did not come to its end.
  package var unfinishedSteps: [StepID: Date] {
    Dictionary(
      uniqueKeysWithValues: StepID.allCases.compactMap { id in
        undo.unfinishedSince(id.rawValue).map { (id, $0) }
      })
  }

  /// The same facts seen with what is set aside now.
  package func survey(of snapshot: ClusterSnapshot) -> Survey {
    var snapshot = snapshot
    snapshot.findingsAside = Set(findings.aside(at: now).keys)
    return Survey(snapshot, settings, setAside: setAsideStore.all())
  }

  /// Files of what is set aside that cannot be read: nothing counts as set aside then.
  package var asideProblems: [UserMessage] {
    [setAsideStore.problem, findings.asideProblem].compactMap(\.self)
  }

  package func setAside(_ id: StepID, reason: String?) throws(UserMessage) {
    if let problem = identity.obstacle { throw refusal(problem) }
    try setAsideStore.set(id, reason: reason)
  }

  // MARK: Planning

  /// The plan of one step for the cluster as it is now.
  ///
  /// - Throws: why there is none: the step is blocked, failed, or the input is missing.
  package func plan(_ id: StepID, onto base: ClusterSnapshot? = nil) async throws(UserMessage)
    -> (plan: Plan, survey: Survey)
  {
    guard let step = AllSteps.step(id) else {
      throw UserMessage("There is no step \(id.rawValue).")
    }
    let survey =
      if let base {
        await survey(step.planNeeds, onto: base)
      } else {
        await survey(AllSteps.needs.union(step.planNeeds))
      }
    guard let report = survey.checklist[id] else {
      return (Plan(id: id.rawValue, title: step.title), survey)
    }
    if report.state.isSettled { return (Plan(id: id.rawValue, title: step.title), survey) }
    if !report.blockedBy.isEmpty {
      throw report.blockedMessage
    }
    if let problem = report.assessment.problem { throw problem }
    let plan = try step.wholePlan(survey.snapshot, settings)
    return (plan, survey)
  }

  /// The plans of several steps, each for the cluster as those before it would leave it.
  package func plans(_ ids: [StepID], of survey: Survey) -> [PlannedStep] {
    WholePlan.make(ids, survey.snapshot, settings, setAside: setAsideStore.all())
  }

  /// That another cluster answers by now, or none; nil where it is still the same. A plan may have
  /// been looked at for long, and not every plan reads what would show it.
  private var replacement: UserMessage? {
    get async {
      guard case .uid(let uid, _) = identity.mark else { return nil }
      switch await ClusterIdentity.mark(executor, settings) {
      case .uid(let now, _): return now == uid ? nil : ClusterIdentity.replaced
      case .unknown(let problem): return refusal(problem)
      case .name: return nil
      }
    }
  }

  // MARK: Changing

  /// The right to change the cluster, with what a killed process left cleared up. A change left to
  /// finish by a console that is gone is waited for.
  ///
  /// - Parameter onWait: gets who is waited for, and how long at most, before the wait begins.
  /// - Throws: `UserMessage` where another holds the lock, says who; and where it is not known which
  ///   cluster this is, since its lock and its ways back are not known then either.
  package func lock(
    doing: String, onWait: @Sendable (LockHolder, Duration) -> Void = { _, _ in }
  ) async throws -> Lock {
    if let problem = identity.obstacle { throw refusal(problem) }
    let lock = try await Lock.acquire(
      in: folder, doing: doing, waitingForOrphan: orphanPatience, onWait: onWait)
    LocalExecutor.recover(folder, holding: lock)
    return lock
  }

  /// How long a change is waited for whose console is gone: longer than any one command of a plan
  /// but a playbook.
  package var orphanPatience: Duration {
    min(.seconds(900), settings.waitLimit ?? .seconds(900))
  }

  /// Why nothing is changed.
  private func refusal(_ problem: UserMessage) -> UserMessage {
    UserMessage(
      "Nothing was changed. \(problem.what)", reason: problem.reason, advice: problem.advice
    ).untold
  }

  /// Why this session changes nothing.
  private var ban: UserMessage? {
    settings.isReadOnly ? Self.readOnly : identity.obstacle.map(refusal)
  }

  package static let readOnly = UserMessage(
    "Nothing is changed: --read-only was given.", advice: "Leave it out to change something.")

  /// What runs plans.
  package func runner(_ lock: PlanRunner.LockUse) async -> PlanRunner {
    PlanRunner(
      executor: executor, journal: journal, undoStore: undo, lock: lock,
      redaction: await secrets().redaction, clock: executor.runClock,
      waitLimit: settings.waitLimit, ban: ban, lease: lease, obstacle: { await replacement })
  }

  /// Of a cluster that others may reach from elsewhere: not of the built-in one.
  private var lease: ClusterLease? {
    guard case .uid = identity.mark, executor is any RecordingExecutor else { return nil }
    return ClusterLease(
      executor: executor, connection: settings.connection,
      namespace: ConsoleSettings.akashNamespace)
  }

  /// Whatever a tool or a log repeats of the values is hidden wherever it is shown or written.
  package func secrets() async -> KnownSecrets {
    KnownSecrets(of: await reader.read([.releases, .providerValues, .metallb]))
  }
}
