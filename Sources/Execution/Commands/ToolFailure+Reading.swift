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
    // What a read prints may be what nobody knows yet.
    let redaction = Redaction(hidesShapes: true)
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

  private static let silent: (what: String, advice: Advice) = (
    what: "The cluster does not answer.",
    advice: "See whether the API server runs and whether the address in the kubeconfig is right."
  )

  private static let marksOfAbsence = [
    "doesn't have a resource type", "(NotFound)", "release: not found", "no repositories to show",
    "no repositories configured", "the server could not find the requested resource",
  ]

  /// What keeps every read from working, told by what it means rather than by the one command that
  /// met it. Helm says "cluster unreachable" before every cause, so the cause is looked for first.
  private struct Obstacle {
    var marks: [String]
    var what: String
    var advice: Advice
    var kind: UserMessage.Obstacle?
  }

  private static let obstacles = [
    Obstacle(
      marks: ["localhost:8080 was refused", "no configuration has been provided"],
      what: "There is no kubeconfig: kubectl does not know of any cluster.",
      advice: "Set KUBECONFIG or give --kubeconfig FILE (k3s: /etc/rancher/k3s/k3s.yaml)."),
    Obstacle(
      marks: [": permission denied", "error loading config file"],
      what: "The kubeconfig cannot be read.",
      advice: "Run this as a user who may read it, or give a copy of it: --kubeconfig FILE.",
      kind: .silence),
    Obstacle(
      marks: [
        "context was not found", "does not exist in the kubeconfig", "no context exists",
        "context \"", "stat ",
      ],
      what: "The kubeconfig does not fit.",
      advice: "See kubectl config get-contexts; give --context or --kubeconfig."),
    Obstacle(
      marks: ["getting credentials: exec", "exec: executable", "exec plugin"],
      what: "The program that the kubeconfig has for credentials failed.",
      advice: "Install it or log in with it (users[].user.exec), or use a kubeconfig without one.",
      kind: .silence),
    Obstacle(
      marks: ["(Forbidden)", " is forbidden: "], what: "This user may not read that.",
      advice: "Use the kubeconfig of a cluster administrator.", kind: .rights),
    Obstacle(
      marks: [
        "(Unauthorized)", "must be logged in to the server",
        "asked for the client to provide credentials",
      ],
      what: "The cluster does not know this user.",
      advice: "Renew the credentials in the kubeconfig, or use another one."),
    Obstacle(
      marks: ["certificate has expired or is not yet valid", "tls: expired certificate"],
      what: "A certificate between this machine and the API server has run out.",
      advice: "Renew it (kubeadm: kubeadm certs check-expiration), and compare the clocks.",
      kind: .silence),
    Obstacle(
      marks: ["x509: ", "tls: "], what: "The API server's certificate does not fit the kubeconfig.",
      advice: "See the address and certificate-authority-data in the kubeconfig.",
      kind: .silence),
    Obstacle(
      marks: ["no such host"], what: "The name of the API server is not known here.",
      advice: "See the address in the kubeconfig, and this machine's DNS.", kind: .silence),
    Obstacle(
      marks: [
        "was refused - did you specify", "Unable to connect to the server", "i/o timeout",
        "no route to host", "connection refused", "cluster unreachable", "TLS handshake timeout",
      ],
      what: silent.what, advice: silent.advice, kind: .silence),
  ]
}
