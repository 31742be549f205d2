import Basics
import Execution

/// What is wrong with a pool, or looks wrong, in words for people.
package struct PoolProblem: Hashable, Sendable, Codable {
  package enum Severity: String, Hashable, Sendable, Codable {
    /// The pool must not be applied like this.
    case error
    /// It can be applied; what follows is said.
    case warning
  }

  package var severity: Severity
  /// The entry as written; nil where it is about the pool as a whole.
  package var entry: String?
  /// What, and why it hurts.
  package var message: String
  /// What to do.
  package var fix: Advice?

  /// One line for people: the message, with the entry in front where it does not begin with it.
  package var line: String {
    guard let entry else { return message }
    let shown = SafeText.line(entry, limit: 100)
    return message.hasPrefix(shown) ? message : "\(shown): \(message)"
  }

  /// The message where the entry stands beside it.
  package var messageBesideEntry: String {
    let shown = SafeText.line(entry ?? "", limit: 100) + " "
    let message = SafeText.line(message)
    return entry != nil && message.hasPrefix(shown)
      ? String(message.dropFirst(shown.count)) : message
  }

  /// - Parameter text: how it is said.
  func note(_ text: String) -> Note {
    switch severity {
    case .warning: .warning(Advice(text))
    case .error: Note("error: \(text)")
    }
  }

  package init(
    _ severity: Severity, entry: String? = nil, _ message: String, fix: Advice? = nil
  ) {
    self.severity = severity
    self.entry = entry
    self.message = message
    self.fix = fix
  }
}
