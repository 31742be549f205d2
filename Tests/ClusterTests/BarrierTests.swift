import Foundation
import IPLeasesCore
import Testing

extension RealClusterTests {
  /// Each of the seven causes by itself; only state A is offered a restart, and only it is cured so.
  @Test(.enabled(if: FaultyCluster.isGiven, FaultyCluster.whyNot))
  func eachCauseOfALockedBarrierIsNamed() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    #expect(enabled.ending == .exited(0), "\(enabled.transcript)")
    let cluster = Program(
      path: try #require(FaultyCluster.path), environment: ProcessInfo.processInfo.environment)
    // A last: it outlives the fault, until its pod is replaced.
    for state in ["B", "C", "D", "E", "A"] {
      _ = try await cluster.run(["fault", "operator-locked", state])
      let words = state == "E" ? "OK      IPL-0704" : "state \(state): a restart "
      let found = try await site.verify(until: words)
      #expect(found.contains(words), "\(state): \(found)")
      #expect(found.contains("a restart helps") == (state == "A"), "\(state)")
      _ = try await cluster.run(["fault", "none"])
      if state == "A" {
        let cure = try await site.run("remedy", "bounce-operator", "--yes")
        #expect(cure.ending == .exited(0), "\(cure.transcript)")
      }
      let after = try await site.verify(until: "OK      IPL-0704")
      #expect(after.contains("OK      IPL-0704"), "after \(state): \(after)")
    }
  }
}

extension ClusterSite {
  /// What verify says of the operator once it says this, or after half a minute.
  fileprivate func verify(until words: String) async throws -> String {
    var text = ""
    for _ in 0..<60 {
      text = try await run("verify", "operator").output
      if text.contains(words) { break }
    }
    return text
  }
}
