import Foundation
import IPLeasesCore
import TestSupport
import Testing

extension RealClusterTests {
  /// Each cause of a lock by itself; only state A is offered a restart, and only it is cured so.
  /// State G needs a lease to ask about, which is not here.
  @Test func eachCauseOfALockedBarrierIsNamed() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    #expect(enabled.ending == .exited(0), "\(enabled.transcript)")
    let cluster = try #require(KitCluster.current)
    // A last: it outlives the fault, until its pod is replaced.
    for state in ["B", "C", "D", "E", "F", "A"] {
      try await cluster.kit("fault", "operator-locked", state)
      let words = Self.words(of: state)
      let found = try await site.verify(until: words)
      #expect(found.contains(words), "\(state): \(found)")
      #expect(found.contains("a restart helps") == (state == "A"), "\(state)")
      let status = try await site.run("status").output
      #expect(status.contains("remedy bounce-operator") == (state == "A"), "\(state): \(status)")
      try await cluster.kit("fault", "none")
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

/// State G: the operator serves, but stumbles over the address of a lease, and the provider stops
/// bidding. On a cluster that has one.
@Suite(.onKitCluster(.enabled), .needsKitCluster(.enabled))
struct RealBiddingTests {
  @Test func frozenBiddingIsToldFromALockAndOnlyTheProviderIsToRestart() async throws {
    let site = try await ClusterSite(.real)
    let cluster = try #require(KitCluster.current)
    let before = try await site.verify(until: "OK      IPL-0757")
    try #require(before.contains("OK      IPL-0757"), "\(before)")
    try await cluster.kit("fault", "operator-locked", "G")
    let found = try await site.verify(until: "FAIL    IPL-0757")
    let status = try await site.run("status").output
    let plan = try await site.run("remedy", "restart-provider", "--dry-run")
    try await cluster.kit("fault", "operator-locked", "off")

    // The barrier is open: nothing of the operator's is wrong, and no restart of it is offered.
    #expect(found.contains("OK      IPL-0704"), "\(found)")
    #expect(found.contains("FAIL    IPL-0757"), "\(found)")
    #expect(found.contains("500, asked about a lease"), "\(found)")
    #expect(found.contains("remedy restart-provider"), "\(found)")
    #expect(!(found + status).contains("bounce-operator"), "\(found)\n\(status)")
    #expect(status.contains("A leased address could not be given, and that stops the bidding."))
    #expect(status.contains("free or add an address, then ip-leases"), "\(status)")
    #expect(plan.output.contains("rollout restart statefulset/akash-provider"))
    #expect(plan.output.contains("It does not help when"), "\(plan.output)")
    let after = try await site.verify(until: "OK      IPL-0757")
    #expect(after.contains("OK      IPL-0757"), "\(after)")
  }
}

extension ClusterSite {
  /// What verify says of the operator once it says this.
  fileprivate func verify(until words: String...) async throws -> String {
    var text = ""
    _ = try await eventually {
      text = try await run("verify", "operator", "leases").output
      return words.allSatisfy { text.contains($0) }
    }
    return text
  }
}
