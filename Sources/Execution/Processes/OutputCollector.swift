import Foundation
import Synchronization

/// Gathers what a command prints, from two readers at once.
final class OutputCollector: Sendable {
  private struct Collected {
    var output = Data()
    var errors = Data()
    /// Bytes taken from the room that is common to all answers.
    var borrowed = 0
    var cause: CommandExit?
    var process: pid_t?
  }

  /// Bytes of standard error that are kept: words for people, searched for what they mean.
  private static let errorLimit = 256 << 10
  /// Bytes that are kept of an answer that was cut off: nobody reads it but to see what it is.
  private static let keptOfCut = 64 << 10

  private let collected = Mutex(Collected())
  /// nil keeps nothing.
  private let limit: Int?
  /// Of a read, for which a flood of errors is no answer either; nil of a change.
  private let room: AnswerRoom?
  private let onOutput: (@Sendable (OutputChunk) -> Void)?

  init(
    limit: Int?, room: AnswerRoom? = nil, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) {
    self.limit = limit
    self.room = room
    self.onOutput = onOutput
  }

  deinit { room?.giveBack(collected.withLock { $0.borrowed }) }

  /// - Returns: false once there is more than is taken in.
  func take(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Bool {
    if let onOutput { onOutput(OutputChunk(bytes: Array(bytes), isError: isError)) }
    guard let limit else { return true }
    return collected.withLock { collected in
      if isError {
        // The beginning is kept; a change that floods its errors is read on.
        let space = min(limit / 8, Self.errorLimit) - collected.errors.count
        collected.errors.append(contentsOf: bytes.prefix(space))
        guard room != nil, bytes.count > space else { return true }
        collected.cause = .outputTooLarge
        return false
      }
      let left = limit - collected.output.count
      if bytes.count <= left, borrow(for: collected.output.count + bytes.count, &collected) {
        collected.output.append(contentsOf: bytes)
        return true
      }
      collected.cause = .outputTooLarge
      collected.output.append(contentsOf: bytes.prefix(left))
      if let room {
        collected.output = Data(collected.output.prefix(Self.keptOfCut))
        room.giveBack(collected.borrowed)
        collected.borrowed = 0
      }
      return false
    }
  }

  private func borrow(for size: Int, _ collected: inout Collected) -> Bool {
    guard let room, size > room.share else { return true }
    let more = size - room.share - collected.borrowed
    guard room.take(more) else { return false }
    collected.borrowed += more
    return true
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
