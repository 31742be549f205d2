import Basics
import Execution
import Foundation
import Synchronization

/// Keeps what is read through it. Everything goes over the API server's paths, by a tool where only a
/// tool reaches it, so that it can be read again whatever was asked for beside it.
package final class ReadRecorder: CommandExecutor {
  private let inner: any CommandExecutor
  private let kept: Mutex<RecordedReads>

  /// Bytes of one log.
  private static let longestLog = 4 << 20

  package init(_ inner: any CommandExecutor) {
    self.inner = inner
    kept = Mutex(RecordedReads(date: inner.runClock.date()))
  }

  package var reads: RecordedReads { kept.withLock(\.self) }
  package var runClock: RunClock { inner.runClock }

  package func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    guard !command.changes else { throw Self.refusal }
    let result = try await inner.run(command, onOutput: onOutput)
    if case .code(let code) = result.exit {
      kept.withLock {
        $0.said[RecordedReads.words(command)] = RecordedReads.Said(
          exit: code, output: result.standardOutput, errors: result.standardError)
      }
    }
    return result
  }

  package func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    try await inner.follow(command, onOutput: onOutput)
  }

  package func stop() async {}

  package func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    await inner.withAPI(connection, for: use) { access in
      if let access { return await body(recorded(access.server)) }
      // The built-in cluster lends its server to those who follow.
      return await inner.withAPI(connection, for: .following) { access in
        await body(
          recorded(access?.server ?? ToolServer(executor: inner, connection: connection)))
      }
    }
  }

  /// Where helm keeps its releases there are secrets: helm itself is asked.
  private func recorded(_ server: any APIServer) -> APIAccess {
    APIAccess(server: RecordingServer(server: server, recorder: self), keepsReleases: false)
  }

  private static let refusal = UserMessage("Nothing is changed while a bundle is made.")

  fileprivate func keep(_ target: String, _ answer: APIAnswer) {
    guard !answer.isTooLarge, !target.contains("/secrets") else { return }
    kept.withLock {
      $0.answers[target] = RecordedReads.Answer(status: answer.status, body: answer.body)
    }
  }

  fileprivate func keep(_ key: RecordedReads.LogKey, _ bytes: Data) {
    var bytes = bytes.suffix(Self.longestLog)
    if bytes.count == Self.longestLog, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      bytes = bytes[(end + 1)...]
    }
    kept.withLock { $0.logs[key] = Data(bytes) }
  }
}

private struct RecordingServer: APIServer {
  var server: any APIServer
  var recorder: ReadRecorder

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    let answer = try await server.get(target, accept: accept, until: deadline, limit: limit)
    recorder.keep(target, answer)
    return answer
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let bytes = Mutex(Data())
    let answer = try await server.follow(target, accept: accept) { body in
      bytes.withLock { $0.append(contentsOf: body) }
      onBody(body)
    }
    if let key = RecordedReads.LogKey(target: target), answer.status == 200 {
      recorder.keep(key, bytes.withLock(\.self))
    }
    return answer
  }

  var isOpen: Bool { get async { await server.isOpen } }
}

/// The API server behind `kubectl get --raw`.
private struct ToolServer: APIServer {
  var executor: any CommandExecutor
  var connection: Connection

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    let seconds = max(1, (deadline - .now).components.seconds)
    let command = Kubectl(connection).raw(
      target, timeout: .seconds(seconds), purpose: "ask the API server")
    let result = try await executor.run(command)
    if result.exit.isSuccess { return APIAnswer(status: 200, body: result.standardOutput) }
    let words = result.errorText
    guard let match = words.firstMatch(of: /Error from server \((\w+)\): (.*)/) else {
      throw APIFailure.cut
    }
    let statuses = ["NotFound": 404, "Forbidden": 403, "ServiceUnavailable": 503]
    let body: JSONValue = [
      "kind": "Status", "reason": .string(String(match.1)), "message": .string(String(match.2)),
    ]
    return APIAnswer(
      status: statuses[String(match.1)] ?? 500, body: Data(JSONText.compact(body).utf8))
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let answer = try await get(target, accept: accept, until: .now + .seconds(30), limit: nil)
    if answer.status == 200 { answer.body.withUnsafeBytes { onBody($0) } }
    return answer
  }

  var isOpen: Bool { get async { true } }
}
