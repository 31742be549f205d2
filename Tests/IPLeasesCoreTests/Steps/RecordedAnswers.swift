import Cluster
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import Testing

/// Answers reads by what their argument vector contains, in any order. A command that nothing fits
/// gets the answer of an empty cluster.
final class RecordedAnswers: CommandExecutor {
  struct Answer: Sendable {
    var words: String
    var result: CommandResult

    init(
      _ words: String, exit: Int32 = 0, prints output: String = "", complains errors: String = ""
    ) {
      self.words = words
      result = CommandResult(
        exit: .code(exit), standardOutput: Data(output.utf8), standardError: Data(errors.utf8))
    }
  }

  private let answers: [Answer]
  private let commands = Mutex<[Command]>([])

  init(_ answers: [Answer]) { self.answers = answers }

  var asked: [Command] { commands.withLock { $0 } }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    commands.withLock { $0.append(command) }
    let line = command.argv.joined(separator: " ")
    if let answer = answers.first(where: { line.contains($0.words) }) { return answer.result }
    let isList = line.hasPrefix("kubectl") && !line.contains("--raw")
    return CommandResult(
      exit: .code(0), standardOutput: Data((isList ? #"{"items":[]}"# : "[]").utf8))
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    try await run(command, onOutput: onOutput).exit
  }

  func stop() async {}

  /// What the reader makes of the answers.
  func read(_ names: Set<FactName>) async -> ClusterSnapshot {
    await ClusterReader(executor: self, settings: Sample.settings, now: { Sample.now }).read(names)
  }
}
