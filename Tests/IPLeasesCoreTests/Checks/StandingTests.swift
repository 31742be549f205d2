import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// What is read and judged of the provider's and MetalLB's surroundings.
struct StandingTests {
  // MARK: The chain

  private static let checking =
    "Checking whether provider.yaml needs to be updated on the chain ..."
  private static let updating = "Updating provider info in the blockchain in 10 seconds ..."

  @Test(arguments: [
    ([checking], Verdict.Kind.pass, "the chain has them"),
    (["+ provider-services keys import"], .pass, "no update in the log that is kept"),
    ([checking, updating, #"{"code":0,"txhash":"AB"}"#], .pass, "the last update went through"),
    ([checking, updating, "code: 0", "raw_log: []"], .pass, "the last update went through"),
    ([checking, updating, "code: 5"], .warn, "the update failed: code: 5"),
    (
      [checking, updating, "Error: rpc error: gone"], .warn,
      "the update failed: Error: rpc error: gone"
    ),
    // A command that is shown is not its answer, and what failed before is over.
    ([checking, updating, "+ echo Error: no"], .pass, "the last update went through"),
    (
      [checking, updating, "code: 5", checking, updating, "code: 0"], .pass,
      "the last update went through"
    ),
    (
      ["2026-11-22T10:00:00.1Z \(updating)", "2026-11-22T10:00:00.2Z Error: x"], .warn,
      "the update failed: Error: x"
    ),
  ]) func theInitLogTellsWhetherTheChainTookTheAttributes(
    lines: [String], kind: Verdict.Kind, got: String
  ) {
    let verdict = ProviderStandingChecks.verdict(lines)
    #expect(verdict.kind == kind && verdict.got == got, "\(verdict)")
  }

  // MARK: Versions

  @Test(arguments: [
    ("0.14.8", "1.20.15", true), ("0.14.8", "1.21.0", false), ("0.13.12", "1.26.4", true),
    ("0.13.12", "1.27.0", false), ("0.13.11", "1.26.4", false), ("0.13.9", "1.27.4", true),
    ("0.13.9", "1.27.5", false), ("0.13.4", "1.25.0", true), ("0.13.5", "1.25.0", false),
    ("0.12.1", "1.24.9", false), ("0.15.3", "1.36.2", false),
  ]) func pairsThatDoNotGoTogetherAreKnown(metallb: String, kubernetes: String, clashes: Bool)
    throws
  {
    let own = try #require(Version(metallb))
    let server = try #require(Version(kubernetes))
    #expect((MetalLBVersionRule.clash(own, server) != nil) == clashes)
  }

  @Test(arguments: [
    ("9.2.7", "about 8 minutes"), ("11.5.3", "about 8 minutes"), ("11.5.5", "2 hours"),
    ("18.0.1", "2 hours"), ("18.0.2", "24 hours"), ("19.0.2", "24 hours"),
  ]) func theTimeAMaintenanceMayTakeGoesByTheChart(chart: String, closing: String) {
    #expect(ProviderRestart.closing(Version(chart)) == closing)
  }

  @Test func anOldProvidersRestartIsWarnedOfTheMoreWhereADeploymentHasJustCome() throws {
    var snapshot = try HealthyCluster.snapshot()
    #expect(ProviderRestart.touches(snapshot).count == 1)
    snapshot.akash.edit {
      $0.statefulSets[0].spec?.template?.spec?.containers?[0].image = "provider:0.6.5"
    }
    #expect(ProviderRestart.touches(snapshot).last?.contains("none came") == true)
    snapshot.cluster.edit {
      $0.namespaces.append(
        Namespace(
          metadata: ObjectMeta(
            name: "n", labels: ["akash.network/lease.id.owner": "akash1a"],
            creationTimestamp: HealthyCluster.now.addingTimeInterval(-300))))
    }
    #expect(ProviderRestart.touches(snapshot).last?.contains("WAIT") == true)
  }

  // MARK: What is read

  @Test func aManifestTellsTheEndpointsItWantsAndNothingElse() throws {
    let manifest = try HealthyCluster.manifest()
    #expect(
      manifest.endpoints == [
        LeaseManifest.Endpoint(name: "web", externalPort: 80, protocol: "TCP")
      ])
    #expect(manifest.lease == Lease(owner: HealthyCluster.tenant, sequence: "100"))
  }

  @Test func aSpeakersMetricsTellWhatItAnnouncesOnTheLocalNetwork() {
    let text = """
      # TYPE metallb_speaker_announced gauge
      metallb_speaker_announced{ip="203.0.113.8",node="n1",protocol="layer2",service="a/web"} 1
      metallb_speaker_announced{ip="203.0.113.9",node="n1",protocol="bgp",service="a/api"} 1
      metallb_speaker_announced{ip="203.0.113.7",node="n1",protocol="layer2",service="a/old"} 0
      """
    #expect(FactDefinition.services(in: text) == ["a/web"])
  }

  @Test func whatIsHeldBackIsToldApartFromWhatIsBeingDecidedOn() throws {
    var snapshot = try HealthyCluster.snapshot()
    func held(_ allocated: Int, orders: Int) -> HeldBack? {
      snapshot.providerStatus.edit {
        $0.orders = orders
        $0.leasedIP = LeasedIPCount(allocatable: 8, allocated: allocated)
      }
      return HeldBack(snapshot)
    }
    #expect(held(1, orders: 0)?.count == 0)
    #expect(held(3, orders: 2)?.count == 2)
    #expect(held(3, orders: 2)?.unexplained == 0)
    #expect(held(4, orders: 1)?.unexplained == 2)
    #expect(held(.min, orders: 0)?.count == nil)
    try snapshot.cluster.edit { cluster in
      var second = try HealthyCluster.service("web-ip-80-tcp", "tenant", addresses: ["203.0.113.8"])
      second.metadata.name = "web-ip-81-tcp"
      cluster.services.append(second)
    }
    let found = held(2, orders: 0)
    #expect(found?.unexplained == 0)
    #expect(found?.severalPorts == [Lease(owner: HealthyCluster.tenant, sequence: "100")])
  }

  @Test func nothingIsDeletedWhileLeasesThatGoOnHaveLostTheirDeclarations() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.leasedIPs = .known(
      [try HealthyCluster.declaration(port: 81, sequence: "300")], at: HealthyCluster.now)
    let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")
    let refusal = #expect(throws: UserMessage.self) {
      try LeaseRemedies.deleteOrphans.plan(snapshot, settings).get()
    }
    #expect(refusal?.what.contains("have lost their declarations") == true)
    let lease = Lease(owner: HealthyCluster.tenant, sequence: "100")
    snapshot.recordedAddresses = [lease: ["203.0.113.8"]]
    let restart = try RestartRemedies.provider.plan(snapshot, settings).get()
    #expect(restart.notes.contains { $0.line() == "Lease \(lease) had 203.0.113.8." })
  }

  @Test func aTextThatIsNotKnownIsNotTakenForAnEditedService() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log(
      #"ERR observation stopped err="something nobody has seen" operator=ip"#,
      at: HealthyCluster.now)
    #expect(BarrierCause(snapshot) == nil)
    let got = OperatorChecks.barrier.evaluate(snapshot).got
    #expect(got == "503, barrier is locked; the log says: something nobody has seen")
  }
}
