import Basics
import Cluster
import Execution
import Foundation
import Synchronization

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
    reader = ClusterReader(executor: executor, settings: settings)
  }

  /// The same cluster under other settings.
  package func with(_ settings: ConsoleSettings) -> Session {
    Session(settings: settings, identity: identity, executor: executor)
  }

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
    snapshot.findingsAside = Set(findings.aside(at: Date()).keys)
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

  /// The way back that was saved before the change.
  package func rollbackPlan(_ id: StepID) async throws(UserMessage) -> Plan {
    try await savedPlan(id).waiting(atMost: settings.waitLimit)
  }

  private func savedPlan(_ id: StepID) async throws(UserMessage) -> Plan {
    if id == PoolEdit.step, let plan = try await poolEditRollback() { return plan }
    guard let record = try saved(id.rawValue) else { throw noWayBack(id.rawValue, of: "step") }
    let snapshot = try await surveyToTakeBack(record)
    let step = AllSteps.step(id)
    try step?.refuseWayBack(snapshot)
    let saved = undo.savedIDs
    let later = AllSteps.inOrder.map(\.id).filter { other in
      saved.contains(other.rawValue) && AllSteps.ground(of: other).contains(id)
    }
    guard later.isEmpty else {
      let names = later.reversed().map(\.rawValue)
      throw UserMessage(
        "What stands on step \(id.rawValue) was changed after it: \(names.joined(separator: ", ")).",
        advice: names.map { "ip-leases rollback \($0)" }.joined(separator: ", then "))
    }
    var plan = try rollbackPlan(record, step?.title ?? id.rawValue, snapshot)
    plan.touches = (step?.touchesWhenTakenBack ?? []) + plan.touches
    return plan
  }

  /// The way back of a remedy that changed something of its own.
  package func rollbackPlan(_ id: RemedyID) async throws(UserMessage) -> Plan {
    try await rollbackPlan(
      recordedAs: id.rawValue, of: "remedy", AllRemedies.remedy(id)?.title ?? id.rawValue)
  }

  /// - Parameter kind: what has the record, in a word.
  func rollbackPlan(
    recordedAs id: String, of kind: String, _ title: String
  ) async throws(UserMessage) -> Plan {
    guard let record = try saved(id) else { throw noWayBack(id, of: kind) }
    let snapshot = try await surveyToTakeBack(record)
    return try rollbackPlan(record, title, snapshot).waiting(atMost: settings.waitLimit)
  }

  /// A saved way back, for the cluster as it is reached now; nil where there is none.
  func saved(_ id: String) throws(UserMessage) -> UndoRecord? {
    try undo.load(id).map(reached)
  }

  private func reached(_ record: UndoRecord) -> UndoRecord {
    var record = record
    record.actions = record.actions.map { $0.reaching(settings.connection) }
    return record
  }

  /// What is read to tell what a way back would take away, and that it is this cluster's.
  private func surveyToTakeBack(_ record: UndoRecord) async throws(UserMessage) -> ClusterSnapshot {
    let isTakenOver = KeptClusters(root: settings.stateDirectory).isTakenOver(record, in: folder)
    let snapshot = await survey(AllSteps.needs.union(PlanLoss.needs)).snapshot
    // Nothing is taken back of a cluster that could not be looked at.
    if let problem = snapshot.cluster.problem { throw problem }
    if case .uid(_, let born?) = identity.mark, record.time < born {
      throw UserMessage(
        "The saved way back of \(record.id) is older than this cluster; it is not run.",
        reason: "it is of \(record.time.formatted(.iso8601)), and the cluster was made "
          + born.formatted(.iso8601), advice: "See what changed since: ip-leases activity")
    }
    if isTakenOver { try record.refuseUnproven(by: snapshot) }
    let needsHelm = record.actions.contains {
      if case .command(let command) = $0 { command.tool == .helm } else { false }
    }
    // What is not known of the releases cannot tell what goes with one.
    if needsHelm, let problem = snapshot.releases.problem { throw problem.untold }
    return snapshot
  }

  private func rollbackPlan(
    _ record: UndoRecord, _ title: String, _ snapshot: ClusterSnapshot
  ) throws(UserMessage) -> Plan {
    try refuseOutdated(record, snapshot)
    var files: [Action] = []
    for reversal in record.files ?? [] { files.append(.file(try reversal.change())) }
    return try Plan(
      id: record.id, title: "Take back: \(title)", actions: files + record.actions,
      notes: ["Saved before the change of \(record.time.formatted(.iso8601))."]
        + [record.cannotUndo.map { "Does not come back: \($0)" }].compactMap(\.self)
    ).namingLoss(snapshot, keepsValues: record.keepsValues)
  }

  /// What a plan that was shown is worth now: made anew, does it do the same?
  package func validity(
    of plan: Plan, madeAnewBy make: @Sendable () async throws(UserMessage) -> Plan
  ) async -> PlanValidity {
    // A plan that only waits cannot do harm.
    guard plan.changesSomething else { return .holds }
    let what = "Nothing was run: the cluster has changed since the plan was shown."
    do {
      let anew = try await make()
      if anew.does(theSameAs: plan) { return .holds }
      if anew.isEmpty { return .reached }
      return .void(
        UserMessage(
          what, reason: "made anew, the plan does something else", advice: "Look at the new plan."))
    } catch {
      let reason = [error.what, error.reason].compactMap(\.self).joined(separator: ": ")
      guard error.isUntold else {
        return .void(UserMessage(what, reason: reason, advice: error.advice))
      }
      return .void(
        UserMessage(
          "Nothing was run: it could not be told whether the plan still holds.", reason: reason,
          advice: error.advice
        ).untold)
    }
  }

  /// What is kept of another cluster is named, and stays where it is.
  private func noWayBack(_ id: String, of kind: String) -> UserMessage {
    let kept = KeptClusters(root: settings.stateDirectory)
    guard let foreign = kept.foreignWayBack(id, identity) else {
      return UserMessage(
        "There is no way back saved for \(kind) \(id): this console changed nothing there.",
        advice: "See ip-leases activity.")
    }
    return UserMessage(
      "There is no way back saved for \(kind) \(id) of this cluster.",
      reason: "one was kept on \(foreign.record.time.formatted(.iso8601)) of another cluster that "
        + "was reached under the same name; it is not run here and stays in \(foreign.folder.path)",
      advice: "See ip-leases activity for what was changed here.")
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

  /// Steps something can be taken back of.
  package var waysBack: Set<StepID> {
    Set(undo.all().compactMap { PoolEdit.isEdit($0) ? PoolEdit.step : StepID(named: $0.id) })
  }

  /// The way back from the latest edit of the pool; nil where none is saved.
  private func poolEditRollback() async throws(UserMessage) -> Plan? {
    let records = undo.all().map(reached)
    guard records.contains(where: PoolEdit.isEdit) else { return nil }
    let snapshot = await survey(PoolEdit.needs).snapshot
    return try PoolEdit.rollback(records, snapshot)
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
      waitLimit: settings.waitLimit, ban: ban, obstacle: { await replacement })
  }

  /// Whatever a tool or a log repeats of the values is hidden wherever it is shown or written.
  package func secrets() async -> KnownSecrets {
    KnownSecrets(of: await reader.read([.releases, .providerValues, .metallb]))
  }

  /// Runs the way back and forgets it when it was gone to its end.
  package func rollBack(
    _ plan: Plan, _ runner: PlanRunner, ifStill validity: PlanRunner.Validity? = nil,
    onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    let reached = Reached()
    let keeping: PlanRunner.Keeping = { [undo] outcome in
      // What only waits may fail: everything was taken back, and stands in the way of nothing more.
      let lastChange = plan.actions.lastIndex(where: \.changes) ?? -1
      guard outcome == .done || (lastChange >= 0 && reached.index >= lastChange) else {
        return outcome
      }
      do throws(UserMessage) {
        try undo.remove(plan.recordID)
        // It was a run of this step, which it may have left without an end.
        if let step = Self.stepRun(by: plan.recordID) { try undo.noteEnd(step.rawValue) }
      } catch {
        return .failed(error)
      }
      guard case .failed(var problem) = outcome else { return outcome }
      problem.what = "Taken back; but \(problem.what)"
      return .failed(problem)
    }
    return await runner.run(plan, ifStill: validity, keeping: keeping) { event in
      if case .finished(let index, _) = event { reached.note(index) }
      onEvent(event)
    }
  }

  /// The last action that came to its end.
  private final class Reached: Sendable {
    private let place = Mutex(-1)

    var index: Int { place.withLock { $0 } }
    func note(_ index: Int) { place.withLock { $0 = index } }
  }

  // MARK: Helpers

  /// A saved `helm rollback` leads to the revision before our change. Whatever was changed since
  /// would be taken back with it.
  private func refuseOutdated(_ record: UndoRecord, _ snapshot: ClusterSnapshot)
    throws(UserMessage)
  {
    for case .command(let command) in record.actions
    where command.tool == .helm && command.arguments.first == "rollback" {
      guard command.arguments.count > 2, let target = Int(command.arguments[2]) else { continue }
      let name = command.arguments[1]
      guard let release = snapshot.releases.value?.first(where: { $0.name == name }),
        let revision = Int(release.revision)
      else { continue }
      // Our change made one revision; one that was cut off and its repair make two more. Tries of
      // this way back that did not come to their end made one each.
      let tries = (snapshot.histories.value?[name] ?? []).count {
        $0.revision > target + 1 && $0.isTry(ofRollbackTo: target, since: record.time)
      }
      let own = (record.isOfSeveralRuns == true ? 3 : 1) + tries
      guard revision > target + own else { continue }
      throw UserMessage(
        "The release \(name) was changed after the change that is to be taken back: it is at "
          + "revision \(revision), the way back leads to \(target).",
        advice: "See helm -n \(release.namespace) history \(name), then helm rollback by hand.")
    }
  }
}
