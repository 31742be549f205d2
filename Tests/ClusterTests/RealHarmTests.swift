import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// What the console advises and takes back, on clusters where a tenant leases an address.
extension RealClusterTests {
  /// helm gave up waiting, and then everything came up: nothing is removed to put that right.
  @Test(arguments: ["4", "3"])
  func aReleaseThatOnlyTimedOutIsPutRightWithAllThatStandsOnIt(byHelm helm: String) async throws {
    let site = try await ClusterSite(.real, helm: helm)
    try await RealCluster(site).restore()
    let cluster = try #require(KitCluster.current)
    try await cluster.kit("logs", "metallb-system/metallb", "fail", "slow 10")
    _ = try await site.run("apply", "--yes", "namespace")
    try await site.succeed(
      .helm, "repo", "add", "metallb", "https://metallb.github.io/metallb", "--force-update")
    let install = try await site.read(
      .helm, "install", "metallb", "metallb/metallb", "--version", "0.14.8", "-n", "metallb-system",
      "--wait", "--timeout", "3s")
    #expect(!install.exit.isSuccess)
    try await cluster.kit("logs", "metallb-system/metallb", "off")
    try await site.succeed(
      .kubectl, "-n", "metallb-system", "rollout", "status", "deployment/metallb-controller",
      "--timeout=60s")
    try await Lease.makePool(in: site)
    let lease = try await Lease(in: site)

    let status = try await site.run("status").output
    #expect(status.contains("remedy roll-back-release"), "\(status)")
    let cure = try await site.run("remedy", "roll-back-release", "--yes")
    #expect(cure.ending == .exited(0), "\(cure.transcript)")
    #expect(!cure.output.contains("uninstall"), "\(cure.output)")
    try await lease.checkIsHeld()
    let after = try await site.run("verify", "IPL-0107").output
    #expect(after.contains("OK      IPL-0107"), "\(after)")
    try await lease.remove()
  }

  /// In the good state, and in each trouble whatever is advised for it: run without a question.
  @Test func noRemedyTakesALeasedAddress() async throws {
    let (site, lease) = try await leased()
    let cluster = try #require(KitCluster.current)
    for remedy in RemedyID.allCases {
      _ = try await site.run("remedy", remedy.rawValue, "--yes")
      try await lease.checkIsHeld("\(remedy.rawValue)")
    }
    var advised: Set<String> = []
    for fault in Self.faults {
      try await cluster.kit(["fault"] + fault)
      var texts = [try await site.run("status").output]
      texts.append(try await site.run("verify").output)
      let names = Set(
        texts.flatMap { $0.matches(of: #/remedy ([a-z-]+)/#).map { String($0.1) } })
      advised.formUnion(names)
      for name in names.sorted() {
        _ = try await site.run("remedy", name, "--yes", "--timeout", "15s")
        try await lease.checkIsHeld("\(name) under \(fault)")
      }
      try await cluster.kit("fault", "none")
    }
    #expect(advised.isSuperset(of: ["bounce-operator"]), "\(advised)")
    try await lease.remove()
  }

  /// What the kit can do to a cluster that is enabled, without an end to wait for.
  private static let faults: [[String]] =
    [
      ["webhook-down"], ["webhook-x509"], ["webhook-slow", "3"], ["metrics-refused"],
      ["metrics-html"], ["speaker-crash"], ["image-pull"], ["provider-status-hangs"],
      ["operator-ignores-lease"], ["provider-holds-back"], ["provider-no-counts"],
      ["chart-server-500"],
    ] + "ABCDEFGH".map { ["operator-locked", String($0)] }

  /// Each step taken back, the last one first: what takes the address says so, and asks for its number.
  @Test func everyWayBackKeepsALeasedAddressOrNamesIt() async throws {
    let (site, lease) = try await leased()
    var asking: [String] = []
    for step in EnablementWalk.changing.reversed() {
      let isHeld = try await lease.isHeld
      let outcome = try await site.run("rollback", "--yes", step)
      if outcome.ending == .exited(0) {
        #expect(try await lease.isHeld == isHeld, "\(step): \(outcome.transcript)")
        continue
      }
      asking.append(step)
      #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
      #expect(outcome.transcript.contains("--accept-touch 1"), "\(outcome.transcript)")
      #expect(outcome.transcript.contains(Lease.namespace), "\(outcome.transcript)")
      try await lease.checkIsHeld("\(step)")
      let accepted = try await site.run("rollback", "--yes", "--accept-touch", "1", step)
      #expect(accepted.ending == .exited(0), "\(accepted.transcript)")
    }
    #expect(asking == ["pools"])
    try await lease.remove()
  }

  /// The cluster is laid down anew behind the same context, server and kubeconfig.
  @Test func aClusterInTheSamePlaceGetsNothingOfTheOneBefore() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    #expect(enabled.ending == .exited(0), "\(enabled.transcript)")
    let aside = try await site.run(
      "verify", "--set-aside", "IPL-0708", "--reason", "of the first", "--until", "2099-01-31")
    #expect(aside.ending == .exited(0), "\(aside.transcript)")
    let changes = try await site.changes().count
    #expect(changes == EnablementWalk.changes.count)

    try await #require(KitCluster.current).kit("seed", "fresh")
    let start = try await ClusterPicture.take(of: site)
    for step in EnablementWalk.changing {
      let outcome = try await site.run("rollback", "--yes", step)
      #expect(outcome.ending == .exited(1), "\(step): \(outcome.transcript)")
      #expect(outcome.errors.contains("of another cluster"), "\(step): \(outcome.errors)")
    }
    #expect(try await ClusterPicture.take(of: site).difference(to: start) == [])
    #expect(try await site.changes().isEmpty)
    let kept = try await site.run("verify", "IPL-0708", "-o", "json")
    #expect(!kept.output.contains("of the first"), "\(kept.output)")
    // And it can be enabled like any other.
    let again = try await site.apply()
    #expect(again.ending == .exited(0), "\(again.transcript)")
  }

  private func leased() async throws -> (ClusterSite, Lease) {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    try #require(enabled.ending == .exited(0), "\(enabled.transcript)")
    return (site, try await Lease(in: site))
  }
}

/// A tenant's Service with an address of the pool.
private struct Lease {
  static let namespace = "tenant-lease"

  let site: ClusterSite
  let address: String

  init(in site: ClusterSite) async throws {
    self.site = site
    try await site.succeed(
      .kubectl, "create", "-f", "-",
      input: """
        {"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "\(Self.namespace)"}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web-ip",
        "namespace": "\(Self.namespace)", "labels": {"akash.network/service-target": "metal-lb"}},
        "spec": {"type": "LoadBalancer", "selector": {"a": "b"},
        "ports": [{"name": "p", "port": 80}]}}]}
        """)
    var found = ""
    _ = try await eventually {
      found = try await Self.address(in: site)
      return !found.isEmpty
    }
    address = try #require(found.isEmpty ? nil : found)
  }

  /// As an admin would by hand: a failed release is in the way of the step.
  static func makePool(in site: ClusterSite) async throws {
    let pool = """
      apiVersion: metallb.io/v1beta1
      kind: IPAddressPool
      metadata: {name: default, namespace: metallb-system}
      spec: {addresses: ["\(ClusterSite.pool)"]}
      ---
      apiVersion: metallb.io/v1beta1
      kind: L2Advertisement
      metadata: {name: default, namespace: metallb-system}
      """
    // The webhook answers a while after its pod is ready.
    let isMade = try await eventually {
      try await site.executor.run(
        Command(
          .kubectl, ["apply", "-f", "-"], standardInput: pool, purpose: "test", changes: true)
      ).exit.isSuccess
    }
    #expect(isMade)
  }

  private static func address(in site: ClusterSite) async throws -> String {
    try await site.read(
      .kubectl, "-n", namespace, "get", "service", "web-ip", "-o",
      "jsonpath={.status.loadBalancer.ingress[*].ip}"
    ).outputText
  }

  var isHeld: Bool {
    get async throws { try await Self.address(in: site) == address }
  }

  /// The address, its pool and what announces it.
  func checkIsHeld(
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await isHeld, comment, sourceLocation: sourceLocation)
    for kind in ["ipaddresspools.metallb.io", "l2advertisements.metallb.io"] {
      let objects = try await site.read(.kubectl, "-n", "metallb-system", "get", kind, "-o", "name")
      #expect(!objects.outputText.isEmpty, comment, sourceLocation: sourceLocation)
    }
  }

  func remove() async throws {
    try await site.succeed(.kubectl, "delete", "namespace", Self.namespace, "--wait=true")
  }
}
