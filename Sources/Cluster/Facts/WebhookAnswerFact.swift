import Basics
import Execution

extension FactName {
  /// Whether the webhook's server answers the API server, asked through its proxy.
  package static let webhookAnswer = FactName("webhookAnswer")
}

extension ClusterSnapshot {
  package var webhookAnswer: Fact<WebhookAnswer> {
    get { self[.webhookAnswer] }
    set { self[.webhookAnswer] = newValue }
  }
}

extension FactDefinition {
  static let webhookAnswer: FactDefinition = {
    var definition = asked(
      .webhookAnswer, near: [.webhook, .metallb],
      [
        Question(after: [.webhook, .pools]) { snapshot, _ in
          snapshot.webhook.value?.proxyTarget.map { [look($0.service, $0.namespace)] } ?? []
        }
      ])
    definition.isOnDemand = true
    return definition
  }()

  /// The API server's proxy takes the way its calls of the webhook take. Whatever the server there
  /// says of a path that is not its own, it answers.
  private static func look(_ service: String, _ namespace: String) -> Read {
    let path = ClusterRead.proxyPath(service, namespace, "")
    return Read(.endpoint(path, purpose: "see whether MetalLB's webhook answers"), then: trial) {
      snapshot, answer in
      guard let said = answer.said else {
        snapshot.webhookAnswer = answer.failed()
        return
      }
      let text = said.errorText
      let isCut =
        text.contains("error trying to reach service") || text.contains("no endpoints available")
      if isCut || said.exit == .timedOut {
        let reason = ToolFailure.reason(in: said, redaction: Redaction()) ?? "no answer in time"
        let isRefused = reason.contains("connection refused")
        snapshot.webhookAnswer = .known(isRefused ? .hidden : .unreachable(reason), at: answer.at)
      } else if said.exit.isSuccess || text.hasPrefix("Error from server") {
        snapshot.webhookAnswer =
          text.contains("(Forbidden)") ? answer.failed() : .known(.answers, at: answer.at)
      } else {
        snapshot.webhookAnswer = answer.failed()
      }
    }
  }

  /// Where the look was refused, a change of a pool tells, which the API server shows to the webhook
  /// and does not keep. Only what it says of the webhook is taken.
  private static func trial(_ snapshot: ClusterSnapshot) -> Read? {
    guard snapshot.webhookAnswer.value == .hidden, let pool = snapshot.pools.value?.pools.first,
      let hooks = snapshot.webhook.value?.webhooks, !hooks.contains(where: \.letsThrough)
    else { return nil }
    let command = Kubectl(snapshot.connection).tryOut(
      pool: pool.metadata.name,
      namespace: pool.metadata.namespace ?? ConsoleSettings.metallbNamespace)
    return Read(.tool(command)) { snapshot, answer in
      guard let said = answer.said else { return }
      // Other webhooks have their say too.
      let isItsOwn = hooks.contains { said.errorText.contains("webhook \"\($0.name)\"") }
      if said.exit.isSuccess || isItsOwn && said.errorText.contains("denied the request") {
        snapshot.webhookAnswer = .known(.answers, at: answer.at)
      } else if isItsOwn, ToolFailure.isWebhookNotReady(said) {
        let reason = ToolFailure.reason(in: said, redaction: Redaction()) ?? "no reason"
        snapshot.webhookAnswer = .known(.unreachable(reason), at: answer.at)
      }
    }
  }
}

/// What the API server meets at the port behind MetalLB's webhook.
package enum WebhookAnswer: Equatable, Sendable {
  /// A server answers there, whatever it says.
  case answers
  /// The look was refused, which says nothing of the webhook: its server may stand at another port of
  /// the pod than the proxy takes.
  case hidden
  /// Silence on the way, which stops the webhook's own calls too; why.
  case unreachable(String)
}
