import Foundation
import IPLeasesCore
import Testing

extension RealClusterTests {
  /// Each cause of a lock by itself; only state A is offered a restart, and only it is cured so. In
  /// state G the operator serves and stumbles over a lease's address; no lease is here to ask about.
  @Test(.enabled(if: FaultyCluster.isGiven, FaultyCluster.whyNot))
  func eachCauseOfALockedBarrierIsNamed() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    #expect(enabled.ending == .exited(0), "\(enabled.transcript)")
    let cluster = Program(
      path: try #require(FaultyCluster.path), environment: ProcessInfo.processInfo.environment)
    // A last: it outlives the fault, until its pod is replaced.
    for state in ["B", "C", "D", "E", "F", "A"] {
      _ = try await cluster.run(["fault", "operator-locked", state])
      let words = Self.words(of: state)
      let found = try await site.verify(until: words)
      #expect(found.contains(words), "\(state): \(found)")
      #expect(found.contains("a restart helps") == (state == "A"), "\(state)")
      let status = try await site.run("status").output
      #expect(status.contains("remedy bounce-operator") == (state == "A"), "\(state): \(status)")
      _ = try await cluster.run(["fault", "none"])
      if state == "A" {
        let cure = try await site.run("remedy", "bounce-operator", "--yes")
        #expect(cure.ending == .exited(0), "\(cure.transcript)")
      }
      let after = try await site.verify(until: "OK      IPL-0704", "OK      IPL-0757")
      #expect(after.contains("OK      IPL-0704"), "after \(state): \(after)")
      #expect(after.contains("OK      IPL-0757"), "after \(state): \(after)")
    }
  }

  /// What `verify` says while the barrier is in this state.
  private static func words(of state: String) -> String {
    switch state {
    // Routine: nothing is wrong.
    case "E": "OK      IPL-0704"
    case "F": "CrashLoopBackOff; state F: "
    default: "state \(state): a restart "
    }
  }
}

extension ClusterSite {
  /// What verify says of the operator once it says this, or after half a minute.
  fileprivate func verify(until words: String...) async throws -> String {
    var text = ""
    for _ in 0..<60 {
      text = try await run("verify", "operator", "leases").output
      if words.allSatisfy({ text.contains($0) }) { break }
    }
    return text
  }
}
