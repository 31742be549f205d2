import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct SharedCauseTests {
  @Test func aHealthyClusterHasNone() throws {
    #expect(SharedCause(try HealthyCluster.snapshot()) == nil)
  }

  @Test func theVersionOfMetalLBStandsBeforeWhatFollowsFromIt() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.metallb.edit {
      $0.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v0.16.1"
    }
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.metallbMetrics = .silent("connection refused")
    snapshot.providerStatus = .silent("context deadline exceeded")
    let cause = try #require(SharedCause(snapshot))
    #expect(cause.action.text() == "ip-leases remedy lower-metallb")
    #expect(cause.now.contains("0.16.1"))
    #expect(cause.why.contains("bids on nothing"))
  }

  @Test func aProviderThatCameTooEarlyIsToldFromALockedOperator() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.providerStatus = .silent("context deadline exceeded")
    snapshot.providerLog = .log(
      "ERR dns discovery failed error=\"no such host\"", at: HealthyCluster.now)
    #expect(SharedCause(snapshot)?.action.text() == "ip-leases remedy restart-provider")
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = snapshot.providerLog
    #expect(SharedCause(snapshot)?.action.text() == "ip-leases remedy bounce-operator")
  }

  @Test func kubeProxyThatWasNotRestartedIsNamed() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.kubeProxy.edit {
      $0.configMaps[0].metadata.managedFields?[0].time = HealthyCluster.now
    }
    #expect(SharedCause(snapshot)?.action.text() == "ip-leases remedy restart-kube-proxy")
  }

  @Test func whatStandsDeeperThanALockedOperatorIsNamedFirst() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log("ERR dns discovery failed error=\"x\"", at: HealthyCluster.now)
    snapshot.cluster.edit { $0.services[1].spec?.type = "ClusterIP" }
    let report = report(snapshot)
    #expect(report.now.hasPrefix("IPL-0903 does not hold"))
    #expect(report.why.contains("New leases of addresses get none"))
    #expect(!report.action.text().contains("bounce-operator"))
    #expect(report.remedies == [])
  }

  @Test func aDeeperFindingStandsAloneWhereTheCauseHasNoFurtherEffect() throws {
    var snapshot = try HealthyCluster.snapshot()
    try snapshot.akash.edit {
      for index in $0.statefulSets.indices {
        $0.statefulSets[index].spec?.template?.spec?.containers?[0].env = nil
      }
      $0.configMaps.append(
        try HealthyCluster.decode(
          #"{"metadata":{"name":"akash-provider-main","managedFields":[{"manager":"helm","#
            + #""time":"2099-01-01T00:00:00Z"}]},"data":{"AKASH_IP_OPERATOR":"true"}}"#))
    }
    #expect(SharedCause(snapshot)?.codes == ["IPL-0607"])
    snapshot.releases.edit {
      for index in $0.indices where $0[index].name == "akash-provider" {
        $0[index].status = "failed"
      }
    }
    #expect(report(snapshot).now.hasPrefix("IPL-0650"))
    #expect(report(snapshot).why.hasSuffix("a failed one is half changed."))
  }

  @Test func aProviderThatWasOnIsBrokenAndNotYetToBeSetUp() throws {
    var snapshot = try HealthyCluster.snapshot()
    let off = HealthyCluster.values.replacing("ipoperator: true", with: "ipoperator: false")
    snapshot.providerValues = .known(SecretText(off), at: HealthyCluster.now)
    #expect(report(snapshot).why.hasPrefix("IP leases were on: 1 Service(s) lease an address."))
    #expect(report(snapshot).action.text() == "ip-leases plan provider")
    #expect(report(snapshot).state == .fail)
    snapshot.cluster.edit { $0.services.remove(at: 1) }
    #expect(report(snapshot).now.hasPrefix("IP leases are not on yet"))
  }

  @Test func whatWasNotReadIsNotShownAsRead() throws {
    var snapshot = ClusterSnapshot()
    let silent = UserMessage("The cluster does not answer.")
    let now = HealthyCluster.now
    snapshot.cluster = .unreadable(silent, at: now)
    snapshot.metallb = .unreadable(silent, at: now)
    snapshot.pools = .unreadable(silent, at: now)
    snapshot.akash = .unreadable(silent, at: now)
    snapshot.releases = .unreadable(silent, at: now)
    snapshot.kubeProxy = .unreadable(silent, at: now)
    snapshot.providerValues = .unreadable(silent, at: now)
    snapshot.metallbMetrics = .unreadable(silent, at: now)
    snapshot.operatorUsage = .unreadable(silent, at: now)
    snapshot.providerStatus = .unreadable(silent, at: now)
    let report = report(snapshot)
    #expect(report.state == .unknown)
    #expect(report.parts.filter { $0.state != .unknown }.map(\.id) == [])
    #expect(report.addresses.filter { $0.state != .unknown }.map(\.source) == [])
    #expect(report.addresses.compactMap(\.readAt) == [])
    #expect(report.addresses[0].title == "pool \"default\"")
  }

  @Test func theOldConfigurationIsToldWhileItHoldsThePools() throws {
    var snapshot = try HealthyCluster.snapshot()
    let off = HealthyCluster.values.replacing("ipoperator: true", with: "ipoperator: false")
    snapshot.providerValues = .known(SecretText(off), at: HealthyCluster.now)
    snapshot.pools = .known(PoolObjects(), at: HealthyCluster.now)
    try snapshot.metallb.edit {
      $0.configMaps.append(
        try HealthyCluster.decode(
          #"{"metadata":{"name":"config"},"data":{"config":"address-pools:\n- name: default\n"#
            + #"  protocol: layer2\n  addresses: [203.0.113.8/29]\n"}}"#))
    }
    let report = report(snapshot)
    #expect(report.now.hasPrefix("IP leases are not on yet"))
    #expect(report.why.contains("the pools of MetalLB 0.12 are in ConfigMap config"))
    #expect(report.addresses[0].note == "in ConfigMap config of MetalLB 0.12")
  }

  private func report(_ snapshot: ClusterSnapshot) -> StatusReport {
    let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")
    return StatusReport(snapshot, Checklist(snapshot, settings))
  }

  /// Switched on, seen by no buyer: on, and not well. Values that nobody could read say nothing.
  @Test func theRowOfTheProviderSaysOnlyWhatIsKnown() throws {
    func row(_ change: (inout ClusterSnapshot) -> Void) throws -> StatusReport.Part {
      var snapshot = try HealthyCluster.snapshot()
      change(&snapshot)
      return try #require(report(snapshot).parts.first { $0.id == "provider" })
    }
    func values(_ old: String, _ new: String) -> Fact<SecretText> {
      .known(SecretText(HealthyCluster.values.replacing(old, with: new)), at: HealthyCluster.now)
    }
    let healthy = try row { _ in }
    #expect([healthy.title, healthy.note] == ["Provider, IP leases on", ""])
    #expect(healthy.state == .ok)
    let unseen = try row { $0.providerValues = values("key: ip-lease", "key: other") }
    #expect(unseen.title == "Provider, IP leases on")
    #expect(unseen.note == "on, without attribute ip-lease")
    #expect(unseen.state == .warn)
    let off = try row { $0.providerValues = values("ipoperator: true", "ipoperator: false") }
    #expect([off.title, off.note] == ["Provider, IP leases off", ""])
    let unknown = try row {
      $0.providerValues = .unreadable(UserMessage("forbidden"), at: HealthyCluster.now)
    }
    #expect(unknown.title == "Provider")
  }

  @Test func theReportNamesTheCauseInsteadOfASymptom() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log("ERR dns discovery failed error=\"x\"", at: HealthyCluster.now)
    let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")
    let report = StatusReport(snapshot, Checklist(snapshot, settings))
    #expect(report.state == .fail)
    #expect(report.action.text() == "ip-leases remedy bounce-operator")
  }
}
