/// What a person is told when something cannot be done: what failed, the tool's own reason, and
/// what to try.
package struct UserMessage: Error, Hashable, Sendable, Codable {
  package var what: String
  /// The tool's own words, made harmless for a terminal; nil where we are the tool.
  package var reason: String?
  package var advice: Advice?
  /// The question could not be answered (the cluster is out of reach), rather than answered no.
  package var isUntold = false
  /// What kept it from being done, where that makes a difference to who is told.
  package var obstacle: Obstacle?

  package enum Obstacle: Hashable, Sendable {
    /// The API server refused it for who asks.
    case rights
    /// Nothing of the cluster is reached: every other question meets it too.
    case silence
  }

  private enum CodingKeys: CodingKey { case what, reason, advice }

  package init(
    _ what: String, reason: String? = nil, advice: Advice? = nil, obstacle: Obstacle? = nil
  ) {
    self.obstacle = obstacle
    self.what = SafeText.line(what)
    self.reason = reason.map { SafeText.line($0) }
    self.advice = advice?.safe
  }

  /// The same as what keeps a question from being answered.
  package var untold: UserMessage {
    var message = self
    message.isUntold = true
    return message
  }

  /// One line each for what, reason and advice.
  ///
  /// - Parameter options: what each command of this program carries.
  package func lines(_ options: [String] = []) -> [String] {
    var lines = [what]
    if let reason, !reason.isEmpty { lines.append("  reason: \(reason)") }
    if let advice { lines.append("  try: \(advice.text(options))") }
    return lines
  }

  package func text(_ options: [String] = []) -> String {
    lines(options).joined(separator: "\n")
  }
}
