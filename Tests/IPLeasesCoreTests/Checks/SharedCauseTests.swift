import Testing

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
    #expect(cause.action == "ip-leases remedy lower-metallb")
    #expect(cause.now.contains("0.16.1"))
    #expect(cause.why.contains("bids on nothing"))
  }

  @Test func aProviderThatCameTooEarlyIsToldFromALockedOperator() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.providerStatus = .silent("context deadline exceeded")
    snapshot.providerLog = .known(
      "ERR dns discovery failed error=\"no such host\"", at: HealthyCluster.now)
    #expect(SharedCause(snapshot)?.action == "ip-leases remedy restart-provider")
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = snapshot.providerLog
    #expect(SharedCause(snapshot)?.action == "ip-leases remedy bounce-operator")
  }

  @Test func kubeProxyThatWasNotRestartedIsNamed() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.kubeProxy.edit {
      $0.configMaps[0].metadata.managedFields?[0].time = HealthyCluster.now
    }
    #expect(SharedCause(snapshot)?.action == "ip-leases remedy restart-kube-proxy")
  }

  @Test func theReportNamesTheCauseInsteadOfASymptom() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .known("ERR dns discovery failed error=\"x\"", at: HealthyCluster.now)
    let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")
    let report = StatusReport(snapshot, Checklist(snapshot, settings))
    #expect(report.state == .fail)
    #expect(report.action == "ip-leases remedy bounce-operator")
  }
}
