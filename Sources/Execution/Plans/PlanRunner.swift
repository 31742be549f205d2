import Basics
import Foundation
import Synchronization

/// The only code that changes a cluster or a file.
///
/// Order of a run: lock, preconditions, way back saved; then for each action its dry run, the start
/// line in the journal, the action, the end line. The first failure ends the run; what was reached
/// stays.
package actor PlanRunner {
  /// How the run comes by the right to change the cluster.
  package enum LockUse: Sendable {
    /// The caller holds it since before the plan was made: nobody looked at it meanwhile.
    case held(Lock)
    /// For each run anew. A change whose console is gone is waited for so long; who waits is told.
    case perRun(
      patience: Duration = .zero,
      onWait: @Sendable (LockHolder, Duration) -> Void = { _, _ in })
  }

  /// Tells, under the lock, what a plan is worth that was looked at without it.
  package typealias Validity = @Sendable () async -> PlanValidity
  /// Writes down, under the lock, what is kept of a run; gives the outcome that is told.
  package typealias Keeping = @Sendable (RunOutcome) async -> RunOutcome

  private let commands: RecordedCommands
  private let undoStore: UndoStore
  private let lock: LockUse
  private let clock: RunClock

  private let stopping = RunStop()
  private let hasPlan = Atomic(false)
  /// The first change of the present run was begun.
  private var hasChanged = false
  /// The lock of the present run.
  private var current: Lock?
  /// What the present run wrote, by path: a tool reads it only as it was written.
  private var written: [String: Data] = [:]
  /// Gives back what the present run has borrowed if this process does not.
  private var keeper: Keeper?
  private var validity: Validity?
  /// When the plan of the present run was last known to hold.
  private var lookedAt = Duration.zero

  /// Why nothing is changed here, whatever is asked.
  private let ban: UserMessage?
  /// Tells other machines that the cluster is changed; nil where there are none.
  private let lease: ClusterLease?
  /// What forbids a change at the last moment, as that another cluster answers by now.
  private let obstacle: @Sendable () async -> UserMessage?

  package init(
    executor: any CommandExecutor, journal: Journal, undoStore: UndoStore,
    lock: LockUse = .perRun(), redaction: Redaction = Redaction(), clock: RunClock = .system,
    waitLimit: Duration? = nil, ban: UserMessage? = nil, lease: ClusterLease? = nil,
    obstacle: @escaping @Sendable () async -> UserMessage? = { nil }
  ) {
    self.ban = ban
    self.lease = lease
    self.obstacle = obstacle
    self.undoStore = undoStore
    self.lock = lock
    self.clock = clock
    commands = RecordedCommands(
      executor: executor, journal: journal, redaction: redaction, clock: clock, stop: stopping,
      webhookPatience: min(.seconds(120), waitLimit ?? .seconds(120)))
  }

  /// Runs the plan. Cancelling the task starts nothing new and gives `.stopped`; a change that runs
  /// goes on. What was borrowed is one change with giving it back: that is still done.
  ///
  /// - Parameters:
  ///   - validity: asked where the lock is taken for this run.
  ///   - keeping: not asked where the lock was not taken.
  package func run(
    _ plan: Plan, ifStill validity: Validity? = nil, keeping: @escaping Keeping = { $0 },
    onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    guard plan.closingCount > 0 else {
      return await runToTheEnd(plan, validity, keeping, onEvent)
    }
    return await withTaskCancellationHandler {
      await Task { await runToTheEnd(plan, validity, keeping, onEvent) }.value
    } onCancel: {
      stopping.ask()
    }
  }

  private func runToTheEnd(
    _ plan: Plan, _ validity: Validity?, _ keeping: Keeping,
    _ onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    await report(onEvent) {
      if plan.changesSomething, let ban { throw ban }
      let own = try await takeLock(for: plan)
      self.validity = validity
      lookedAt = clock.now()
      defer {
        own?.release()
        current = nil
        self.validity = nil
      }
      let outcome = await outcome {
        if plan.changesSomething {
          let obstacle = await obstacle()
          // A look that was cut off tells nothing. Giving back is never stopped.
          if plan.closingCount < plan.actions.count { try stopping.checkMayStart() }
          if let obstacle { throw obstacle }
        }
        let held = try await takeLease(for: plan, onEvent)
        let ending = await self.outcome {
          if own != nil { try await lookAgain() }
          return try await carryOut(plan, onEvent)
        }
        await held?.release()
        return ending
      }
      return await keeping(outcome)
    }
  }

  private func carryOut(
    _ plan: Plan, _ onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async throws -> RunOutcome {
    let body = plan.actions.count - plan.closingCount
    // Stopped by now, it leaves the way back of an earlier run as it is. Giving back is never stopped.
    if body > 0 { try stopping.checkMayStart() }
    try plan.checkFiles()
    hasChanged = false
    written = [:]
    var ending: (any Error)?
    do {
      for index in 0..<body {
        try stopping.checkMayStart()
        try await perform(RunningAction(plan: plan, index: index, onEvent: onEvent))
      }
    } catch {
      guard plan.closingCount > 0 else { throw error }
      guard hasChanged else {
        // Nothing was borrowed: nothing is owed.
        throw error
      }
      ending = error
    }
    try await close(plan, onEvent)
    if hasChanged { try undoStore.noteEnd(plan.id) }
    if let ending { throw ending }
    return .done
  }

  /// Gives back what the plan borrowed, also after a failure, `stop` or `finish`.
  private func close(
    _ plan: Plan, _ onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async throws {
    guard plan.closingCount > 0 else { return }
    let keeper = keeper
    self.keeper = nil
    do {
      for index in (plan.actions.count - plan.closingCount)..<plan.actions.count {
        try await perform(RunningAction(plan: plan, index: index, onEvent: onEvent))
      }
      try undoStore.remove(plan.recordID)
    } catch {
      keeper?.leaveToIt()
      throw error
    }
    keeper?.dismiss()
  }

  /// False while nobody has given it a plan to run.
  package nonisolated var isAtWork: Bool { hasPlan.load(ordering: .relaxed) }

  /// True once `stop` was called: nothing new starts any more.
  package var isStopRequested: Bool { stopping.isAsked }

  /// Asks the server about each command that can be asked; changes nothing. What needs an object
  /// that an earlier action makes cannot be asked yet and is passed over.
  package func dryRun(
    _ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    await report(onEvent) {
      try plan.checkFiles()
      var isFirstChange = true
      var unwritten: Set<String> = []
      for (index, action) in plan.actions.enumerated() {
        if case .file(let change) = action { unwritten.insert(change.path) }
        // What reads a file that only the run writes cannot be asked about yet.
        guard case .command(let command) = action, unwritten.isDisjoint(with: command.arguments)
        else { continue }
        defer { if command.changes { isFirstChange = false } }
        guard let dryRun = command.dryRun else { continue }
        try stopping.checkMayStart()
        let start = clock.now()
        onEvent(.started(index: index, .command(dryRun)))
        let result = try await commands.insist(
          on: dryRun, RunningAction(plan: plan, index: index, onEvent: onEvent))
        let isTooEarly = !isFirstChange && ToolFailure.isMissingObject(result)
        if !result.exit.isSuccess && !isTooEarly {
          throw ToolFailure.message(for: dryRun, result, redaction: commands.redaction)
        }
        onEvent(.finished(index: index, elapsed: clock.now() - start))
      }
      return .done
    }
  }

  /// Nothing new is started; the command that runs is asked to end. The run's outcome is `.stopped`
  /// unless its last action was reached all the same.
  package func stop() async {
    stopping.ask()
    await commands.executor.stop()
  }

  /// Lets a lock go that was held for its plans, once there are no more.
  package nonisolated func letGo() {
    if case .held(let lock) = lock { lock.release() }
  }

  /// Nothing new is started but what gives back; the command that runs comes to its end.
  package func finish() { stopping.ask() }

  // MARK: One action

  private func perform(_ running: RunningAction) async throws {
    let start = clock.now()
    running.onEvent(.started(index: running.index, running.action))
    try await carryOut(running)
    running.onEvent(.finished(index: running.index, elapsed: clock.now() - start))
  }

  private func carryOut(_ running: RunningAction) async throws {
    switch running.action {
    case .command(let command):
      if running.isClosing { return try await commands.succeed(command, running) }
      if let dryRun = command.dryRun { try await commands.succeed(dryRun, running) }
      try await prepare(for: running)
      try stopping.checkMayStart()
      try refuseOtherFiles(in: command)
      try await commands.succeed(command, running)
    case .file(let change):
      try await prepare(for: running)
      try change.check(against: AtomicFile.read(change.path))
      if change.expected == nil, change.keepsMode {
        try AtomicFile.createFolder(AtomicFile.folder(of: change.path))
      }
      try change.refuseIfOthersMayReplace()
      let bytes = Data(change.contents.reveal().utf8)
      try AtomicFile.write(bytes, to: change.path, keepingMode: change.keepsMode)
      written[change.path] = bytes
    case .wait(let wait):
      try await commands.wait(wait, running)
    }
  }

  private func findKeeper(for plan: Plan) throws(UserMessage) {
    guard plan.closingCount > 0, let recorder = commands.executor as? any RecordingExecutor else {
      return
    }
    let owed = plan.actions.suffix(plan.closingCount).compactMap { action in
      if case .command(let command) = action { command } else { nil }
    }
    let debt = Debt(
      id: plan.recordID, commands: owed,
      limit: plan.longestStand, folder: undoStore.folder, journal: commands.journal.folder,
      context: commands.journal.context, secrets: commands.redaction.secrets)
    keeper = try recorder.keeper(of: debt)
  }

  /// What was written for a tool is what the tool reads.
  private func refuseOtherFiles(in command: Command) throws(UserMessage) {
    for (path, bytes) in written where command.arguments.contains(path) {
      guard try AtomicFile.read(path) != bytes else { continue }
      throw UserMessage(
        "\(path) was changed since this run wrote it.", reason: "somebody else may write it",
        advice: "see who does; then make the plan anew")
    }
  }

  /// The way back is saved directly before the first change: a run that comes to none leaves that of
  /// an earlier one as it is. What the server tried meanwhile may have taken long.
  private func prepare(for running: RunningAction) async throws {
    try current?.refuseOutOfForce()
    guard !hasChanged, running.action.changesCluster else { return }
    // A chart that was fetched by the plan itself makes another plan.
    let isFirst = running.plan.actions[..<running.index].allSatisfy { !$0.changes }
    if isFirst, clock.now() - lookedAt > Self.shortLook { try await lookAgain() }
    try undoStore.save(running.plan, at: clock.date())
    try undoStore.noteBegin(running.plan.id)
    hasChanged = true
    try findKeeper(for: running.plan)
  }

  /// - Throws: where the plan does not hold any more, or has nothing left to do.
  private func lookAgain() async throws {
    guard let validity else { return }
    let worth = try await stopping.interruptible(validity)
    // A look that was cut off tells nothing.
    try stopping.checkMayStart()
    switch worth {
    case .holds: lookedAt = clock.now()
    case .reached: throw Reached()
    case .void(let reason): throw reason
    }
  }

  private struct Reached: Error {}

  /// So old a look may be when the first change begins.
  private static let shortLook = Duration.seconds(2)

  // MARK: Before anything is changed

  /// - Returns: the lock that was taken for this run alone.
  private func takeLock(for plan: Plan) async throws -> Lock? {
    guard plan.changesSomething else { return nil }
    let doing = "\(plan.id): \(plan.title)"
    switch lock {
    case .held(let lock):
      try lock.refuseOutOfForce()
      lock.note(doing)
      current = lock
      return nil
    case .perRun(let patience, let onWait):
      let lock = try await stopping.interruptible { [folder = undoStore.folder] in
        try await Lock.acquire(
          in: folder, doing: doing, waitingForOrphan: patience, onWait: onWait)
      }
      LocalExecutor.recover(undoStore.folder, holding: lock)
      current = lock
      return lock
    }
  }

  /// - Throws: where another console holds it, who.
  private func takeLease(
    for plan: Plan, _ onEvent: @Sendable (RunEvent) -> Void
  ) async throws(UserMessage) -> HeldLease? {
    // To give back what was borrowed needs nobody's leave.
    guard let lease, plan.changesSomething, plan.closingCount < plan.actions.count else {
      return nil
    }
    switch await lease.take() {
    case .held(let held): return held
    case .refused(let message): throw message
    case .unavailable(let reason):
      let text = "Consoles of other machines are not told of this change: \(reason)\n"
      onEvent(.output(index: 0, OutputChunk(bytes: Array(text.utf8), isError: true)))
      return nil
    }
  }

  // MARK: Stopping

  private func report(
    _ onEvent: @Sendable (RunEvent) -> Void, _ body: () async throws -> RunOutcome
  ) async -> RunOutcome {
    hasPlan.store(true, ordering: .relaxed)
    defer { hasPlan.store(false, ordering: .relaxed) }
    let outcome = await outcome(body)
    onEvent(.ended(outcome))
    return outcome
  }

  private func outcome(_ body: () async throws -> RunOutcome) async -> RunOutcome {
    do { return try await body() } catch let message as UserMessage {
      return .failed(message)
    } catch is Reached {
      return .reached
    } catch {
      // Only cancellation is left: `stop`, or the task's own.
      return .stopped
    }
  }
}
