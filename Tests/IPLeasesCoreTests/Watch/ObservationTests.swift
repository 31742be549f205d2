import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// What is taken of a snapshot.
struct ObservationTests {
  private func seen(_ change: (inout ClusterSnapshot) throws -> Void = { _ in }) throws
    -> Observation
  {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.leasedIPs = .known([], at: HealthyCluster.now)
    snapshot.histories = .known([:], at: HealthyCluster.now)
    try change(&snapshot)
    return Observation(snapshot, Checks.run(snapshot), at: HealthyCluster.now)
  }

  @Test func aHealthyClusterIsKnownInFullAndKeepsEveryPromise() throws {
    let seen = try seen()
    #expect(seen.unread == [:])
    #expect(seen.versions == ["metallb": "v0.14.8", "operator": "0.16.2", "provider": "0.16.2"])
    #expect(seen.releases.value?["metallb-system/metallb"]?.revision == "2")
    #expect(
      seen.pools
        == .known(
          Observation.PoolsState(
            pools: ["default": "203.0.113.8/29"], advertisements: ["l2": "pools default"],
            size: 8)))
    #expect(seen.services.value?["tenant/web-ip-80-tcp"]?.addresses == ["203.0.113.8"])
    #expect(seen.served == .known(["tenant/web-ip-80-tcp"]))
    #expect(seen.announcers == .known(["tenant/web-ip-80-tcp": ["node1"]]))
    #expect(seen.metrics == .known(Observation.CountState(total: 8, inUse: 1)))
    #expect(seen.operator == .known(Observation.OperatorState(total: 8, inUse: 1)))
    #expect(seen.provider == .known(Observation.ProviderState(leases: 3, free: 7)))
    #expect(seen.strictARP == .known(true))
    #expect(seen.pods(.controller).count == 1)
    #expect(seen.pods(.operator).count == 1)
    #expect(seen.pods(.provider).count == 1)
    #expect(seen.rolling == [])
    #expect(seen.cause == nil)
    var watch = Watching(hold: 10, from: seen)
    watch.pass(20)
    #expect(watch.open == [])
    #expect(watch.run.verdict.kind == .goOn)
  }

  @Test func itComesBackFromItsJSON() throws {
    let seen = try seen { $0.metallbMetrics = .silent("refused") }
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    let decoded = try JSONDecoder.withTimes.decode(
      Observation.self, from: encoder.encode(seen))
    #expect(decoded == seen)
  }

  @Test func whatDoesNotAnswerIsSilentWhereTheClusterDoes() throws {
    let seen = try seen {
      $0.metallbMetrics = .silent("refused")
      $0.operatorUsage = .silent("no endpoints")
      $0.providerStatus = .silent("timed out")
    }
    #expect(seen.metrics == .silent("refused"))
    #expect(seen.operator == .silent("no endpoints"))
    #expect(seen.provider == .silent("timed out"))
  }

  @Test func nobodyKnowsWhatAnswersWhereTheClusterIsSilentOrForbidsToAsk() throws {
    let gone = ToolFailure.silence(reason: "refused")
    let silent = try seen {
      $0.cluster = .unreadable(gone, at: HealthyCluster.now)
      $0.metallbMetrics = .silent("refused")
    }
    #expect(silent.metrics == .unread("refused"))
    let late = try seen { $0.providerStatus = .unreadable(gone, at: HealthyCluster.now) }
    #expect(late.provider == .unread("refused"))
    let forbidden = try seen {
      $0.operatorUsage = .refused("services \"x\" is forbidden: no")
    }
    #expect(forbidden.operator.isUnread)
  }

  @Test func aLeaseHasNoWalletInIt() throws {
    let seen = try seen { snapshot in
      snapshot.cluster.edit { objects in
        for index in objects.services.indices {
          objects.services[index].metadata.labels?["akash.network/lease.id.owner"] =
            HealthyCluster.address
          objects.services[index].metadata.labels?["akash.network/lease.id.dseq"] = "77"
        }
      }
    }
    #expect(seen.services.value?["tenant/web-ip-80-tcp"]?.lease != nil)
    let text = String(decoding: try JSONEncoder().encode(seen), as: UTF8.self)
    #expect(!text.contains(HealthyCluster.address))
  }

  @Test func secretsAreHiddenInWhatIsSaid() throws {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.metallbMetrics = .silent("refused for hunter22")
    let redaction = Redaction(secrets: ["hunter22"])
    let seen = Observation(
      snapshot, Checks.run(snapshot), at: HealthyCluster.now, clean: redaction.redacting)
    let text = String(decoding: try JSONEncoder().encode(seen), as: UTF8.self)
    #expect(!text.contains("hunter22"))
    #expect(text.contains("refused for (hidden)"))
  }

  @Test func aLockedOperatorHasItsStateAndTheOverviewsCause() throws {
    let seen = try seen { snapshot in
      snapshot.operatorUsage = .known(.locked, at: HealthyCluster.now)
      snapshot.operatorLog = .log(
        "2026-11-22T11:30:00.5Z <nil> ERR dns discovery failed error=\"no such host\"",
        at: HealthyCluster.now)
    }
    #expect(seen.operator == .known(Observation.OperatorState(isLocked: true)))
    #expect(seen.barrier?.state == "A")
    #expect(seen.barrier?.isCertain == true)
    #expect(seen.cause?.remedy == "ip-leases remedy bounce-operator")
    var watch = Watching(from: try self.seen())
    watch.now = seen
    watch.see(after: 2)
    #expect(watch.state(.operator).kind == .broken)
    #expect(watch.run.verdict.remedy == "ip-leases remedy bounce-operator")
  }

  @Test func theProvidersOwnCountIsReadAsItTellsIt() throws {
    func count(_ json: String) throws -> LeasedIPCount { try HealthyCluster.decode(json) }
    #expect(
      try count(#"{"capacity":"10","allocatable":"10","allocated":"6"}"#).free == 4)
    #expect(try count(#"{"allocatable":10,"allocated":6}"#).free == 4)
    #expect(try count("{}").free == nil)
    let seen = try seen {
      $0.providerStatus = .known(
        ProviderStatus(
          address: nil, leases: 3, leasedIP: LeasedIPCount(allocatable: nil, allocated: nil)),
        at: HealthyCluster.now)
    }
    #expect(seen.provider == .known(Observation.ProviderState(leases: 3, isFreeUnknown: true)))
  }
}
