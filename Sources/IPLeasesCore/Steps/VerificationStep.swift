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
  package let needs: Set<FactName> = Set(AllChecks.inOrder.flatMap(\.needs))

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    let verdicts = AllChecks.inOrder.map { ($0, $0.evaluate(snapshot)) }
    let seen = verdicts.map { check, verdict in
      "\(word(for: verdict))  \(check.code)  \(check.title): \(SafeText.line(verdict.got))"
    }
    let failed = verdicts.filter { if case .fail = $0.1 { true } else { false } }
    let passed = verdicts.count { if case .pass = $0.1 { true } else { false } }
    guard let first = failed.first else {
      let isWhole = verdicts.allSatisfy { if case .notRun = $0.1 { false } else { true } }
      guard isWhole else {
        return Assessment(.todo, "\(passed) of \(verdicts.count) checks could be made", seen: seen)
      }
      return Assessment(.done, "\(passed) of \(verdicts.count) checks pass", seen: seen)
    }
    return Assessment(
      .todo, "\(failed.count) check(s) fail: \(first.0.title)", seen: seen)
  }

  /// Nothing is changed: it waits for what may still be starting.
  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    var plan = Plan(id: id.rawValue, title: "Wait for the provider's answer")
    guard let release = snapshot.providerRelease, snapshot.providerStatus.value == nil else {
      return plan
    }
    let path = ClusterReader.proxyPath(
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

  private func word(for verdict: Verdict) -> String {
    switch verdict {
    case .pass: "OK   "
    case .warn: "WARN "
    case .fail: "FAIL "
    case .notRun: "?    "
    }
  }
}
