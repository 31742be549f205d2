import Foundation
import Testing

@testable import Cluster
@testable import IPLeasesCore

/// Since when something is wrong, by the times the cluster itself tells.
struct SinceWhenTests {
  private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  private func since(_ code: String, _ change: (inout ClusterSnapshot) throws -> Void) throws
    -> Date?
  {
    var snapshot = try HealthyCluster.snapshot()
    try change(&snapshot)
    return Checks.run(snapshot, only: [code]).first?.since
  }

  @Test func aLockIsAsOldAsTheFirstWordAfterTheBarrierWasOpen() throws {
    let found = try since("IPL-0704") { snapshot in
      snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
      snapshot.operatorLog = .log(
        HealthyCluster.operatorLog + """

          2026-11-22T11:30:00.5Z <nil> ERR observation stopped err="metrics: connection refused" operator=ip
          2026-11-22T11:30:03.5Z <nil> ERR observation stopped err="metrics: connection refused" operator=ip
          """, at: HealthyCluster.now)
    }
    #expect(try found == date("2026-11-22T11:30:00Z").addingTimeInterval(0.5))
  }

  @Test func aBarrierThatWasNeverOpenIsAsOldAsThePod() throws {
    let found = try since("IPL-0704") { snapshot in
      snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
      snapshot.operatorLog = .log(
        "2026-11-22T11:30:00.5Z <nil> ERR barrier is locked", at: HealthyCluster.now)
    }
    #expect(try found == date(HealthyCluster.old))
  }

  @Test func aLockWhoseBeginningWasNotReadIsNoOlderThanWhatWasRead() throws {
    let found = try since("IPL-0704") { snapshot in
      snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
      let beat = #" <nil> ERR observation stopped err="metrics: connection refused" operator=ip"#
      let log = (0..<20).map { "2026-11-22T11:30:\(10 + $0)Z\(beat)" }.joined(separator: "\n")
      snapshot.operatorLog = .known(
        OperatorLogLine.parse(log, limit: 20), at: HealthyCluster.now)
    }
    #expect(try found == date("2026-11-22T11:30:10Z"))
  }

  @Test func aProcessThatWasStartedAgainInItsPodIsAsOldAsThatStart() throws {
    let start = HealthyCluster.now.addingTimeInterval(-2_400)
    let found = try since("IPL-0704") { snapshot in
      snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
      snapshot.operatorLog = .log("", at: HealthyCluster.now)
      snapshot.akash.edit { objects in
        for pod in objects.pods.indices
        where objects.pods[pod].metadata.name.contains("operator-ip") {
          for index in (objects.pods[pod].status?.containerStatuses ?? []).indices {
            objects.pods[pod].status?.containerStatuses?[index].state?.running = .init(
              startedAt: start)
          }
        }
      }
    }
    #expect(found == start)
  }

  @Test func aLeaseWithoutAnAddressIsAsOldAsItsService() throws {
    let made = HealthyCluster.now.addingTimeInterval(-500)
    let found = try since("IPL-0751") { snapshot in
      snapshot.cluster.edit { objects in
        for index in objects.services.indices
        where objects.services[index].metadata.label("akash.network/service-target") != nil {
          objects.services[index].metadata.creationTimestamp = made
          objects.services[index].status = nil
        }
      }
    }
    #expect(found == made)
  }

  @Test func whatIsWellHasNoSince() throws {
    #expect(try since("IPL-0704") { _ in } == nil)
  }
}
