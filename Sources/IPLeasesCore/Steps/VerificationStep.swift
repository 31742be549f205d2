import Basics
import Cluster
import Execution

extension StepID {
  package static let verification = StepID("verification")
}

/// The proof from evidence that all of it works together.
package struct VerificationStep: Step {
  package let id = StepID.verification
  package let title = "Verification"
  package let why = """
    Each step showed its own evidence. This one looks at the whole path: MetalLB's count, the \
    operator's, the running provider, its answer on 8443, and every Service that leases an address.
    """
  package let guide = GuidePassage(
    says: "Looks for AKASH_IP_OPERATOR in the StatefulSet and follows the operator's log.",
    differs: "The variable may live in a ConfigMap only, and the log's selectors match nothing "
      + "since chart 9.0.0; so the endpoints themselves are asked.")
  package let dependsOn: [StepID] = [.provider]
  package let needs: Set<FactName> = Set(
    AllChecks.inOrder.filter { AllChecks.pathOfALease.contains($0.code) }
      .flatMap { $0.needs.union($0.judges) })

  /// Everything `verify` looks at: what it fails on is not done here.
  package let planNeeds = Checks.needs()

  package let checkGroups = CheckGroup.allCases
  package let provesTheOthers = true

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    assess(snapshot, settings, Checks.run(snapshot))
  }

  package func assess(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, _ checks: [CheckResult]
  ) -> Assessment {
    // What these depend on is what the earlier steps show.
    let results = Checks.path(snapshot, checks)
    let seen = results.map(line)
    let passed = results.count { $0.verdict.kind == .pass }
    let failed = results.filter { $0.verdict.kind == .fail }
    if let first = failed.first {
      let ground = Checks.buildsOn(failed.map(\.code))
      let cause = checks.first { $0.verdict.kind == .fail && ground.contains($0.code) }
      guard let cause, cause.code != first.code else {
        return Assessment(.todo, "\(failed.count) check(s) fail: \(first.title)", seen: seen)
      }
      return Assessment(
        .todo, "\(cause.code) fails: \(cause.title)",
        seen: ([cause] + results.filter { $0.code != cause.code }).map(line))
    }
    guard results.allSatisfy({ $0.verdict.kind != .notRun }) else {
      return Assessment(.todo, "\(passed) of \(results.count) checks could be made", seen: seen)
    }
    let summary = "\(passed) of \(results.count) checks pass"
    // What `verify` would call a failure, beside the path itself; of what is read.
    let beside = checks.first { result in
      result.verdict.kind == .fail && !snapshot.findingsAside.contains(result.code)
    }
    if let beside {
      return Assessment(
        .todo, "\(summary), but \(beside.code) fails: \(beside.title)",
        seen: [line(beside)] + seen)
    }
    guard let warning = results.first(where: { $0.verdict.kind == .warn }) else {
      return Assessment(.done, summary, seen: seen)
    }
    // Whatever warns while the provider does not answer yet is still on its way.
    let isSilent = snapshot.providerStatus.problem != nil
    return Assessment(
      isSilent ? .todo : .done,
      "\(summary), \(warning.code) warns: \(SafeText.line(warning.verdict.got, limit: 80))",
      seen: seen)
  }

  /// Nothing is changed: it waits for what may still be starting.
  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    var plan = Plan(id: id.rawValue, title: "Wait for the provider's answer")
    guard let release = snapshot.providerRelease, snapshot.providerStatus.value == nil else {
      return plan
    }
    let path = ClusterRead.proxyPath(
      "https:\(release.fullName(of: "provider")):8443", release.namespace, "status")
    plan.actions = [
      .wait(
        Wait(
          until: "the provider answers /status on 8443",
          probe: Kubectl(settings.connection).raw(path, purpose: "ask the provider"),
          passes: .prints("\"cluster\""), limit: .seconds(300)))
    ]
    return plan
  }

  private func line(_ result: CheckResult) -> String {
    "\(word(for: result.verdict))  \(result.code)  \(result.title): "
      + SafeText.line(result.verdict.got)
  }

  private func word(for verdict: Verdict) -> String {
    switch verdict {
    case .pass: "OK   "
    case .warn: "WARN "
    case .fail: "FAIL "
    case .notRun: "?    "
    }
  }
}
