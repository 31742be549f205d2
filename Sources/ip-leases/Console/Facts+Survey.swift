import Cluster
import Console
import Foundation
import IPLeasesCore

/// What a survey of the cluster says to the console.
extension Facts {
  /// What is wrong can be told by it: only endpoints that may hang for seconds are still out.
  static func isTelling(_ snapshot: ClusterSnapshot) -> Bool {
    let problems = [
      snapshot.cluster.problem, snapshot.metallb.problem, snapshot.akash.problem,
      snapshot.pools.problem, snapshot.releases.problem, snapshot.kubeProxy.problem,
      snapshot.providerValues.problem, snapshot.operatorUsage.problem,
    ]
    return problems.allSatisfy { $0 == nil }
  }

  /// Shown only: nothing of it is taken into a history, and nothing is changed on its ground.
  static func early(_ snapshot: ClusterSnapshot, _ session: Session) -> Facts {
    var snapshot = snapshot
    snapshot.unfinishedSince = session.unfinishedSteps
    // It may take a second or two, and is no silence before.
    if snapshot.providerStatus.value == nil { snapshot.providerStatus = .notRead }
    let survey = session.survey(of: snapshot)
    let now = session.now
    let checks = CheckReport(
      results: survey.checks + session.proofRows(survey.snapshot, at: now),
      context: session.identity.context, duration: .zero, madeAt: now,
      aside: session.findings.aside(at: now))
    var facts = Facts(survey, session, checks, at: now)
    facts.obstacle = "the cluster is still being read"
    return facts
  }

  init(_ survey: Survey, _ session: Session, _ checks: CheckReport, at now: Date) {
    let snapshot = survey.snapshot
    let status = StatusReport(
      snapshot, survey.checklist, results: checks.results.filter { $0.group != .proof },
      aside: Set(checks.aside.keys))
    self.init(
      checklist: survey.checklist, status: status, checks: checks,
      headlineSince: session.since(status, at: now), pools: snapshot.pools,
      holders: snapshot.addressHolders, poolContexts: snapshot.poolContexts,
      context: session.identity.context,
      provider: Self.providerName(snapshot), waysBack: session.waysBack,
      openQuestions: OpenQuestion.all(snapshot, session.settings),
      way: snapshot.way(session.settings), readAt: now)
    for way in Way.allCases {
      obstacles[way] = snapshot.obstacle(to: way, session.settings)
    }
    secrets = KnownSecrets(of: snapshot)
    findings = LeaseFinding.find(in: snapshot)
    cluster = session.identity.problem == nil ? session.identity.key : ""
  }

  private static func providerName(_ snapshot: ClusterSnapshot) -> String {
    if let domain = snapshot.valuesOfProvider?.domain, !domain.isEmpty {
      return "provider.\(domain)"
    }
    return snapshot.providerRelease?.name ?? ""
  }
}
