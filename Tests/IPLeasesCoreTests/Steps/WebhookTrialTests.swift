import Cluster
import Foundation
import IPLeasesCore
import Testing

/// Whether the pools' webhook answers: its port may be hidden from a look, and then a change that is
/// not kept shows it.
@Suite struct WebhookTrialTests {
  private static let configuration = RecordedAnswers.Answer(
    "validatingwebhookconfigurations",
    prints: #"{"items":[{"kind":"ValidatingWebhookConfiguration","metadata":{"name":"#
      + #""metallb-webhook-configuration"},"webhooks":[{"name":"#
      + #""ipaddresspoolvalidationwebhook.metallb.io","clientConfig":{"service":{"name":"#
      + #""metallb-webhook-service","namespace":"metallb-system"}}}]}]}"#)
  private static let pool = RecordedAnswers.Answer(
    "get ipaddresspools",
    prints: #"{"items":[{"kind":"IPAddressPool","metadata":{"name":"default","#
      + #""namespace":"metallb-system"},"spec":{"addresses":["203.0.113.0/28"]}}]}"#)
  private static let hidden = RecordedAnswers.Answer(
    "https:metallb-webhook-service:443/proxy", exit: 1,
    complains: "Error from server (ServiceUnavailable): error trying to reach service: dial tcp "
      + "10.244.0.7:9443: connect: connection refused")

  @Test func aHiddenWebhookThatJudgesAPoolAnswers() async {
    let answers = RecordedAnswers([
      Self.configuration, Self.pool, Self.hidden,
      RecordedAnswers.Answer("annotate ipaddresspools.metallb.io default", prints: "default\n"),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools, .kubeProxy])
    #expect(snapshot.webhookAnswer.value == .answers)
    let trials = answers.asked.filter { $0.arguments.contains("annotate") }
    #expect(trials.count == 1)
    #expect(trials.allSatisfy { $0.isDryRun && !$0.changes })
  }

  @Test func aWebhookThatTheServerCannotCallIsToldAndIsNoSilentCluster() async {
    let reason =
      "failed calling webhook \"ipaddresspoolvalidationwebhook.metallb.io\": failed to call "
      + "webhook: Post \"https://metallb-webhook-service.metallb-system.svc:443/validate\": dial "
      + "tcp 10.96.0.9:443: connect: connection refused"
    let answers = RecordedAnswers([
      Self.configuration, Self.pool, Self.hidden,
      RecordedAnswers.Answer(
        "annotate ipaddresspools.metallb.io default", exit: 1,
        complains: "Error from server (InternalError): Internal error occurred: " + reason),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools, .kubeProxy])
    guard case .unreachable(let told) = snapshot.webhookAnswer.value else {
      Issue.record("\(snapshot.webhookAnswer)")
      return
    }
    #expect(told.contains("connection refused"))
    #expect(snapshot.kubeProxy.value != nil)
  }

  @Test func whatMetalLBRefusesItHasSeen() async {
    let answers = RecordedAnswers([
      Self.configuration, Self.pool, Self.hidden,
      RecordedAnswers.Answer(
        "annotate ipaddresspools.metallb.io default", exit: 1,
        complains:
          "Error from server: admission webhook \"ipaddresspoolvalidationwebhook.metallb.io\" "
          + "denied the request: overlaps"),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools])
    #expect(snapshot.webhookAnswer.value == .answers)
  }

  @Test func anothersWebhookThatIsDownSaysNothingOfMetalLBs() async {
    let answers = RecordedAnswers([
      Self.configuration, Self.pool, Self.hidden,
      RecordedAnswers.Answer(
        "annotate ipaddresspools.metallb.io default", exit: 1,
        complains: "Error from server (InternalError): Internal error occurred: failed calling "
          + "webhook \"policy.example.com\": connection refused"),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools])
    #expect(snapshot.webhookAnswer.value == .hidden)
  }

  @Test func whereAWebhookMayBePassedOverAChangeProvesNothing() async {
    var configuration = Self.configuration
    configuration.result.standardOutput = Data(
      String(decoding: configuration.result.standardOutput, as: UTF8.self)
        .replacing("\"clientConfig\"", with: "\"failurePolicy\":\"Ignore\",\"clientConfig\"").utf8)
    let answers = RecordedAnswers([configuration, Self.pool, Self.hidden])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools])
    #expect(snapshot.webhookAnswer.value == .hidden)
    #expect(!answers.asked.contains { $0.arguments.contains("annotate") })
  }

  @Test func aUserWhoMayChangeNothingLeavesItHidden() async {
    let answers = RecordedAnswers([
      Self.configuration, Self.pool, Self.hidden,
      RecordedAnswers.Answer(
        "annotate ipaddresspools.metallb.io default", exit: 1,
        complains: "Error from server (Forbidden): ipaddresspools.metallb.io \"default\" is "
          + "forbidden: User \"reader\" cannot patch resource"),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools])
    #expect(snapshot.webhookAnswer.value == .hidden)
  }

  @Test func aWebhookThatAnswersTheLookIsNotTriedOut() async {
    let answers = RecordedAnswers([
      Self.configuration, Self.pool,
      RecordedAnswers.Answer(
        "https:metallb-webhook-service:443/proxy", exit: 1,
        complains: "Error from server (NotFound): the server could not find the requested resource"
      ),
    ])
    let snapshot = await answers.read([.webhook, .webhookAnswer, .pools])
    #expect(snapshot.webhookAnswer.value == .answers)
    #expect(!answers.asked.contains { $0.arguments.contains("annotate") })
  }
}
