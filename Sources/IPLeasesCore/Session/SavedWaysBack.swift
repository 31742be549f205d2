import Basics
import Cluster
import Execution
import Foundation
import Synchronization

/// The ways back that were saved before changes: each as a plan for the cluster as it is now, and how
/// one is gone and forgotten.
struct SavedWaysBack: Sendable {
  private let session: Session
  private let settings: ConsoleSettings
  private let identity: ClusterIdentity
  private let undo: UndoStore

  init(_ session: Session) {
    self.session = session
    settings = session.settings
    identity = session.identity
    undo = session.undo
  }

  /// The way back that was saved before the change.
  func plan(of id: StepID) async throws(UserMessage) -> Plan {
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
        advice: names.map { Advice(own: ["rollback", $0]) }.joined(separator: ", then "))
    }
    var plan = try plan(record, step?.title ?? id.rawValue, snapshot)
    plan.touches = (step?.touchesWhenTakenBack ?? []) + plan.touches
    return plan
  }

  /// The way back of a remedy that changed something of its own.
  func plan(of id: RemedyID) async throws(UserMessage) -> Plan {
    try await plan(
      recordedAs: id.rawValue, of: "remedy", AllRemedies.remedy(id)?.title ?? id.rawValue)
  }

  /// The way back that was saved before the latest upgrade of the part.
  func plan(ofUpgrade part: Upgrade.Part) async throws(UserMessage) -> Plan {
    var plan = try await plan(
      recordedAs: part.recordID, of: "change", "upgrade of \(part.chartTitle)")
    let touches =
      switch part {
      case .metallb: UpgradeOfMetalLB.touches
      case .operator: [OperatorMove.touches]
      case .provider: [ProviderRestart.touches]
      }
    plan.touches = touches + plan.touches
    return plan
  }

  /// - Parameter kind: what has the record, in a word.
  private func plan(
    recordedAs id: String, of kind: String, _ title: String
  ) async throws(UserMessage) -> Plan {
    guard let record = try saved(id) else { throw noWayBack(id, of: kind) }
    let snapshot = try await surveyToTakeBack(record)
    return try plan(record, title, snapshot).waiting(atMost: settings.waitLimit)
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
    let isTakenOver = KeptClusters(root: settings.stateDirectory).isTakenOver(
      record, in: session.folder)
    let snapshot = await session.survey(AllSteps.needs.union(PlanLoss.needs)).snapshot
    // Nothing is taken back of a cluster that could not be looked at.
    if let problem = snapshot.cluster.problem { throw problem }
    if case .uid(_, let born?) = identity.mark, record.time < born {
      throw UserMessage(
        "The saved way back of \(record.id) is older than this cluster; it is not run.",
        reason: "it is of \(record.time.formatted(.iso8601)), and the cluster was made "
          + born.formatted(.iso8601), advice: "See what changed since: \(own: "activity")")
    }
    if isTakenOver { try record.refuseUnproven(by: snapshot) }
    let needsHelm = record.actions.contains {
      if case .command(let command) = $0 { command.tool == .helm } else { false }
    }
    // What is not known of the releases cannot tell what goes with one.
    if needsHelm, let problem = snapshot.releases.problem { throw problem.untold }
    return snapshot
  }

  private func plan(
    _ record: UndoRecord, _ title: String, _ snapshot: ClusterSnapshot
  ) throws(UserMessage) -> Plan {
    try refuseOutdated(record, snapshot)
    var files: [Action] = []
    for reversal in record.files ?? [] { files.append(.file(try reversal.change())) }
    return try Plan(
      id: record.id, title: "Take back: \(title)", actions: files + record.actions,
      notes: record.notes
    ).namingLoss(snapshot, keepsValues: record.keepsValues)
  }

  /// What is kept of another cluster is named, and stays where it is.
  private func noWayBack(_ id: String, of kind: String) -> UserMessage {
    let kept = KeptClusters(root: settings.stateDirectory)
    guard let foreign = kept.foreignWayBack(id, identity) else {
      return UserMessage(
        "There is no way back saved for \(kind) \(id): this console changed nothing there.",
        advice: "See \(own: "activity").")
    }
    return UserMessage(
      "There is no way back saved for \(kind) \(id) of this cluster.",
      reason: "one was kept on \(foreign.record.time.formatted(.iso8601)) of another cluster that "
        + "was reached under the same name; it is not run here and stays in \(foreign.folder.path)",
      advice: "See \(own: "activity") for what was changed here.")
  }

  /// Steps something can be taken back of.
  var steps: Set<StepID> {
    Set(undo.all().compactMap { PoolEdit.isEdit($0) ? PoolEdit.step : StepID(named: $0.id) })
  }

  /// The way back from the latest edit of the pool; nil where none is saved.
  private func poolEditRollback() async throws(UserMessage) -> Plan? {
    let records = undo.all().map(reached)
    guard records.contains(where: PoolEdit.isEdit) else { return nil }
    let snapshot = await session.survey(PoolEdit.needs).snapshot
    return try PoolEdit.rollback(records, snapshot)
  }

  /// Runs the way back and forgets it when it was gone to its end.
  func run(
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

  /// The step whose run made this record, where it has another name.
  private static func stepRun(by recordID: String) -> StepID? {
    RemedyID(rawValue: recordID).flatMap(AllRemedies.remedy)?.step
      ?? Upgrade.Part(recordID: recordID)?.step
  }
}

extension UndoRecord {
  /// An upgrade leaves the values of its release as they are, and its way back is refused where the
  /// release was changed since.
  var keepsValues: Bool { Upgrade.Part(recordID: id) != nil && isOfSeveralRuns != true }
}
