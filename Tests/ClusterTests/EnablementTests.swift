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
  @Test(arguments: ["4", "3"])
  func aRealClusterIsEnabledTakenBackAndEnabledAgain(byHelm helm: String) async throws {
    let site = try await ClusterSite(.real, helm: helm)
    try await RealCluster(site).restore()
    try await EnablementWalk(site: site).walk()
  }
}

/// Everything that changes a real cluster on which IP leases are not enabled.
@Suite(.onKitCluster(.fresh), .needsKitCluster(.fresh))
struct RealClusterTests {}
