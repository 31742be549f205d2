import Basics

/// An executor that can see to it that the journal gets a command's end line even if this process
/// does not live to write it.
package protocol RecordingExecutor: CommandExecutor {
  /// Runs a command whose start line is written and takes over the end line, except where it throws
  /// a `UserMessage`: then nothing was run and the caller writes it. On cancellation a change goes on
  /// and its end line follows.
  func run(
    _ command: Command, recordedBy ticket: JournalTicket,
    onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult

  /// Finds somebody who gives back what is borrowed where this process does not come to it.
  ///
  /// - Returns: nil where what is borrowed ends with this process.
  func keeper(of debt: Debt) throws(UserMessage) -> Keeper?
}
