import Foundation
import TestSupport
import Testing

/// What is asked of the API server through one `kubectl proxy` reads as what each tool says for itself.
@Suite struct RealSharedReadTests {
  /// Code, verdict, and what was found, without the ages that change from one second to the next.
  private func findings(
    _ site: ClusterSite, environment: [String: String]
  ) async throws -> [String] {
    let outcome = try await site.run("verify", "-o", "json", environment: environment)
    let object = try outcome.object()
    let checks = try #require(object["checks"] as? [[String: Any]], "\(outcome.transcript)")
    return checks.map { check in
      ["code", "verdict", "got", "why"].map { "\(check[$0] ?? "")" }.joined(separator: " | ")
        .replacing(/\d+ ?(s|min|h)\b/, with: "N").replacing(/\d\d:\d\d:\d\d/, with: "T")
    }
  }

  @Test(.onKitCluster(.enabled), .needsKitCluster(.enabled))
  func theProxyShowsWhatTheToolsShow() async throws {
    try await compare(ClusterSite(.real))
  }

  @Test(.onKitCluster(.fresh), .needsKitCluster(.fresh))
  func theProxyShowsWhatTheToolsShowBeforeIPLeasesAreEnabled() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    try await compare(site)
  }

  private func compare(_ site: ClusterSite) async throws {
    let folders = site.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
    let kubectl = try #require(
      folders.map { "\($0)/kubectl" }.first { FileManager.default.isExecutableFile(atPath: $0) })
    let place = ["XDG_RUNTIME_DIR": site.folder]
    let shared = try await findings(site, environment: place)
    // A tool that is named is always asked itself.
    let apart = try await findings(site, environment: ["KUBECTL": kubectl])
    #expect(shared.count > 70)
    #expect(shared == apart)
    let left = try FileManager.default.contentsOfDirectory(atPath: site.folder)
    #expect(!left.contains { $0.hasPrefix("ip-leases-") }, "\(left)")
  }
}
