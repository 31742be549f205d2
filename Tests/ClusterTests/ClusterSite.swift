import Basics
import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import Synchronization
import TestSupport
import Testing

/// A cluster to be enabled and a home for the program that does it: state folder, provider.yaml and
/// helm's list of repositories are of its own and go away with it.
final class ClusterSite: Sendable {
  enum Kind: String, Sendable {
    case rehearsal
    /// The test's `KitCluster`.
    case real
  }

  static let pool = "203.0.113.0/28"
  static let address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"

  let kind: Kind
  let folder: String
  let scenario: RehearsalScenario
  /// Looks at the same cluster as the program, past it.
  let executor: any CommandExecutor
  let environment: [String: String]
  /// All that the program has said.
  private let said = Mutex("")

  init(
    _ kind: Kind, scenario: RehearsalScenario = .fresh, pace: Double = 0,
    helm: String = "4", environment more: [String: String] = [:]
  ) async throws {
    self.kind = kind
    self.scenario = scenario
    folder = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var environment: [String: String] = [:]
    switch kind {
    case .rehearsal: environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
    case .real:
      let cluster = try #require(KitCluster.current, "the test is not .onKitCluster")
      environment = try await cluster.with(helm: helm).environment
      environment["HELM_CONFIG_HOME"] = "\(folder)/helm"
    }
    environment["HOME"] = folder
    environment["LC_ALL"] = "C.UTF-8"
    environment["XDG_STATE_HOME"] = "\(folder)/state"
    environment["XDG_CONFIG_HOME"] = "\(folder)/config"
    switch kind {
    case .rehearsal:
      environment["IP_LEASES_PACE"] = String(pace)
      executor = try RehearsalExecutor(
        scenario: scenario,
        directory: "\(folder)/state/ip-leases/rehearsal/\(scenario.rawValue)", pace: pace)
    case .real:
      executor = LocalExecutor(
        folder: StateFolder(root: "\(folder)/reading", cluster: "test"), supervisor: nil,
        environment: environment)
    }
    self.environment = environment.merging(more) { $1 }
    if kind == .real {
      // As in scenario fresh: the repository of Akash is known, that of MetalLB is not.
      try await succeed(
        .helm, "repo", "add", "akash", "https://akash-network.github.io/helm-charts")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  // MARK: The program

  var providerFile: String { "\(folder)/provider.yaml" }
  var state: String { "\(folder)/state" }

  /// Runs `ip-leases` with the options that lead to this cluster.
  func run(
    _ arguments: String..., environment more: [String: String] = [:],
    onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Program.Outcome {
    try await run(arguments, environment: more, onLine: onLine)
  }

  func run(
    _ arguments: [String], environment more: [String: String] = [:],
    onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Program.Outcome {
    var all = arguments
    if kind == .rehearsal { all += ["--rehearse", scenario.rawValue] }
    if !all.contains("--provider-file") { all += ["--provider-file", providerFile] }
    let outcome = try await Program(environment: environment.merging(more) { $1 })
      .run(all, onLine: onLine)
    said.withLock { $0 += outcome.transcript }
    return outcome
  }

  var transcript: String { said.withLock(\.self) }

  /// `apply --yes` of everything.
  func apply(
    environment more: [String: String] = [:],
    onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Program.Outcome {
    try await run(["apply", "--yes", "--pool", Self.pool], environment: more, onLine: onLine)
  }

  func steps() async throws -> (document: StepsAnswer, ending: Program.Ending) {
    let outcome = try await run("steps", "-o", "json")
    return (try outcome.decoded(), outcome.ending)
  }

  func activity() async throws -> [ActivityAnswer] {
    let outcome = try await run("activity", "-o", "json")
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    let decoder = JSONDecoder()
    return try outcome.output.split(separator: "\n").map {
      try decoder.decode(ActivityAnswer.self, from: Data($0.utf8))
    }
  }

  /// What was changed, as argument vectors, with this site's own paths named alike everywhere.
  func changes() async throws -> [[String]] {
    try await activity().filter(\.changes).map { normalized($0.argv) }
  }

  /// As on the built-in cluster, which has no kubeconfig: what holds on to the context goes.
  func normalized(_ argv: [String]) -> [String] {
    var words = argv
    for flag in ["--context", "--kube-context"] {
      if let place = words.firstIndex(of: flag) { words.removeSubrange(place...(place + 1)) }
    }
    return words.map { $0.replacing(providerFile, with: "PROVIDER_FILE") }
  }

  // MARK: Past the program

  /// The built-in cluster, for its misfortunes.
  var rehearsal: RehearsalExecutor {
    get throws { try #require(executor as? RehearsalExecutor) }
  }

  @discardableResult
  func succeed(_ tool: Tool, _ arguments: String..., input: String? = nil) async throws
    -> CommandResult
  {
    let command = Command(
      tool, arguments, standardInput: input, purpose: "test", changes: true,
      timeLimit: .seconds(120))
    let result = try await executor.run(command)
    #expect(result.exit.isSuccess, "\(command.shellText): \(result.errorText)")
    return result
  }

  func read(_ tool: Tool, _ arguments: String...) async throws -> CommandResult {
    try await executor.run(Command(tool, arguments, purpose: "test"))
  }
}

// MARK: What the program prints

struct StepsAnswer: Decodable {
  struct Row: Decodable {
    var id: String
    var title: String
    var state: String
    var evidence: String
    var blockedBy: [String]
    var guide: String
  }

  var schema: String
  var context: String
  var way: String
  var steps: [Row]

  var states: [String] { steps.map { "\($0.id) \($0.state)" } }
}

struct ApplyAnswer: Decodable {
  struct Row: Decodable {
    var id: String
    var result: String
    var seconds: Double
    var message: String
  }

  var schema: String
  var steps: [Row]

  var results: [String] { steps.map { "\($0.id) \($0.result)" } }
}

struct ActivityAnswer: Decodable {
  var step: String
  var argv: [String]
  var changes: Bool
  var exit: Int32?
  var stdoutTail: String
  var stderrTail: String

  var shellText: String { ShellQuoting.quote(argv) }
}

extension Program.Outcome {
  func decoded<Answer: Decodable>(
    as type: Answer.Type = Answer.self, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Answer {
    do { return try JSONDecoder().decode(Answer.self, from: Data(output.utf8)) } catch {
      Issue.record("\(error)\n\(transcript)", sourceLocation: sourceLocation)
      throw error
    }
  }

  /// The top of a JSON document.
  func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let object = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    return try #require(object, "\(transcript)", sourceLocation: sourceLocation)
  }
}
