import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// A release that is pending while somebody works on it, and one that was left so.
struct RunningChangeTests {
  private static let cases: [(StepID, Int, String, String)] = [
    (.metallb, 0, "metallb", "IPL-0106"), (.ipOperator, 1, "akash-ip-operator", "IPL-0750"),
    (.provider, 2, "akash-provider", "IPL-0650"),
  ]
  private let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")

  private func snapshot(_ index: Int, age: TimeInterval) throws -> ClusterSnapshot {
    var snapshot = try HealthyCluster.snapshot()
    let began = HealthyCluster.now.addingTimeInterval(-age).formatted(.iso8601)
      .replacing("T", with: " ").replacing("Z", with: ".5 +0000 UTC")
    snapshot.releases.edit {
      $0[index].status = "pending-upgrade"
      $0[index].updated = began
    }
    return snapshot
  }

  private var holder: LockHolder {
    var holder = LockHolder(
      process: 18_060, since: HealthyCluster.now, doing: "provider: Switch IP leases on")
    holder.user = "root"
    holder.host = "host1"
    return holder
  }

  private func report(_ snapshot: ClusterSnapshot) -> StatusReport {
    StatusReport(snapshot, Checklist(snapshot, settings))
  }

  private func result(_ code: String, _ snapshot: ClusterSnapshot) throws -> CheckResult {
    try #require(Checks.run(snapshot).first { $0.code == code })
  }

  @Test(arguments: 0..<3) func whatIsBeingChangedIsNoAccident(number: Int) throws {
    let (id, index, name, code) = Self.cases[number]
    for age in [5.0, 5_000] {
      var snapshot = try snapshot(index, age: age)
      snapshot.changedBy = holder
      let step = try #require(AllSteps.step(id))
      let assessment = step.assess(snapshot, settings)
      #expect(
        assessment.evidence == "The release \(name) is pending-upgrade: it is being changed now.")
      #expect(assessment.problem?.reason == holder.text)
      #expect(assessment.problem?.advice?.text().hasPrefix("Wait until it ends") == true)
      #expect(throws: UserMessage.self) { try step.plan(snapshot, settings) }
      let report = report(snapshot)
      #expect(
        report.now == "The cluster is being changed now: provider: Switch IP leases on")
      #expect(report.why == holder.text)
      #expect(report.since == holder.since)
      #expect(report.remedies.isEmpty)
      #expect(!report.action.text().contains("roll-back-release"))
      #expect(try result(code, snapshot).verdict.kind == .notRun)
    }
  }

  @Test(arguments: 0..<3) func aChangeThatBeganJustNowMayBeAnotherMachines(number: Int) throws {
    let (id, index, name, code) = Self.cases[number]
    let snapshot = try snapshot(index, age: 20)
    let assessment = try #require(AllSteps.step(id)).assess(snapshot, settings)
    let problem = try #require(assessment.problem)
    #expect(
      problem.what
        == "The release \(name) is pending-upgrade: a helm may be at work on it, here or "
        + "elsewhere.")
    let until = HealthyCluster.now.addingTimeInterval(580).formatted(.iso8601)
    #expect(
      problem.advice?.text()
        == "Wait until \(until); if it is still pending then: ip-leases remedy "
        + "roll-back-release")
    #expect(report(snapshot).action.text().hasPrefix("Wait until \(until)"))
    #expect(try result(code, snapshot).verdict.kind == .notRun)
  }

  @Test(arguments: 0..<3) func whatNobodyWorksOnIsToBePutRight(number: Int) throws {
    let (id, index, _, code) = Self.cases[number]
    // Long ago; or begun by a console of this machine that is gone, with all it had started.
    var own = try snapshot(index, age: 20)
    own.unfinishedSince = [id: HealthyCluster.now.addingTimeInterval(-30)]
    for snapshot in [try snapshot(index, age: 601), own] {
      let result = try result(code, snapshot)
      #expect(result.verdict.kind == .fail)
      #expect(result.remedies == [.rollBackRelease])
      #expect(PendingRelease(snapshot.releases.value?[index], snapshot) == .left)
    }
  }

  /// What was cut off days ago has not begun what began just now.
  @Test(arguments: 0..<3) func anOldCutOffRunMakesNoForeignHelmItsOwn(number: Int) throws {
    let (id, index, _, _) = Self.cases[number]
    var snapshot = try snapshot(index, age: 20)
    snapshot.unfinishedSince = [id: HealthyCluster.now.addingTimeInterval(-86_400)]
    let problem = try #require(AllSteps.step(id)?.assess(snapshot, settings).problem)
    #expect(problem.what.contains("a helm may be at work on it"))
  }

  @Test(arguments: 0..<3) func noRemedyTouchesAReleaseThatIsBeingChanged(number: Int) throws {
    let (_, index, name, _) = Self.cases[number]
    var changed = try snapshot(index, age: 5_000)
    changed.changedBy = holder
    for var snapshot in [try snapshot(index, age: 20), changed] {
      snapshot.histories = .known([:], at: HealthyCluster.now)
      let remedy = try #require(AllRemedies.remedy(.rollBackRelease))
      guard case .failure(let refusal) = remedy.plan(snapshot, settings) else {
        Issue.record("\(name) is changed")
        continue
      }
      #expect(refusal.what.hasPrefix("The release \(name) is pending-upgrade"))
    }
  }

  /// MetalLB 0.12 leaves no sign on a Service that it gave the address.
  @Test func aReleaseOfMetalLBThatKnowsNoPoolsIsNotRemovedFromUnderAnAddress() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.releases.edit {
      $0[0].status = "failed"
      $0[0].revision = "1"
      $0[0].chart = "metallb-0.12.1"
    }
    snapshot.histories = .known([:], at: HealthyCluster.now)
    snapshot.pools = .absent(at: HealthyCluster.now)
    snapshot.metallb.edit { objects in
      for index in objects.daemonSets.indices { objects.daemonSets[index].status?.numberReady = 0 }
      for index in objects.deployments.indices {
        objects.deployments[index].spec?.template?.spec?.containers?[0].image =
          "quay.io/metallb/controller:v0.12.1"
      }
    }
    snapshot.cluster.edit { objects in
      for index in objects.services.indices {
        objects.services[index].metadata.annotations = nil
      }
    }
    let release = try #require(snapshot.metallbRelease)
    let broken = BrokenRelease(release, snapshot)
    #expect(snapshot.isMetalLBLegacy)
    #expect(!broken.isRunning)
    #expect(broken.cure == .again(1))
  }
}
