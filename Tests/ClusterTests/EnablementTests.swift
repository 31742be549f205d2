import TestSupport
import Testing

/// The same way on the built-in cluster and on a real one.
@Suite(.inTurn)
struct EnablementTests {
  @Test func theRehearsalIsEnabledTakenBackAndEnabledAgain() async throws {
    try await EnablementWalk(site: ClusterSite(.rehearsal)).walk()
  }
}

extension RealClusterTests {
  @Test func aRealClusterIsEnabledTakenBackAndEnabledAgain() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    try await EnablementWalk(site: site).walk()
  }
}

/// Everything that changes the one real cluster, one test at a time.
@Suite(
  .inTurnWithClusters, .serialized, .enabled(if: ClusterSite.isRealGiven, ClusterSite.whyNotReal))
struct RealClusterTests {}
