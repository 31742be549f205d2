import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

struct RemedyTests {
  private let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")

  private func plan(_ id: RemedyID, _ snapshot: ClusterSnapshot) throws -> Plan {
    try #require(AllRemedies.remedy(id)).plan(snapshot, settings).get()
  }

  private func commands(_ plan: Plan) -> [String] {
    plan.actions.compactMap { action in
      if case .command(let command) = action { command.shellText } else { nil }
    }
  }

  private func revisions(_ charts: [(Int, String, String)]) -> Fact<[String: [Revision]]> {
    let rows = charts.map { Revision(revision: $0.0, status: $0.1, chart: $0.2, description: nil) }
    return .known(["metallb": rows], at: HealthyCluster.now)
  }

  @Test func everyRemedyIsThereSaysWhenItDoesNotHelpAndIsOfferedByACheck() {
    #expect(AllRemedies.inOrder.map(\.id) == RemedyID.allCases)
    let offered = Set(AllChecks.inOrder.flatMap(\.remedies))
    for remedy in AllRemedies.inOrder {
      #expect(!remedy.helpsNot.isEmpty)
      #expect(offered.contains(remedy.id))
    }
  }

  @Test(arguments: RemedyID.allCases) func aClusterThatCannotBeReadGetsNoPlan(id: RemedyID) throws {
    let remedy = try #require(AllRemedies.remedy(id))
    for name in remedy.requires {
      var snapshot = try HealthyCluster.snapshot()
      let problem = UserMessage("it could not be read", reason: "boom")
      switch name {
      case .akash: snapshot.akash = .unreadable(problem, at: HealthyCluster.now)
      case .cluster: snapshot.cluster = .unreadable(problem, at: HealthyCluster.now)
      case .metallb: snapshot.metallb = .unreadable(problem, at: HealthyCluster.now)
      case .pools: snapshot.pools = .unreadable(problem, at: HealthyCluster.now)
      case .kubeProxy: snapshot.kubeProxy = .unreadable(problem, at: HealthyCluster.now)
      case .releases: snapshot.releases = .unreadable(problem, at: HealthyCluster.now)
      case .histories: snapshot.histories = .unreadable(problem, at: HealthyCluster.now)
      case .leasedIPs: snapshot.leasedIPs = .unreadable(problem, at: HealthyCluster.now)
      case .providerValues:
        snapshot.providerValues = .unreadable(problem, at: HealthyCluster.now)
      default: Issue.record("\(name) is not tried")
      }
      let refusal = #expect(throws: UserMessage.self) { try plan(id, snapshot) }
      #expect(refusal?.reason == "boom")
      #expect(refusal?.isUntold == true)
    }
    #expect(!remedy.requires.isEmpty)
  }

  @Test(arguments: ["operator-ip", "akash-ip-operator"])
  func theOperatorIsBouncedByTheNameItHas(name: String) throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.akash.edit { $0.deployments[0].metadata.name = name }
    let plan = try plan(.bounceOperator, snapshot)
    #expect(commands(plan).first == "kubectl -n akash-services rollout restart deployment/\(name)")
    #expect(plan.undo.isEmpty)
    guard case .wait(let wait)? = plan.actions.last else {
      Issue.record("no wait")
      return
    }
    #expect(wait.probe.arguments.contains { $0.hasSuffix("/proxy/health") && $0.contains(name) })
  }

  @Test func aBounceThatDoesNotHelpSaysSoFirst() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log(
      "ERR observation stopped err=\"Get /metrics: connection refused\"", at: HealthyCluster.now)
    let note = try #require(try plan(.bounceOperator, snapshot).notes.first?.line())
    #expect(note.contains("a restart does not help"))
  }

  @Test func kubeProxyIsNotRestartedWhereThatChangesNothing() throws {
    var snapshot = try HealthyCluster.snapshot()
    #expect(throws: UserMessage.self) {
      var other = snapshot
      other.kubeProxy.edit { $0.configMaps[0].data = ["config.conf": "mode: iptables\n"] }
      _ = try plan(.restartKubeProxy, other)
    }
    snapshot.kubeProxy.edit {
      $0.configMaps[0].metadata.managedFields?[0].time = HealthyCluster.now
    }
    #expect(
      commands(try plan(.restartKubeProxy, snapshot)) == [
        "kubectl -n kube-system rollout restart daemonset/kube-proxy",
        "kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=300s",
      ])
  }

  @Test func aPendingReleaseGoesBackToItsLastGoodRevision() throws {
    var snapshot = try HealthyCluster.snapshot()
    #expect(throws: UserMessage.self) { try plan(.rollBackRelease, snapshot) }
    snapshot.releases.edit {
      $0[0].status = "pending-upgrade"
      $0[0].revision = "4"
    }
    snapshot.histories = revisions([
      (1, "superseded", "metallb-0.14.5"), (2, "superseded", "metallb-0.14.8"),
      (3, "failed", "metallb-0.14.9"), (4, "pending-upgrade", "metallb-0.14.9"),
    ])
    let back = try plan(.rollBackRelease, snapshot)
    #expect(commands(back).count == 1)
    #expect(commands(back)[0].hasPrefix("helm rollback metallb 2 "))
  }

  @Test(arguments: ["failed", "pending-install"])
  func aFirstReleaseWhosePodsRunIsLaidDownOnceMoreAndNothingIsRemoved(status: String) throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit {
      $0[0].status = status
      $0[0].revision = "1"
    }
    snapshot.histories = revisions([(1, status, "metallb-0.14.8")])
    let plan = try plan(.rollBackRelease, snapshot)
    #expect(
      commands(plan) == ["helm rollback metallb 1 --wait --timeout 600s -n metallb-system"])
    #expect(plan.touchedServices == 0)
    #expect(plan.cannotUndo == nil)
  }

  /// The pods are not ready: what is bound by pools goes forward, what is not goes back.
  @Test func metallbIsNotBroughtBackBelowTheKindsThatPoolsStandOn() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit {
      $0[0].status = "failed"
      $0[0].revision = "2"
    }
    snapshot.metallb.edit { $0.deployments[0].status?.numberReady = 0 }
    snapshot.histories = revisions([
      (1, "superseded", "metallb-0.12.1"), (2, "failed", "metallb-0.14.8"),
    ])
    let bound = try plan(.rollBackRelease, snapshot)
    #expect(commands(bound).first?.hasPrefix("helm rollback metallb 2 ") == true)
    #expect(bound.notes.contains { $0.line().contains("pods are not ready now") })
    snapshot.pools.edit { $0 = PoolObjects() }
    snapshot.cluster.edit { $0.services.removeAll { $0.spec?.type == "LoadBalancer" } }
    let free = try plan(.rollBackRelease, snapshot)
    #expect(commands(free).first?.hasPrefix("helm rollback metallb 1 ") == true)
    #expect(free.touchedServices == 0)
  }

  @Test func aReleaseIsRemovedOnlyWhereNothingStandsOnIt() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit {
      $0[0].status = "failed"
      $0[0].revision = "1"
    }
    snapshot.histories = revisions([(1, "failed", "metallb-0.14.8")])
    snapshot.metallb.edit { $0.deployments[0].status?.numberReady = 0 }
    let bound = try plan(.rollBackRelease, snapshot)
    #expect(commands(bound).first?.hasPrefix("helm rollback metallb 1 ") == true)
    // What cannot be read may be there.
    var unread = snapshot
    unread.pools = .unreadable(UserMessage("boom"), at: HealthyCluster.now)
    let careful = try plan(.rollBackRelease, unread)
    #expect(commands(careful).first?.hasPrefix("helm rollback metallb 1 ") == true)
    snapshot.pools.edit { $0 = PoolObjects() }
    snapshot.cluster.edit { $0.services.removeAll { $0.spec?.type == "LoadBalancer" } }
    let free = try plan(.rollBackRelease, snapshot)
    #expect(commands(free).first?.hasPrefix("helm uninstall metallb ") == true)
  }

  @Test func metallbIsNotLoweredToARevisionThatKnowsNoPools() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.metallb.edit {
      $0.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v0.16.1"
    }
    snapshot.histories = revisions([
      (1, "superseded", "metallb-0.12.1"), (2, "deployed", "metallb-0.16.1"),
    ])
    snapshot.releases.edit { $0[0].revision = "2" }
    let plan = try plan(.lowerMetalLB, snapshot)
    let command = try #require(commands(plan).last)
    #expect(command.hasPrefix("helm upgrade metallb metallb/metallb --version 0.14.8"))
    #expect(plan.touchedServices == 0)
    #expect(plan.touches.contains { $0.contains("frr-k8s") })
    #expect(plan.wayBack.text() == "ip-leases rollback lower-metallb")
  }

  @Test func metallbIsLoweredByItsHistoryElseByAPinnedUpgrade() throws {
    var snapshot = try HealthyCluster.snapshot()
    #expect(throws: UserMessage.self) { try plan(.lowerMetalLB, snapshot) }
    snapshot.metallb.edit {
      $0.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v0.16.1"
    }
    snapshot.histories = revisions([
      (1, "superseded", "metallb-0.14.8"), (2, "deployed", "metallb-0.16.1"),
    ])
    #expect(commands(try plan(.lowerMetalLB, snapshot))[0].hasPrefix("helm rollback metallb 1 "))
    snapshot.histories = revisions([(2, "deployed", "metallb-0.16.1")])
    let upgrade = try plan(.lowerMetalLB, snapshot)
    let last = try #require(commands(upgrade).last)
    #expect(last.hasPrefix("helm upgrade metallb metallb/metallb --version 0.14.8"))
    #expect(!last.contains("--reuse-values"))
    #expect(upgrade.undo.count == 1)
  }

  @Test func aStepThatHoldsOffersNoPlan() throws {
    let snapshot = try HealthyCluster.snapshot()
    for id in [RemedyID.metricsService, .labelNamespace, .advertisePool] {
      #expect(throws: UserMessage.self) { try plan(id, snapshot) }
    }
  }

  @Test func anUnannouncedPoolIsAnnounced() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.pools.edit { $0.advertisements = [] }
    let plan = try plan(.advertisePool, snapshot)
    #expect(plan.id == "pools")
    #expect(commands(plan).contains { $0 == "kubectl create -f -" })
  }
}
