import Foundation
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Logs

struct BarrierCauseTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var state: BarrierCause.State
    var restartHelps: Bool
    var log: String
    var testDescription: String { "\(state.rawValue): \(log.prefix(50))" }
  }

  private static let lookup =
    "dns discovery failed error=\"lookup _monitoring._TCP.controller.metallb-system.svc.cluster."
    + "local on 10.96.0.10:53: no such host\" operator=ip"

  /// Both formats: before 0.10 and since.
  private static let locked = [
    Case(state: .lookupMissed, restartHelps: true, log: "<nil> ERR \(lookup)"),
    Case(
      state: .lookupMissed, restartHelps: true,
      log: "E[2023-06-22|13:11:42.428] \(lookup)\n"
        + "E[2023-06-22|13:11:44.428] barrier is locked, cannot service request operator=ip"),
    Case(
      state: .lookupMissed, restartHelps: true,
      log: "<nil> ERR observation stopped err=\"context deadline exceeded\" operator=ip"),
    Case(
      state: .metricsUnreachable, restartHelps: false,
      log: "<nil> INF dns discovery success addrs=[]\n<nil> ERR observation stopped err=\"Get "
        + "\\\"http://controller:7472//metrics\\\": dial tcp: connect: connection refused\""),
    Case(
      state: .metricsUnreachable, restartHelps: false,
      log: "E[2023-06-22|13:11:42.428] observation stopped   operator=ip err=\"Get "
        + "http://controller:7472//metrics: context deadline exceeded\""),
    Case(
      state: .badService, restartHelps: false,
      log: "<nil> ERR observation stopped err=\"service web: unexpected service type ClusterIP\""),
    Case(
      state: .rightsMissing, restartHelps: false,
      log: "<nil> ERR observation stopped err=\"providerleasedips.akash.network is forbidden\""),
    Case(
      state: .renewal, restartHelps: false,
      log: "<nil> INF barrier can now be passed\n<nil> INF observation stopped err=null"),
    Case(
      state: .wrongAddress, restartHelps: false,
      log: "2026-11-23T17:41:06.97Z Error: empty address: provider address must valid bech32"),
  ]

  @Test(arguments: locked) func theLogNamesTheCause(example: Case) throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log(example.log, at: HealthyCluster.now)
    let cause = BarrierCause(snapshot)
    #expect(cause?.state == example.state)
    #expect(cause?.restartHelps == example.restartHelps)
    #expect(cause?.evidence.isEmpty == false)
    #expect(cause?.remedies.contains(.bounceOperator) == example.restartHelps)
  }

  @Test func aRestartDoesNotHelpWhileThereIsNothingToFind() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log("ERR \(Self.lookup)", at: HealthyCluster.now)
    snapshot.cluster.edit { $0.services.remove(at: 0) }
    let cause = BarrierCause(snapshot)
    #expect(cause?.state == .lookupMissed)
    #expect(cause?.restartHelps == false)
    #expect(cause?.remedies == [.metricsService])
  }

  @Test func whatBringsTheRightsBackIsACommand() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log(
      "ERR observation stopped err=\"providerleasedips.akash.network is forbidden\"",
      at: HealthyCluster.now)
    #expect(
      BarrierCause(snapshot)?.advice.text()
        == "helm upgrade akash-ip-operator akash/akash-ip-operator --version 19.0.2 "
        + "--reuse-values --wait --timeout 600s -n akash-services "
        + "(on a conflict delete the ClusterRole it names first)")
    let result = try #require(Checks.run(snapshot, only: ["IPL-0704"]).first)
    #expect(result.hint.text().contains("What helps: helm upgrade akash-ip-operator"))
    // Whoever reads another cluster than kubectl's own mends that one.
    snapshot.connection = Connection(kubeconfig: "/etc/my admin.conf", context: "prod")
    #expect(
      BarrierCause(snapshot)?.advice.text().contains(
        " --kube-context prod --kubeconfig '/etc/my admin.conf' (on a conflict") == true)
    snapshot.leasedIPKind = .absent(at: HealthyCluster.now)
    let there = try #require(BarrierCause(snapshot)?.advice.text())
    #expect(there.contains(" --context prod") || there.contains("--context=prod"))
    #expect(there.contains("'/etc/my admin.conf'"))
    snapshot.connection = Connection()
    let advice = try #require(BarrierCause(snapshot)?.advice.text())
    #expect(advice.hasPrefix("kubectl apply -f https://raw.githubusercontent.com/akash-network/"))
    #expect(advice.hasSuffix("/pkg/apis/akash.network/crd.yaml"))
    snapshot.releases.edit { $0.removeAll { $0.name == "akash-ip-operator" } }
    snapshot.leasedIPKind = .known(true, at: HealthyCluster.now)
    #expect(BarrierCause(snapshot)?.advice.text().hasSuffix("ip-leases verify operator") == true)
  }

  @Test func aFailedLookupThatWasFollowedByAGoodOneIsPast() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
    snapshot.operatorLog = .log(
      "ERR \(Self.lookup)\nINF dns discovery success\nERR observation stopped err=\"GET "
        + "/metrics: EOF\"", at: HealthyCluster.now)
    #expect(BarrierCause(snapshot)?.state == .metricsUnreachable)
  }

  @Test func aLineThatOnlyQuotesAnotherIsNotThatLine() {
    let lines = OperatorLogLine.parse("ERR update failed err=\"barrier can now be passed\"")
    #expect(lines.isEmpty)
  }

  @Test func anOpenBarrierWithAWaitingServiceIsTheProvidersTrouble() throws {
    var snapshot = try HealthyCluster.snapshot()
    #expect(BarrierCause(snapshot) == nil)
    try snapshot.cluster.edit { $0.services.append(try HealthyCluster.service("late", "tenant")) }
    let cause = BarrierCause(snapshot)
    #expect(cause?.state == .biddingFrozen)
    #expect(cause?.restartHelps == false)
    #expect(cause?.remedies == [.restartProvider])
  }

  @Test func coloursAndTimesAreTakenOff() {
    let line = OperatorLogLine.parse(
      "2026-11-23T17:41:02.775430917Z \u{1B}[90m5:41PM\u{1B}[0m \u{1B}[32mINF\u{1B}[0m "
        + "\u{1B}[1mall waitables ready\u{1B}[0m \u{1B}[36mmodule=\u{1B}[0mx")
    #expect(line.map(\.kind) == [.allReady])
    #expect(line[0].time == LogTime(nanoseconds: 1_795_455_662_775_430_917).date)
  }
}
