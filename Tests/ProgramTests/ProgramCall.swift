import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

@testable import ip_leases

/// Calls of the program from a home folder of their own, which goes away with the value.
///
/// They are answered in this process, so that many tests can make them at once; what only a process
/// can show takes `start`.
struct ProgramCall: Sendable {
  private let home = TemporaryFolder()

  var folder: String { home.path }

  private var environment: [String: String] {
    [
      "KUBECTL": "/bin/false", "HELM": "/bin/false", "HOME": folder, "PATH": "/usr/bin:/bin",
      "IP_LEASES_PACE": "0",
    ]
  }

  /// Answers a call without a terminal.
  func run(_ arguments: [String]) async -> CommandResult {
    await run(arguments, RecordedStreams())
  }

  /// Another kubectl.
  func run(_ arguments: [String], kubectl: String) async -> CommandResult {
    await run(arguments, RecordedStreams(), ["KUBECTL": kubectl])
  }

  func run(
    _ arguments: [String], _ streams: RecordedStreams, _ more: [String: String] = [:]
  ) async -> CommandResult {
    let call = Call(
      arguments: arguments, environment: environment.merging(more) { $1 }, streams: streams,
      program: Program.underTest, ownsProcess: false)
    let code = await IPLeases.answer(call)
    return CommandResult(
      exit: .code(code), standardOutput: streams.written(to: .output),
      standardError: streams.written(to: .error))
  }

  /// The same as a process of its own.
  func start(_ arguments: [String]) async throws -> CommandResult {
    try await start(Program.underTest, arguments)
  }

  /// What a shell makes of a script, in which `$0` is the program.
  func shell(_ script: String) async throws -> CommandResult {
    try await start("/bin/sh", ["-c", script, Program.underTest])
  }

  /// What another program makes of a text.
  func pipe(_ text: String, into path: String, _ arguments: [String]) async throws
    -> CommandResult
  {
    try await LocalExecutor(
      folder: StateFolder(root: folder, cluster: "t"), supervisor: nil,
      environment: environment.merging(["HELM": path]) { $1 }
    ).run(
      Command(
        .helm, arguments, standardInput: text, purpose: "test", timeLimit: .seconds(3_000)))
  }

  private func start(_ path: String, _ arguments: [String]) async throws -> CommandResult {
    let executor = LocalExecutor(
      folder: StateFolder(root: folder, cluster: "t"), supervisor: nil,
      environment: environment.merging(["HELM": path]) { $1 })
    // Only a call that hangs takes so long.
    return try await executor.run(
      Command(.helm, arguments, purpose: "test", timeLimit: .seconds(3_000)))
  }

  // MARK: Beside the program

  /// Where a call without options keeps its journals, locks and rehearsals.
  var state: String { "\(folder)/.local/state/ip-leases" }

  /// The built-in cluster of a scenario as the calls see it, for its misfortunes.
  func cluster(_ scenario: RehearsalScenario) throws -> RehearsalExecutor {
    try RehearsalExecutor(
      scenario: scenario, directory: "\(state)/rehearsal/\(scenario.rawValue)", pace: 0)
  }

  /// What has changed the cluster of a scenario, as argument vectors.
  func changes(_ scenario: RehearsalScenario) async throws -> [[String]] {
    struct Entry: Decodable {
      var argv: [String]
      var changes: Bool
    }
    let activity = await run(["activity", "-o", "json", "--rehearse", scenario.rawValue])
    #expect(activity.exit == .code(0), "\(activity.errorText)")
    return try activity.outputText.split(separator: "\n").map {
      try JSONDecoder().decode(Entry.self, from: Data($0.utf8))
    }.filter(\.changes).map(\.argv)
  }
}

extension CommandResult {
  /// Both streams and the end, for the comment of an expectation.
  var transcript: String { "\(outputText)\n\(errorText)\n= \(exit)" }

  /// All but how long it took.
  var told: CommandResult {
    CommandResult(exit: exit, standardOutput: standardOutput, standardError: standardError)
  }
}
