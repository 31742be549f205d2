import Foundation

/// One command this console ran, as `activity` shows it. Holds nothing secret: what it keeps of the
/// output is redacted and cut.
package struct JournalEntry: Hashable, Sendable, Codable {
  package var time: Date
  package var context: String
  /// The step, remedy or "pools"; "" for a plain read.
  package var step: String
  package var argv: [String]
  package var changes: Bool
  /// nil while it runs, or where its end was never written.
  package var exit: Int32?
  package var seconds: Double?
  package var stdoutTail: String
  package var stderrTail: String

  package enum Kind: String {
    case read, change
    /// The server was asked, and changed nothing.
    case trial = "try"
  }

  package var kind: Kind {
    if changes { return .change }
    return argv.contains { $0.hasPrefix("--dry-run") } ? .trial : .read
  }

  package init(
    time: Date, context: String, step: String, argv: [String], changes: Bool,
    exit: Int32? = nil, seconds: Double? = nil, stdoutTail: String = "", stderrTail: String = ""
  ) {
    self.time = time
    self.context = context
    self.step = step
    self.argv = argv
    self.changes = changes
    self.exit = exit
    self.seconds = seconds
    self.stdoutTail = stdoutTail
    self.stderrTail = stderrTail
  }
}
