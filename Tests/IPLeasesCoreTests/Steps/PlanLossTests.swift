import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// What a plan takes from those who hold an address, by what it deletes.
struct PlanLossTests {
  private let helm = Helm(Connection())
  private let kubectl = Kubectl(Connection())

  /// One lease in a pool that one advertisement announces, and another pool.
  private func snapshot(_ chart: String = "metallb-0.14.8") throws -> ClusterSnapshot {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit { $0[0].chart = chart }
    let rows = [("0.12.1", 1), ("0.14.8", 2)].map { version, number in
      Revision(
        revision: number, status: "superseded", chart: "metallb-\(version)", description: nil)
    }
    snapshot.histories = .known(["metallb": rows], at: HealthyCluster.now)
    return snapshot
  }

  private func plan(_ commands: Command..., in snapshot: ClusterSnapshot) throws -> Plan {
    try Plan(id: "test", title: "test", actions: commands.map(Action.command))
      .namingLoss(snapshot)
  }

  private func delete(_ kind: String, _ name: String) -> Command {
    kubectl.delete(kind, name, namespace: "metallb-system", purpose: "delete")
  }

  @Test func whatTakesMetalLBOrItsKindsTakesEveryAddressAndSaysSo() throws {
    let snapshot = try snapshot()
    let takings = [
      helm.uninstall("metallb", namespace: "metallb-system"),
      helm.rollback("metallb", to: 1, namespace: "metallb-system"),
      // Nobody knows which chart that was.
      helm.rollback("metallb", to: 9, namespace: "metallb-system"),
      helm.upgrade(
        "metallb", chart: "metallb/metallb", version: "0.12.1", namespace: "metallb-system",
        purpose: "p"),
      kubectl.deleteNamespace("metallb-system"),
    ]
    for command in takings {
      let plan = try plan(command, in: snapshot)
      #expect(plan.touchedServices == 1, "\(command.shellText)")
      #expect(plan.touches.contains("pool default goes"), "\(plan.touches)")
      #expect(plan.touches.contains("L2Advertisement l2 goes"))
      #expect(plan.touches.contains { $0.contains("tenant/web-ip-80-tcp loses 203.0.113.") })
      #expect(plan.cannotUndo?.hasPrefix("pool default, L2Advertisement l2. Keep them") == true)
    }
  }

  /// Whichever of two MetalLBs is taken, somebody's addresses go.
  @Test func aSecondMetalLBHidesNothing() throws {
    var snapshot = try snapshot()
    snapshot.releases.edit { releases in
      var second = releases[0]
      second.name = "aaa"
      second.namespace = "aaa"
      releases.insert(second, at: 0)
    }
    #expect(snapshot.metallbRelease?.name == "metallb")
    for (name, namespace) in [("metallb", "metallb-system"), ("aaa", "aaa")] {
      let plan = try plan(helm.uninstall(name, namespace: namespace), in: snapshot)
      #expect(plan.touchedServices == 1)
      #expect(plan.moved.map(\.title) == ["tenant/web-ip-80-tcp"])
    }
    // Another release of that name is not MetalLB's.
    snapshot.releases.edit { $0[0].chart = "redis-1.0.0" }
    let other = try plan(helm.uninstall("aaa", namespace: "aaa"), in: snapshot)
    #expect(other.touchedServices == 0)
  }

  /// Every node is kept from load balancers: the speakers announce by a value of the release alone.
  @Test func anEarlierRevisionThatMayNotAnnounceIsCounted() throws {
    var snapshot = try snapshot()
    snapshot.cluster.edit { objects in
      for index in objects.nodes.indices {
        objects.nodes[index].metadata.labels = [NodeExclusion.label: ""]
      }
    }
    snapshot.metallb.edit { objects in
      for index in objects.daemonSets.indices {
        objects.daemonSets[index].spec?.template?.spec?.containers?[0].args = [
          "--ignore-exclude-lb=true"
        ]
      }
    }
    snapshot.releases.edit { $0[0].revision = "3" }
    let back = try plan(helm.rollback("metallb", to: 2, namespace: "metallb-system"), in: snapshot)
    #expect(back.touchedServices == 1)
    #expect(back.touches.contains { $0.contains("may lack speaker.ignoreExcludeLB") })
    #expect(back.touches.contains { $0.contains("nobody answers for it") })
    // The same revision once more, and an upgrade, which keeps the values, change nothing of that.
    snapshot.releases.edit { $0[0].revision = "2" }
    for command in [
      helm.rollback("metallb", to: 2, namespace: "metallb-system"),
      helm.upgrade(
        "metallb", chart: "metallb/metallb", version: "0.14.9", namespace: "metallb-system",
        purpose: "p"),
    ] {
      #expect(try plan(command, in: snapshot).touchedServices == 0, "\(command.shellText)")
    }
  }

  @Test func whatKeepsTheKindsTakesNothing() throws {
    let snapshot = try snapshot()
    let harmless = [
      helm.rollback("metallb", to: 2, namespace: "metallb-system"),
      helm.upgrade(
        "metallb", chart: "metallb/metallb", version: "0.14.9", namespace: "metallb-system",
        purpose: "p"),
      helm.uninstall("akash-ip-operator", namespace: "akash-services"),
      delete("service", "controller"),
    ]
    for command in harmless {
      let plan = try plan(command, in: snapshot)
      #expect(plan.touchedServices == 0, "\(command.shellText)")
      #expect(plan.touches == [])
      #expect(plan.cannotUndo == nil)
    }
  }

  @Test func aPoolTakesTheAddressesInItAndAnAdvertisementItsReach() throws {
    var snapshot = try snapshot()
    let pool = try plan(delete("ipaddresspool.metallb.io", "default"), in: snapshot)
    #expect(pool.touchedServices == 1)
    let advertisement = try plan(delete("l2advertisement.metallb.io", "l2"), in: snapshot)
    #expect(advertisement.touchedServices == 1)
    #expect(advertisement.touches.contains { $0.hasSuffix("but nobody answers for it") })
    snapshot.pools.edit {
      $0.pools.append(Sample.pool("other"))
      $0.advertisements.append(Sample.object(#"{"metadata":{"name":"all"}}"#))
    }
    #expect(
      try plan(delete("ipaddresspool.metallb.io", "other"), in: snapshot).touchedServices == 0)
    #expect(
      try plan(delete("l2advertisement.metallb.io", "l2"), in: snapshot).touchedServices == 0)
  }

  @Test func whatCannotBeReadIsNotTakenForNothing() throws {
    let problem = UserMessage("boom")
    let uninstall = helm.uninstall("metallb", namespace: "metallb-system")
    var pools = try snapshot()
    pools.pools = .unreadable(problem, at: HealthyCluster.now)
    #expect(throws: problem.untold) { try plan(uninstall, in: pools) }
    var services = try snapshot()
    services.cluster = .unreadable(problem, at: HealthyCluster.now)
    #expect(throws: problem.untold) { try plan(uninstall, in: services) }
    // A plan that takes nothing needs no such answer.
    #expect(try plan(delete("service", "controller"), in: pools).touchedServices == 0)
  }

  @Test func whatItsMakerHasCountedIsNotSaidTwice() throws {
    var snapshot = try snapshot("metallb-0.12.1")
    snapshot.metallb.edit {
      $0.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v0.12.1"
    }
    let upgrade = helm.upgrade(
      "metallb", chart: "metallb/metallb", version: "0.14.8", namespace: "metallb-system",
      purpose: "p")
    let own = Plan(
      id: "test", title: "test", actions: [.command(upgrade)], touches: ["its own words"],
      touchedServices: 1)
    #expect(try own.namingLoss(snapshot) == own)
    #expect(try plan(upgrade, in: snapshot).touchedServices == 1)
  }
}
