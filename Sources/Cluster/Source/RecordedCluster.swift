import Basics
import Execution
import Foundation

/// A cluster as it was recorded: reads get what it answered then, and nothing is ever changed.
package struct RecordedCluster: CommandExecutor {
  private let reads: RecordedReads
  /// Lives for as long as somebody reads: what lies beside the reads goes away with it.
  private let keeper: (any AnyObject & Sendable)?

  package init(_ reads: RecordedReads, with keeper: (any AnyObject & Sendable)? = nil) {
    self.reads = reads
    self.keeper = keeper
  }

  package var readDate: Date? { reads.date }

  package var runClock: RunClock {
    let date = reads.date
    var clock = RunClock.system
    clock.date = { date }
    return clock
  }

  package static let unknown = "error: the bundle does not hold this answer"
  private static let refusal = UserMessage("Nothing is changed: this is a bundle, not a cluster.")

  package func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    guard !command.changes else { throw Self.refusal }
    guard let said = reads.said[RecordedReads.words(command)] else {
      return CommandResult(exit: .code(1), standardError: Data("\(Self.unknown)\n".utf8))
    }
    return CommandResult(
      exit: .code(said.exit), standardOutput: said.output, standardError: said.errors)
  }

  package func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    let result = try await run(command)
    onOutput(OutputChunk(bytes: Array(result.standardOutput), isError: false))
    onOutput(OutputChunk(bytes: Array(result.standardError), isError: true))
    return result.exit
  }

  package func stop() async {}

  package func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    await body(APIAccess(server: RecordedServer(reads: reads), keepsReleases: false))
  }
}

private struct RecordedServer: APIServer {
  var reads: RecordedReads

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    if let answer = reads.answers[target] {
      return APIAnswer(status: answer.status, body: answer.body)
    }
    guard let log = log(target) else { throw APIFailure.cut }
    return APIAnswer(status: 200, body: log)
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let isWatch = target.contains("watch=")
    if !isWatch {
      guard let log = log(target) else { throw APIFailure.cut }
      log.withUnsafeBytes { onBody($0) }
    }
    // Nothing more will ever come, until nobody waits for it.
    if isWatch || target.contains("follow=true") { try await Task.sleep(for: .seconds(1 << 30)) }
    return APIAnswer(status: 200, body: Data())
  }

  var isOpen: Bool { get async { true } }

  /// What is kept of it, as far as it was asked for.
  private func log(_ target: String) -> Data? {
    guard let key = RecordedReads.LogKey(target: target), let kept = reads.logs[key] else {
      return nil
    }
    let items = URLComponents(string: target)?.queryItems ?? []
    func item(_ name: String) -> String? { items.first { $0.name == name }?.value }
    var lines = kept.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
    let since = item("sinceSeconds").flatMap(Double.init).map { reads.date - $0 }
    if let start = since?.formatted(.iso8601) ?? item("sinceTime") {
      // Each line begins with its time; fractions of a second are passed over.
      let start = Array(start.utf8.prefix(19))
      lines = lines.drop { Array($0.prefix(19)).lexicographicallyPrecedes(start) }
    }
    if let count = item("tailLines").flatMap({ Int($0) }) { lines = lines.suffix(max(0, count)) }
    return lines.reduce(into: Data()) { text, line in
      text.append(contentsOf: line)
      text.append(UInt8(ascii: "\n"))
    }
  }
}
