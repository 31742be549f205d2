import Basics

extension ToolFailure {
  /// What a failed call means for a read.
  package enum Meaning: Hashable, Sendable {
    /// The object, kind or release is not there.
    case absent
    case unreadable(UserMessage)
  }

  package static func meaning(of result: CommandResult, command: Command) -> Meaning {
    if case .code = result.exit, marksOfAbsence.contains(where: result.errorText.contains) {
      return .absent
    }
    let redaction = Redaction()
    let text = result.errorText
    for obstacle in obstacles where obstacle.marks.contains(where: text.contains) {
      // What stands behind the API server's proxy is silent, not the cluster.
      if obstacle.kind == .silence, command.isThroughProxy || text.contains("Error from server") {
        continue
      }
      return .unreadable(
        UserMessage(
          obstacle.what, reason: reason(in: result, redaction: redaction), advice: obstacle.advice,
          obstacle: obstacle.kind))
    }
    return .unreadable(message(for: command, result, redaction: redaction))
  }

  package static func silence(reason: String?) -> UserMessage {
    UserMessage(silent.what, reason: reason, advice: silent.advice, obstacle: .silence)
  }

  private static let silent = (
    what: "The cluster does not answer.",
    advice: "See whether the API server runs and whether the address in the kubeconfig is right."
  )

  private static let marksOfAbsence = [
    "doesn't have a resource type", "(NotFound)", "release: not found", "no repositories to show",
    "no repositories configured", "the server could not find the requested resource",
  ]

  /// What keeps every read from working, told by what it means rather than by the one command that
  /// met it.
  private static let obstacles:
    [(marks: [String], what: String, advice: String, kind: UserMessage.Obstacle?)] = [
      (
        ["localhost:8080 was refused", "no configuration has been provided"],
        "There is no kubeconfig: kubectl does not know of any cluster.",
        "Set KUBECONFIG or give --kubeconfig FILE (k3s: /etc/rancher/k3s/k3s.yaml).", nil
      ),
      (
        [
          "context was not found", "does not exist in the kubeconfig", "no context exists",
          "context \"", "stat ",
        ],
        "The kubeconfig does not fit.",
        "See kubectl config get-contexts; give --context or --kubeconfig.", nil
      ),
      (
        ["(Forbidden)", " is forbidden: "], "This user may not read that.",
        "Use the kubeconfig of a cluster administrator.", .rights
      ),
      (
        ["(Unauthorized)", "must be logged in to the server"],
        "The cluster does not know this user.",
        "Renew the credentials in the kubeconfig, or use another one.", nil
      ),
      (
        [
          "was refused - did you specify", "Unable to connect to the server", "i/o timeout",
          "no route to host", "connection refused", "cluster unreachable", "TLS handshake timeout",
        ],
        silent.what, silent.advice, .silence
      ),
    ]
}
