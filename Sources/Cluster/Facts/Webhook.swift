extension FactName {
  /// MetalLB's webhook configuration; `absent` where it has none.
  package static let webhook = FactName("webhook")
}

extension ClusterSnapshot {
  package var webhook: Fact<WebhookConfiguration> {
    get { self[.webhook] }
    set { self[.webhook] = newValue }
  }
}

extension FactDefinition {
  static let webhook = FactDefinition.listed(
    .webhook, [Listing(.webhooks)], purpose: "read MetalLB's webhook configuration"
  ) { listed in
    listed.of(.webhooks, as: WebhookConfiguration.self).first {
      $0.metadata.name == "metallb-webhook-configuration"
    }
  }
}
