import Basics
import Cluster
import Execution

/// One change from its making to its end, the same for every front end: they differ only in how they
/// show the plan and how they ask for its word.
package struct ChangeFlow: Sendable {
  package enum Kind: Sendable {
    case change
    /// Forgotten when it was gone to its end.
    case wayBack
    /// What it borrows is given back, and how it ended is kept.
    case proof
  }

  package let session: Session
  package let kind: Kind
  /// The plan for the cluster as it is now; throws why there is none.
  package let make: @Sendable () async throws(UserMessage) -> Plan

  package init(
    _ session: Session, _ kind: Kind = .change,
    make: @escaping @Sendable () async throws(UserMessage) -> Plan
  ) {
    self.session = session
    self.kind = kind
    self.make = make
  }

  /// Runs a plan of its own that was agreed to. Where the runner takes the lock for it, the plan is
  /// made anew under the lock first: it may have been looked at for long.
  package func run(
    _ plan: Plan, _ runner: PlanRunner, onEvent: @escaping @Sendable (RunEvent) -> Void
  ) async -> RunOutcome {
    let validity: PlanRunner.Validity = { await worth(of: plan) }
    return switch kind {
    case .change: await runner.run(plan, ifStill: validity, onEvent: onEvent)
    case .wayBack:
      await SavedWaysBack(session).run(plan, runner, ifStill: validity, onEvent: onEvent)
    case .proof: await session.runProof(plan, runner, ifStill: validity, onEvent: onEvent)
    }
  }

  /// What a plan that was shown is worth now: made anew, does it do the same?
  private func worth(of plan: Plan) async -> PlanValidity {
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
}

extension Session {
  package func change(of step: StepID) -> ChangeFlow {
    ChangeFlow(self) { () throws(UserMessage) in try await plan(step).plan }
  }

  package func wayBack(of step: StepID) -> ChangeFlow {
    ChangeFlow(self, .wayBack) { () throws(UserMessage) in
      try await SavedWaysBack(self).plan(of: step)
    }
  }

  package func wayBack(of remedy: RemedyID) -> ChangeFlow {
    ChangeFlow(self, .wayBack) { () throws(UserMessage) in
      try await SavedWaysBack(self).plan(of: remedy)
    }
  }

  package func wayBack(ofUpgrade part: Upgrade.Part) -> ChangeFlow {
    ChangeFlow(self, .wayBack) { () throws(UserMessage) in
      try await SavedWaysBack(self).plan(ofUpgrade: part)
    }
  }

  /// Steps something can be taken back of.
  package var waysBack: Set<StepID> { SavedWaysBack(self).steps }

  package func upgrade(_ upgrade: Upgrade) -> ChangeFlow {
    ChangeFlow(self) { () throws(UserMessage) in
      try upgrade.plan(await survey(upgrade.needs).snapshot, settings)
    }
  }

  package func cure(by id: RemedyID) -> ChangeFlow {
    ChangeFlow(self) { () throws(UserMessage) in
      guard let remedy = AllRemedies.remedy(id) else {
        throw UserMessage("There is no remedy \(id.rawValue).")
      }
      return try remedy.plan(await survey(remedy.needs).snapshot, settings).get()
    }
  }

  /// - Parameter hold: how long the address is kept for a try from a second machine; nil: not at all.
  package func proof(hold: Duration?) -> ChangeFlow {
    let token = CanaryProof.newToken()
    return ChangeFlow(self, .proof) { () throws(UserMessage) in
      try CanaryProof.plan(
        await survey(CanaryProof.needs).snapshot, settings, token: token, hold: hold)
    }
  }

  /// An edit of a pool. Where ranges are wrong, the refusal has the server's own sentence about them.
  ///
  /// - Parameter makesMissing: where the pool Akash leases from is not there, its step makes it.
  package func edit(_ wish: PoolWish, makesMissing: Bool = false) -> ChangeFlow {
    ChangeFlow(self) { () throws(UserMessage) in try await plan(wish, makesMissing) }
  }

  private func plan(_ wish: PoolWish, _ makesMissing: Bool) async throws(UserMessage) -> Plan {
    let snapshot = await survey(PoolEdit.needs).snapshot
    if let problem = snapshot.pools.problem ?? snapshot.cluster.problem { throw problem.untold }
    if makesMissing, wish.name == ConsoleSettings.poolName,
      snapshot.pools.value?.pool(wish.name) == nil
    {
      var settings = settings
      settings.poolRanges = try wish.entries(over: [])
      return try await with(settings).plan(.pools).plan
    }
    do {
      return try wish.plan(snapshot, settings)
    } catch {
      var message = error
      if message.reason == nil, let sentence = await serverSentence(wish, snapshot) {
        message.reason = SafeText.line(sentence)
      }
      throw message
    }
  }

  /// What the server says of an edit that is refused here; nil where it would take it.
  private func serverSentence(_ wish: PoolWish, _ snapshot: ClusterSnapshot) async -> String? {
    let live = snapshot.pools.value?.pool(wish.name)?.spec.addresses ?? []
    guard let entries = try? wish.entries(over: live), entries != live,
      let trial = try? PoolEdit.trial(snapshot, settings, entries: entries, pool: wish.name)
    else { return nil }
    // Once: a webhook that is silent has nothing to say about ranges.
    var settings = settings
    settings.waitLimit = .zero
    let runner = await with(settings).runner(.perRun())
    guard case .failed(let problem) = await runner.dryRun(trial, onEvent: { _ in }) else {
      return nil
    }
    return problem.reason
  }
}
