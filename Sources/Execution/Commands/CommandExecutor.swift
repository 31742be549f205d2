import Foundation

/// How a command ended. A non-zero code is data, not an error.
package enum CommandExit: Hashable, Sendable, Codable {
  case code(Int32)
  case signal(Int32)
  /// Ended by us: it took longer than its time limit.
  case timedOut
  /// Ended by us: its output was larger than we take.
  case outputTooLarge

  package var isSuccess: Bool { self == .code(0) }
}

package struct CommandResult: Hashable, Sendable {
  /// Bytes of standard output that are taken: what lists thousands of leases is some ten megabytes.
  package static let largestOutput = 64 << 20

  package var exit: CommandExit
  package var standardOutput: Data
  package var standardError: Data
  package var duration: Duration

  package init(
    exit: CommandExit, standardOutput: Data = Data(), standardError: Data = Data(),
    duration: Duration = .zero
  ) {
    self.exit = exit
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.duration = duration
  }

  /// Invalid UTF-8 becomes U+FFFD. Not yet harmless for a terminal: see `SafeText`.
  package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
  package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// A piece of what a running command prints, in the order it came.
package struct OutputChunk: Hashable, Sendable {
  package var bytes: [UInt8]
  package var isError: Bool

  package init(bytes: [UInt8], isError: Bool) {
    self.bytes = bytes
    self.isError = isError
  }
}

/// What runs commands: real tools, the rehearsal, or a test's script.
package protocol CommandExecutor: Sendable {
  /// Runs to the end and collects the output. `onOutput` sees it while it comes.
  ///
  /// Cancelling the task ends the whole process group of a reading command. A changing command is
  /// left to finish; `stop` ends it on purpose.
  ///
  /// - Throws: `UserMessage` only when the command could not be run at all.
  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult

  /// Lends the API server for as long as `body` runs; nil where only the tools reach it.
  func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome

  /// The tools' own files on this machine; nil where the tools are none of it.
  var toolFiles: ToolFiles? { get }

  /// Streams what a command prints until it ends or the task is cancelled; keeps nothing.
  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit

  /// Asks the changing commands that run now to end (SIGINT, then SIGTERM to their groups).
  func stop() async

  /// The time that passes between two commands: that of the cluster they reach.
  var runClock: RunClock { get }

  /// The moment its answers are of, where that is not now.
  var readDate: Date? { get }
}

extension CommandExecutor {
  package var runClock: RunClock { .system }

  package func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome { await body(nil) }

  package var toolFiles: ToolFiles? { nil }

  package var readDate: Date? { nil }

  package func run(_ command: Command) async throws -> CommandResult {
    try await run(command, onOutput: nil)
  }
}
