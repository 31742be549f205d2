import Foundation
import Synchronization

/// Gathers what a command prints, from two readers at once.
final class OutputCollector: Sendable {
  private struct Collected {
    var output = Data()
    var errors = Data()
    var cause: CommandExit?
    var process: pid_t?
  }

  private let collected = Mutex(Collected())
  /// nil keeps nothing.
  private let limit: Int?
  private let onOutput: (@Sendable (OutputChunk) -> Void)?

  init(limit: Int?, onOutput: (@Sendable (OutputChunk) -> Void)?) {
    self.limit = limit
    self.onOutput = onOutput
  }

  /// - Returns: false once standard output is larger than the limit.
  func take(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Bool {
    onOutput?(OutputChunk(bytes: Array(bytes), isError: isError))
    guard let limit else { return true }
    return collected.withLock { collected in
      if isError {
        // A tool that floods its errors is read on, its first megabytes are kept.
        collected.errors.append(contentsOf: bytes.prefix(limit / 8 - collected.errors.count))
        return true
      }
      let room = limit - collected.output.count
      collected.output.append(contentsOf: bytes.prefix(room))
      if bytes.count > room { collected.cause = .outputTooLarge }
      return bytes.count <= room
    }
  }

  /// Why we ended the command; nil if it ended by itself.
  var cause: CommandExit? {
    get { collected.withLock { $0.cause } }
    set { collected.withLock { $0.cause = $0.cause ?? newValue } }
  }

  var process: pid_t? {
    get { collected.withLock { $0.process } }
    set { collected.withLock { $0.process = newValue } }
  }

  func result(_ exit: CommandExit, after duration: Duration) -> CommandResult {
    collected.withLock {
      CommandResult(
        exit: $0.cause ?? exit, standardOutput: $0.output, standardError: $0.errors,
        duration: duration)
    }
  }
}
