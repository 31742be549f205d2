import Basics
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import Testing

/// Answers exactly the commands it was given, in their order. A command that is not the next one, or
/// one that was never run, fails the test.
final class ScriptedExecutor: CommandExecutor {
  struct Answer: Sendable {
    var argv: [String]
    var result: CommandResult
    /// Runs before the answer is given.
    var during: (@Sendable () async throws -> Void)?

    init(
      _ shellText: String, exit: CommandExit = .code(0), prints output: String = "",
      complains errors: String = "", during: (@Sendable () async throws -> Void)? = nil
    ) {
      argv = shellText.split(separator: " ").map(String.init)
      result = CommandResult(
        exit: exit, standardOutput: Data(output.utf8), standardError: Data(errors.utf8))
      self.during = during
    }
  }

  private let answers: Mutex<[Answer]>
  private let stops = Mutex(0)
  private let location: SourceLocation

  init(_ answers: [Answer], sourceLocation: SourceLocation = #_sourceLocation) {
    self.answers = Mutex(answers)
    location = sourceLocation
  }

  deinit {
    for answer in answers.withLock({ $0 }) {
      Issue.record("never run: \(answer.argv.joined(separator: " "))", sourceLocation: location)
    }
  }

  var stopCount: Int { stops.withLock { $0 } }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    let answer = answers.withLock { answers in
      answers.first?.argv == command.argv ? answers.removeFirst() : nil
    }
    guard let answer else {
      let next = answers.withLock { $0.first?.argv.joined(separator: " ") ?? "nothing" }
      Issue.record("unexpected: \(command.shellText)\nnext is: \(next)", sourceLocation: location)
      throw UserMessage("not in the script: \(command.shellText)")
    }
    try await answer.during?()
    for (bytes, isError) in [
      (answer.result.standardOutput, false), (answer.result.standardError, true),
    ] where !bytes.isEmpty {
      onOutput?(OutputChunk(bytes: Array(bytes), isError: isError))
    }
    return answer.result
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    try await run(command, onOutput: onOutput).exit
  }

  func stop() async { stops.withLock { $0 += 1 } }
}
