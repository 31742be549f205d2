import Basics
import Cluster
import Execution
import Foundation

/// NOW, WHY, DO: one cause, not a list of symptoms. What cures it is what cures the finding of
/// `verify` it stands on; where the cause is not known it says so. Pure.
struct StatusHeadline: Hashable, Sendable {
  var now: String
  var why: String
  var action: Advice
  var state: PartState
  var since: Date?
  var remedies: [RemedyID] = []
  /// The step whose plan `action` names.
  var nextStep: StepID?

  /// What it is made of.
  private struct Sight {
    var snapshot: ClusterSnapshot
    var checklist: Checklist
    /// Every check, less what fails and is set aside.
    var results: [CheckResult]

    func first(_ kind: Verdict.Kind, in groups: [CheckGroup]) -> CheckResult? {
      results.first { $0.verdict.kind == kind && groups.contains($0.group) }
    }

    /// What is found where a step looks; the deepest first.
    func finding(of report: StepReport) -> CheckResult? {
      let groups = report.step?.checkGroups ?? []
      if report.step?.standsFirstInGroup == true {
        return results.first { $0.verdict.kind.isFinding && groups.contains($0.group) }
      }
      return first(.fail, in: groups) ?? first(.fail, in: CheckGroup.allCases)
        ?? first(.warn, in: groups)
    }
  }

  /// - Parameters:
  ///   - results: of all checks.
  ///   - aside: findings somebody set aside, by code.
  init(
    _ snapshot: ClusterSnapshot, _ checklist: Checklist, _ results: [CheckResult],
    aside: Set<String>
  ) {
    let sight = Sight(
      snapshot: snapshot, checklist: checklist,
      results: results.filter { !($0.verdict.kind.isFinding && aside.contains($0.code)) })
    self =
      Self.unknown(sight) ?? Self.underWay(sight) ?? Self.cause(sight) ?? Self.failedStep(sight)
      ?? Self.regression(sight)
      ?? Self.besideTheSteps(sight) ?? Self.allIsWell(sight) ?? Self.setUp(sight)
  }

  private init(
    _ now: String, why: String, action: Advice, _ state: PartState, _ finding: CheckResult? = nil
  ) {
    self.now = now
    self.why = why
    self.action = action
    self.state = state
    since = finding?.since
    remedies = finding?.remedies ?? []
  }

  // MARK: From what is worst

  private static func unknown(_ sight: Sight) -> StatusHeadline? {
    guard let unknown = sight.checklist.reports.first(where: { $0.state == .unknown }) else {
      return nil
    }
    let problem = unknown.assessment.problem
    return StatusHeadline(
      problem?.what ?? "The cluster could not be read.", why: problem?.reason ?? "",
      action: problem?.advice ?? "See kubectl get nodes.", .unknown)
  }

  /// What a change that goes on has half done is no accident.
  private static func underWay(_ sight: Sight) -> StatusHeadline? {
    guard let holder = sight.snapshot.changedBy else { return nil }
    var headline = StatusHeadline(
      "The cluster is being changed now: \(SafeText.line(holder.doing, limit: 200))",
      why: holder.text, action: PendingRelease.advice, .wait)
    headline.since = holder.since
    return headline
  }

  /// One cause behind several findings, unless one of them stands deeper than it.
  private static func cause(_ sight: Sight) -> StatusHeadline? {
    guard let cause = SharedCause(sight.snapshot) else { return nil }
    let ground = Checks.buildsOn(cause.codes)
    let deepest = sight.results.first { $0.verdict.kind == .fail && ground.contains($0.code) }
    if let deepest, !cause.codes.contains(deepest.code) {
      let effect = cause.effect.isEmpty ? "" : " \(cause.effect.upperFirst)."
      return broken(deepest, why: deepest.why + effect)
    }
    var headline = StatusHeadline(cause.now, why: cause.why, action: cause.action, .fail)
    headline.since = cause.since
    headline.remedies = cause.remedies
    return headline
  }

  private static func failedStep(_ sight: Sight) -> StatusHeadline? {
    guard let failed = sight.checklist.reports.first(where: { $0.state == .failed }) else {
      return nil
    }
    let problem = failed.assessment.problem
    let finding = sight.finding(of: failed)
    var headline = StatusHeadline(
      problem?.what ?? failed.evidence,
      why: problem?.reason ?? finding?.why ?? "step \(failed.title)",
      action: finding?.remedies.first?.advice ?? problem?.advice
        ?? Advice(own: ["plan", failed.id.rawValue]), .fail, finding)
    if finding?.remedies.isEmpty ?? true, problem?.advice == nil { headline.nextStep = failed.id }
    return headline
  }

  /// Leases of addresses were on, and something they need does not hold any more.
  private static func regression(_ sight: Sight) -> StatusHeadline? {
    let snapshot = sight.snapshot
    // Leases that MetalLB 0.12 served are moved by the set-up.
    let isMoving = snapshot.legacyConfigMap != nil && !snapshot.isSwitchedOn
    guard !isMoving, let past = snapshot.signOfLeases,
      let step = sight.checklist.reports.first(where: { !$0.state.isSettled })
    else { return nil }
    let finding = sight.finding(of: step)
    // The path of a lease holds, but something beside it does not.
    if step.step?.provesTheOthers == true, let finding, finding.verdict.kind == .fail,
      !AllChecks.pathOfALease.contains(finding.code)
    {
      return broken(finding, why: finding.why)
    }
    if let finding, finding.verdict.kind == .fail,
      step.step?.checkGroups.contains(finding.group) == false
    {
      return broken(finding, why: "\(past). \(finding.why)")
    }
    let isSilent = snapshot.providerStatus.problem != nil
    if isSilent, step.step?.provesTheOthers == true {
      return StatusHeadline(
        "The provider does not answer on 8443, though the operator does.",
        why:
          "it waits for something it looked up once, at its start; until then it bids on nothing",
        action: RemedyID.restartProvider.advice, .fail,
        sight.first(.fail, in: [.provider]))
    }
    let effect =
      isSilent
      ? "The provider does not answer on 8443 and bids on nothing."
      : finding?.why ?? "New leases of addresses may get none; running ones go on."
    var headline = StatusHeadline(
      "\(step.title): \(step.evidence)", why: "\(past). \(effect)",
      action: finding?.plan ?? finding?.hint
        ?? "\(own: ["plan", step.id.rawValue]), then \(own: ["apply"])",
      finding?.verdict.kind == .warn ? .warn : .fail, finding)
    headline.nextStep = finding.map(\.nextStep) ?? step.id
    return headline
  }

  /// Every step holds, but a node, a lease or another pool does not.
  private static func besideTheSteps(_ sight: Sight) -> StatusHeadline? {
    guard sight.checklist.allHold,
      let failed = sight.first(.fail, in: CheckGroup.allCases)
    else { return nil }
    return broken(failed, why: failed.why)
  }

  private static func allIsWell(_ sight: Sight) -> StatusHeadline? {
    guard sight.checklist.allHold else { return nil }
    let now = "IP leases are on: \(onSummary(sight.snapshot))"
    guard let warning = sight.first(.warn, in: CheckGroup.allCases) else {
      return StatusHeadline(now, why: "every step's evidence holds", action: "nothing", .ok)
    }
    let count = sight.results.count { $0.verdict.kind == .warn }
    return StatusHeadline(
      now,
      why: "every step's evidence holds; \(warning.code) warns: \(warning.title): "
        + warning.verdict.got,
      action: "nothing at once; \(own: ["verify"]) shows \(count) warning(s)", .ok)
  }

  private static func setUp(_ sight: Sight) -> StatusHeadline {
    let (snapshot, checklist) = (sight.snapshot, sight.checklist)
    guard let next = checklist.next else {
      return StatusHeadline("The set-up waits.", why: "", action: Advice(own: ["steps"]), .wait)
    }
    let hasPool =
      snapshot.pools.value?.pool(ConsoleSettings.poolName) != nil
      || snapshot.legacyConfigMap != nil
    let old = snapshot.legacyConfigMap.map {
      "; the pools of MetalLB 0.12 are in ConfigMap \($0.metadata.name), step migrate converts them"
    }
    let apply = ["apply"] + (hasPool ? [] : ["--pool", "RANGE"])
    var headline = StatusHeadline(
      "IP leases are not on yet: \(checklist.settledCount) of \(checklist.reports.count) steps hold.",
      why: "next is \(next.title): \(next.evidence)" + (old ?? ""),
      action: "\(own: ["plan", next.id.rawValue]), then \(own: apply)", .wait)
    headline.nextStep = next.id
    return headline
  }

  // MARK: Helpers

  private static func broken(_ result: CheckResult, why: String) -> StatusHeadline {
    var headline = StatusHeadline(
      "\(result.code) does not hold: \(result.title): \(result.verdict.got)", why: why,
      action: result.plan ?? result.hint, .fail, result)
    headline.nextStep = result.nextStep
    return headline
  }

  private static func onSummary(_ snapshot: ClusterSnapshot) -> String {
    // The operator's and the provider's numbers are late by design.
    guard let metrics = snapshot.metallbMetrics.value, let total = metrics.total,
      let inUse = metrics.inUse
    else { return "MetalLB does not tell how many addresses are in use" }
    return "\(inUse) of \(total) addresses in use"
  }
}

extension ClusterSnapshot {
  /// By the values of the provider's release, or by its manifest where Helm does not manage it.
  var isSwitchedOn: Bool {
    valuesOfProvider?.ipOperator == true || providerByHand?.ipOperator == true
  }

  /// What shows that leases of addresses were on: without it a set-up is not at its end yet.
  var signOfLeases: String? {
    if isSwitchedOn { return "IP leases are switched on" }
    let count = leaseServices.count
    return count == 0 ? nil : "IP leases were on: \(count) Service(s) lease an address"
  }
}

extension CheckResult {
  /// The step whose plan is the first of what cures it.
  fileprivate var nextStep: StepID? { remedies.isEmpty ? step : nil }
}

extension Checklist {
  var allHold: Bool { reports.allSatisfy { $0.state.isSettled } }
}
