import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import MigrationSamples
import TestSupport
import Testing

/// From the ConfigMap of MetalLB 0.12 to the end, with every address kept.
@Suite(.inTurn)
struct MigrationTests {
  @Test func aLegacyClusterReachesTheEndWithEveryAddressKept() async throws {
    try await MigrationWalk(site: ClusterSite(.rehearsal, scenario: .legacy)).walk()
  }

  @Test func aMigrationIsTakenBackAndMadeAgain() async throws {
    let walk = MigrationWalk(site: try await ClusterSite(.rehearsal, scenario: .legacy))
    try await walk.takeBackAndMakeAgain()
  }

  /// The changes of the way as far as the ConfigMap's end: label, repository twice, three requests,
  /// MetalLB, the objects, three requests taken back, the ConfigMap.
  static let changes = 12

  @Test(arguments: Amount.some(3, of: 1...changes))
  func aMigrationKilledAtAnyChangeNeverLosesTheConfiguration(number: Int) async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .legacy)
    let walk = MigrationWalk(site: site)
    let held = try await walk.addresses()
    let configuration = try #require(try await walk.configuration())
    let killed = try await walk.apply(onLine: KilledAt(number).see)
    #expect(killed.ending == .signaled(SIGKILL), "\(killed.transcript)")
    try await walk.expectKept(configuration)
    let finished = try await walk.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    try await walk.expectKept(configuration)
    #expect(try await walk.configuration() == nil)
    #expect(try await walk.addresses() == held)
  }

  @Test func aServiceThatLosesItsAddressKeepsTheConfigMap() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .legacy)
    let walk = MigrationWalk(site: site)
    // Whoever is killed here leaves a Service without its request, and MetalLB gives it another
    // address than it held.
    let configuration = try #require(try await walk.configuration())
    let killed = try await walk.apply(onLine: KilledAt(7).see)
    #expect(killed.ending == .signaled(SIGKILL), "\(killed.transcript)")
    let service = try #require(try await walk.services().first)
    try await site.succeed(
      .kubectl, "-n", service.metadata.namespace ?? "", "annotate", "service",
      service.metadata.name, "metallb.universe.tf/loadBalancerIPs=194.28.98.222", "--overwrite")
    let failed = try await walk.apply("--timeout", "4s")
    #expect(failed.ending == .exited(1), "\(failed.transcript)")
    #expect(failed.errors.contains("198.51.100.14 is held by"), "\(failed.errors)")
    #expect(try await walk.configuration() == configuration)
  }

  @Test func anEditOfTheConfigMapAfterAKillIsNotDeleted() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .legacy)
    let walk = MigrationWalk(site: site)
    let first = try await walk.apply(onLine: KilledAt(Self.changes - 1).see)
    #expect(first.ending == .signaled(SIGKILL))
    try await site.succeed(
      .kubectl, "-n", "metallb-system", "patch", "configmap", "config", "--type=merge", "-p",
      #"{"data":{"config":"address-pools: [{name: default, protocol: layer2, addresses: [192.0.2.0/28]}]"}}"#
    )
    let second = try await walk.apply()
    #expect(second.ending == .exited(1), "\(second.transcript)")
    #expect(second.errors.contains("There is a pool default already"), "\(second.errors)")
    #expect(try await walk.configuration()?.contains("192.0.2.0/28") == true)
  }
}

extension RealClusterTests {
  @Test func aRealClusterIsMigratedWithEveryAddressKept() async throws {
    let site = try await ClusterSite(.real)
    let real = RealCluster(site)
    try await real.restore()
    try await real.makeLegacy()
    let walk = MigrationWalk(site: site)
    try await walk.walk()
    try await walk.takeBackAndMakeAgain()
    try await serverTakesEverySample(site)
    try await real.forgetTenants()
  }

  /// What the converter writes is accepted by the kinds of a real API server.
  private func serverTakesEverySample(_ site: ClusterSite) async throws {
    var count = 0
    for sample in LegacySample.all where sample.objects != nil {
      let conversion = try LegacyConversion(Data(sample.input.utf8))
      // Pools that are there would overlap those of a sample.
      let text = conversion.text.reveal()
      let result = try await site.executor.run(
        Command(
          .kubectl, ["apply", "--server-side", "--dry-run=server", "-f", "-"], standardInput: text,
          purpose: "test"))
      #expect(
        result.exit.isSuccess == sample.isTakenByServer, "\(sample.name): \(result.errorText)")
      count += 1
    }
    #expect(count > 25)
  }
}

/// The migration on one cluster, rehearsed or real.
struct MigrationWalk {
  let site: ClusterSite

  func walk() async throws {
    let held = try await addresses()
    #expect(held.count > 1)
    let configuration = try #require(try await configuration())
    let before = try await site.steps()
    #expect(before.document.states[3] == "migrate blocked")
    let watch = ArgumentWatch(for: try await Canaries(of: site))
    let outcome = try await apply()
    #expect(watch.end() == [])
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    #expect(ShownPlans(outcome.output).unannounced == [])
    let (steps, ending) = try await site.steps()
    #expect(ending == .exited(0))
    #expect(steps.states == EnablementWalk.statesAfter)
    #expect(try await addresses() == held)
    #expect(try await self.configuration() == nil)
    try await expectKept(configuration)
    for path in try savedFiles() {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o600, "\(path)")
    }
    let again = try await apply()
    #expect(again.ending == .exited(0), "\(again.transcript)")
    #expect(!again.output.contains("PLAN"))
  }

  /// From wherever it is to the end, back to the ConfigMap, and to the end again.
  func takeBackAndMakeAgain() async throws {
    let held = try await addresses()
    _ = try await apply()
    for step in ["provider", "ip-operator"] {
      let outcome = try await site.run("rollback", "--yes", step)
      #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    }
    let refused = try await site.run("rollback", "--yes", "migrate")
    #expect(refused.ending == .exited(1), "\(refused.transcript)")
    let outcome = try await site.run(
      "rollback", "--yes", "--accept-touch", "\(held.count)", "migrate")
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    let configuration = try await configuration()
    #expect(configuration?.contains("198.51.100.10-198.51.100.20") == true)
    let steps = try await site.steps().document.states
    #expect(steps[3] == "migrate todo", "\(steps)")
    let again = try await apply()
    #expect(again.ending == .exited(0), "\(again.transcript)")
    #expect(try await self.configuration() == nil)
    #expect(try await addresses() == held)
  }

  func apply(
    _ more: String..., onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Program.Outcome {
    try await site.run(["apply", "--yes"] + more, onLine: onLine)
  }

  // MARK: Past the program

  func services() async throws -> [Service] {
    let list = try await site.read(
      .kubectl, "get", "services", "--all-namespaces", "-o", "json")
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(ServiceList.self, from: list.standardOutput).items
      .filter { $0.spec?.type == "LoadBalancer" }
  }

  /// `namespace/name` to address.
  func addresses() async throws -> [String: String] {
    var addresses: [String: String] = [:]
    for service in try await services() {
      addresses["\(service.metadata.namespace ?? "")/\(service.metadata.name)"] =
        service.addresses.first ?? "none"
    }
    return addresses
  }

  /// The text of the ConfigMap; nil where it is gone.
  func configuration() async throws -> String? {
    let result = try await site.read(
      .kubectl, "-n", "metallb-system", "get", "configmaps", "config", "--ignore-not-found", "-o",
      "jsonpath={.data.config}")
    return result.outputText.isEmpty ? nil : result.outputText
  }

  /// The configuration is in the cluster, or in a file that brings it back.
  func expectKept(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    if try await configuration() == text { return }
    let saved = try savedFiles().filter { $0.hasSuffix("-configmap.yaml") }
    let isSaved = try saved.contains { path in
      let manifest = try String(contentsOfFile: path, encoding: .utf8)
      return try YAMLDocument.read(manifest).contains { document in
        if case .string(let kept) = document["data"]?["config"] { kept == text } else { false }
      }
    }
    #expect(isSaved, "neither in the cluster nor in \(saved)", sourceLocation: sourceLocation)
  }

  private func savedFiles() throws -> [String] {
    let files = FileManager.default.enumerator(atPath: site.state)
    return (files?.compactMap { $0 as? String } ?? [])
      .filter { $0.contains("metallb-0.12-") }.map { "\(site.state)/\($0)" }
  }
}

private struct ServiceList: Decodable {
  var items: [Service]
}
