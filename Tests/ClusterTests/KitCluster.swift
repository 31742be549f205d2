import Foundation
import TestSupport
import Testing

/// A disposable cluster of the cluster kit (`IP_LEASES_TEST_KIT`), which one test has for itself while
/// it runs.
struct KitCluster: Sendable {
  /// Where it began.
  enum Seed: String, Sendable {
    /// The starting state of the rehearsal's scenario fresh.
    case fresh
    /// With MetalLB, a pool `default`, the operator, and a leased address.
    case enabled
    /// With MetalLB as Kubespray lays it down, and no pool.
    case kubespray
  }

  /// Names it to the kit.
  let port: String
  /// In which kubectl, helm and the program find it.
  let environment: [String: String]

  /// That of the test which runs.
  @TaskLocal static var current: KitCluster?

  /// - Parameter helm: the version of the project's own helm.
  init(port: String, helm: String = "4") async throws {
    self.port = port
    let shell = Program(
      path: "/bin/bash",
      environment: ProcessInfo.processInfo.environment.merging(["PORT": port, "HELM": helm]) { $1 })
    let outcome = try await shell.run(["-c", #"eval "$("$0" env)" && env -0"#, Self.kit])
    try #require(outcome.ending == .exited(0), "\(outcome.transcript)")
    let variables = outcome.output.split(separator: "\0").map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    environment = Dictionary(variables.map { ($0[0], $0.last ?? "") }, uniquingKeysWith: { $1 })
      .filter { name, _ in
        name == "PATH" || ["KUBE", "HELM_", "CLUSTER_"].contains { name.hasPrefix($0) }
      }
  }

  var kubeconfig: String? { environment["KUBECONFIG"] }

  /// The same cluster, looked at by another helm.
  func with(helm: String) async throws -> KitCluster {
    try await KitCluster(port: port, helm: helm)
  }

  /// Runs the kit's program: faults, logs.
  func kit(_ arguments: String...) async throws { try await kit(arguments) }

  func kit(_ arguments: [String]) async throws {
    let outcome = try await kitProgram.run(arguments)
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
  }

  private var kitProgram: Program {
    let environment = ProcessInfo.processInfo.environment.merging(["PORT": port]) { $1 }
    return Program(path: Self.kit, environment: environment)
  }

  // MARK: What there is

  private static var kit: String { ProcessInfo.processInfo.environment["IP_LEASES_TEST_KIT"] ?? "" }

  /// `IP_LEASES_TEST_CLUSTERS` is a list of words SEED=PORT.
  private static let ports: [Seed: Supply<String>] = {
    let words = ProcessInfo.processInfo.environment["IP_LEASES_TEST_CLUSTERS"] ?? ""
    let pairs = words.split(separator: " ").compactMap { word -> (Seed, String)? in
      let parts = word.split(separator: "=").map(String.init)
      guard parts.count == 2, let seed = Seed(rawValue: parts[0]) else { return nil }
      return (seed, parts[1])
    }
    return Dictionary(grouping: pairs, by: \.0).mapValues { Supply($0.map(\.1)) }
  }()

  static func isGiven(_ seed: Seed) -> Bool { !kit.isEmpty && ports[seed] != nil }
  static let whyNot: Comment = """
    IP_LEASES_TEST_KIT and IP_LEASES_TEST_CLUSTERS name no such cluster \
    (Tests/ClusterTests/real-cluster.sh makes them)
    """

  static func withOne(_ seed: Seed, _ body: @Sendable () async throws -> Void) async throws {
    let supply = try #require(ports[seed], "\(whyNot)")
    try await supply.with { port in
      try await $current.withValue(try await KitCluster(port: port)) { try await body() }
    }
  }
}

/// For tests that need a cluster of the kit for themselves.
struct OnKitCluster: SuiteTrait, TestTrait, TestScoping {
  let seed: KitCluster.Seed
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await onOwnThreads { try await KitCluster.withOne(seed, function) }
  }
}

extension Trait where Self == OnKitCluster {
  static func onKitCluster(_ seed: KitCluster.Seed) -> Self { OnKitCluster(seed: seed) }
}

extension Trait where Self == ConditionTrait {
  static func needsKitCluster(_ seed: KitCluster.Seed) -> Self {
    .enabled(if: KitCluster.isGiven(seed), KitCluster.whyNot)
  }
}
