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

  /// Bytes of standard error that are kept: words for people, searched for what they mean.
  private static let errorLimit = 256 << 10

  private let collected = Mutex(Collected())
  /// nil keeps nothing.
  private let limit: Int?
  /// A flood of errors is no answer either: whatever asked for one ends then.
  private let endsOnErrors: Bool
  private let onOutput: (@Sendable (OutputChunk) -> Void)?

  init(
    limit: Int?, endsOnErrors: Bool = false, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) {
    self.limit = limit
    self.endsOnErrors = endsOnErrors
    self.onOutput = onOutput
  }

  /// - Returns: false once there is more than is taken in.
  func take(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Bool {
    if let onOutput { onOutput(OutputChunk(bytes: Array(bytes), isError: isError)) }
    guard let limit else { return true }
    return collected.withLock { collected in
      if isError {
        // The beginning is kept; a change that floods its errors is read on.
        let room = min(limit / 8, Self.errorLimit) - collected.errors.count
        collected.errors.append(contentsOf: bytes.prefix(room))
        guard endsOnErrors, bytes.count > room else { return true }
        collected.cause = .outputTooLarge
        return false
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
