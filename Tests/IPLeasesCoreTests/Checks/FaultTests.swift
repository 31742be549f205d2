import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// One thing broken in a healthy cluster, and the one check that must find it.
struct Fault: CustomTestStringConvertible, Sendable {
  var name: String
  var code: String
  var kind: Verdict.Kind
  var remedy: RemedyID?
  var make: @Sendable (inout ClusterSnapshot) throws -> Void

  init(
    _ name: String, _ code: String, _ kind: Verdict.Kind = .fail, _ remedy: RemedyID? = nil,
    _ make: @escaping @Sendable (inout ClusterSnapshot) throws -> Void
  ) {
    self.name = name
    self.code = code
    self.kind = kind
    self.remedy = remedy
    self.make = make
  }

  var testDescription: String { name }
}

struct FaultTests {
  @Test func aHealthyClusterPassesEveryCheck() throws {
    let results = Checks.run(try HealthyCluster.snapshot())
    #expect(results.count == AllChecks.inOrder.count)
    for result in results {
      #expect(result.verdict.kind == .pass, "\(result.code) \(result.verdict)")
      #expect(result.remedies.isEmpty)
    }
  }

  @Test(arguments: Faults.all) func aFaultIsFoundByItsOwnCheckOnly(fault: Fault) throws {
    var snapshot = try HealthyCluster.snapshot()
    try fault.make(&snapshot)
    let results = Checks.run(snapshot)
    let found = results.filter { $0.verdict.kind == .fail || $0.verdict.kind == .warn }
    #expect(found.map(\.code) == [fault.code], "\(found.map { "\($0.code) \($0.verdict.got)" })")
    #expect(found.first?.verdict.kind == fault.kind)
    if let remedy = fault.remedy { #expect(found.first?.remedies.contains(remedy) == true) }
    for result in results {
      guard case .notRun(let reason) = result.verdict else { continue }
      switch reason {
      case .waitsFor: #expect(fault.kind == .fail)
      case .nothingToTest, .onRequest: continue
      case .unreadable(let why): Issue.record("\(result.code) unreadable: \(why)")
      }
    }
  }

  /// The path of a lease alone would name the silence, and not what it comes from.
  @Test func theStepNamesTheCauseThatVerifyNames() throws {
    var snapshot = try HealthyCluster.snapshot()
    try Faults.setMetalLB("0.16.1", &snapshot)
    snapshot.metallbMetrics = .silent("connection refused")
    let verify = Checks.run(snapshot).filter { $0.verdict.kind == .fail }
    #expect(verify.map(\.code) == ["IPL-0109"])
    let found = VerificationStep().assess(
      snapshot, ConsoleSettings(providerFile: "/p", stateDirectory: "/s"))
    #expect(found.state == .todo)
    #expect(found.evidence == "IPL-0109 fails: this MetalLB goes with the IP operator")
    #expect(found.seen.first?.hasPrefix("FAIL   IPL-0109") == true)
  }

  @Test func whatBuildsOnAFailureIsNotRunAndSaysOnWhat() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.cluster.edit { $0.services.removeAll { $0.metadata.name == "controller" } }
    let results = Checks.run(snapshot, only: ["IPL-0203", "IPL-0704"])
    #expect(
      results.map(\.verdict) == [
        .notRun(.waitsFor(["IPL-0202", "IPL-0204"])), .notRun(.waitsFor(["IPL-0203", "IPL-0250"])),
      ])
  }

  @Test func everyCheckButTheFirstReadsNothingOfADeadClusterAsAFault() {
    var snapshot = ClusterSnapshot()
    snapshot.cluster = .silent("The connection to the server was refused")
    let report = CheckReport(results: Checks.run(snapshot), context: "", duration: .zero)
    #expect(report.count(.fail) == 0)
    #expect(report.count(.pass) == 0)
    #expect(report.exitCode(failOn: .fail) == 2)
  }

  @Test func aProxyThatThisUserMayNotAskIsNoFault() throws {
    var snapshot = try HealthyCluster.snapshot()
    let reason = "Error from server (Forbidden): services \"controller:monitoring\" is forbidden"
    snapshot.metallbMetrics = .refused(reason)
    let result = Checks.run(snapshot, only: ["IPL-0203"])[0]
    #expect(result.verdict == .notRun(.unreadable(reason)))
  }

  @Test func dependenciesStandBeforeWhatBuildsOnThem() {
    var seen: Set<String> = []
    for check in AllChecks.inOrder {
      #expect(seen.isSuperset(of: check.dependsOn), "\(check.code)")
      #expect(seen.insert(check.code).inserted, "\(check.code) twice")
      #expect(check.code.wholeMatch(of: /IPL-\d{4}/) != nil)
    }
    #expect(Set(AllChecks.inOrder.map(\.id)).count == seen.count)
  }

  @Test func aWordNamesACheckOrAGroup() throws {
    #expect(try Checks.codes(named: ["ipl-0704"]) == ["IPL-0704"])
    #expect(try Checks.codes(named: ["0704", "barrier-open"]) == ["IPL-0704"])
    #expect(try Checks.codes(named: ["arp"]) == ["IPL-0502", "IPL-0503"])
    #expect(throws: UserMessage.self) { try Checks.codes(named: ["nonsense"]) }
  }
}
