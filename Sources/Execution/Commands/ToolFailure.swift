import Basics
import Foundation

/// The one place where a tool's failure becomes words: what failed, the tool's own reason in one
/// line, what to try.
package enum ToolFailure {
  package static func message(
    for command: Command, _ result: CommandResult, redaction: Redaction
  ) -> UserMessage {
    let reason = reason(in: result, redaction: redaction)
    let tool = command.tool.rawValue
    switch result.exit {
    case .code(let code):
      return UserMessage(
        "\(command.purpose) failed",
        reason: reason.map { "\(tool): \($0)" } ?? "\(tool) ended with \(code) and said nothing",
        advice: reason.flatMap(advice) ?? "run it by hand to see more: \(command.shellText)",
        obstacle: reason.flatMap(obstacle))
    case .signal(let signal):
      return UserMessage(
        "\(command.purpose) failed",
        reason: "\(tool) was ended by signal \(signal)" + (reason.map { ": \($0)" } ?? ""),
        advice: "look at what the cluster shows now, then make the plan anew")
    case .timedOut:
      let seconds = command.timeLimit.components.seconds
      return UserMessage(
        "\(command.purpose) failed",
        reason: "\(tool) did not end within \(seconds) s" + (reason.map { ": \($0)" } ?? ""),
        advice: "look at what the cluster shows now, then make the plan anew")
    case .outputTooLarge:
      let megabytes = CommandResult.largestOutput >> 20
      return UserMessage(
        "\(command.purpose) failed",
        reason: "what \(tool) printed was cut off: more than \(megabytes) MB came in",
        advice: "run it by hand: \(command.shellText)")
    }
  }

  /// What the tool said last that means something, redacted; nil if it said nothing.
  ///
  /// The line that begins with "error" says what; where more lines follow it (kubectl prints a
  /// whole patch), the last one says why.
  package static func reason(in result: CommandResult, redaction: Redaction) -> String? {
    let errors = meaningfulLines(result.standardError, redaction)
    let lines = errors.isEmpty ? meaningfulLines(result.standardOutput, redaction) : errors
    guard let last = lines.last else { return nil }
    if let failed = lines.first(where: isFailedTask) { return failed }
    let first = lines.last { $0.lowercased().hasPrefix("error") }
    guard let first, first != last else { return last }
    return "\(first) \(last)"
  }

  /// MetalLB's webhook does not answer yet, or not at this moment.
  package static func isWebhookNotReady(_ result: CommandResult) -> Bool {
    !result.exit.isSuccess && result.errorText.contains("failed calling webhook")
  }

  /// The objects a later command needs are only made by an earlier one.
  static func isMissingObject(_ result: CommandResult) -> Bool {
    let text = result.errorText
    return ["not found", "no matches for kind", "doesn't have a resource type"]
      .contains { text.contains($0) }
  }

  private static func meaningfulLines(_ output: Data, _ redaction: Redaction) -> [String] {
    let text = redaction.redacting(String(decoding: output.suffix(32 << 10), as: UTF8.self))
    return SafeText.lines(text, limit: 600).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { line in !line.isEmpty && !hints.contains { line.hasPrefix($0) } }
  }

  /// Beginnings of lines that are no reason: usage, warnings, klog's chatter of kubectl.
  private static let hints = [
    "See '", "Run '", "Use \"", "Usage:", "WARNING:", "Warning:", "W0", "W1", "I0", "I1", "E0",
    "E1",
    "level=", "[WARNING]", "[DEPRECATION WARNING]",
  ]

  /// A line of ansible-playbook that says all of it; what follows is where, and a table.
  private static func isFailedTask(_ line: String) -> Bool {
    ["[ERROR]: ", "fatal: [", "failed: ["].contains { line.hasPrefix($0) }
  }

  /// By the words of the API server for who may not.
  static func obstacle(in reason: String) -> UserMessage.Obstacle? {
    reason.contains("(Forbidden)") || reason.contains("is forbidden") ? .rights : nil
  }

  private static func advice(for reason: String) -> Advice? {
    let known: [(words: String, advice: Advice)] = [
      (
        "failed calling webhook",
        "MetalLB's controller does not answer the API server: see that it is ready, then try again"
      ),
      ("AlreadyExists", "it is there already: read the cluster again and make the plan anew"),
      ("object has been modified", "someone else changed it: read again and make the plan anew"),
      (
        "the server rejected our request due to an error in our request",
        "it is no longer what the plan was made for, or the server does not take the change: read "
          + "again and make the plan anew"
      ),
      ("Conflict", "someone else changed it: read again and make the plan anew"),
      ("another operation", "helm is at work on this release, or was cut off: see `helm history`"),
      ("cannot re-use a name", "the release is there already: read again and make the plan anew"),
      ("(Forbidden)", "this user may not, or a rule of the cluster refuses it; see the reason"),
      ("Unauthorized", "log in to the cluster again, or give another --context"),
      ("connection refused", "see that the API server runs and --context names the right cluster"),
      ("no such host", "see that the address in the kubeconfig is right"),
      ("i/o timeout", "see that this machine reaches the cluster"),
      ("x509", "the certificates do not fit: see the kubeconfig and the clocks"),
      ("context was not found", "give a --context that the kubeconfig has"),
      ("(NotFound)", "it is not there any more: read again and make the plan anew"),
    ]
    return known.first { reason.localizedStandardContains($0.words) }?.advice
  }
}
