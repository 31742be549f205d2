/// What of the guide a check proves, in the guide's order.
package enum GuideRow: String, Hashable, Sendable, CaseIterable {
  case prerequisites = "prerequisites: a provider of Helm, and free public addresses"
  case namespace = "create the namespace, with its Pod Security labels"
  case metallb = "install MetalLB, by Helm or by Kubespray"
  case expose = "expose the controller's metrics"
  case pools = "make the pool and its advertisement"
  case migration = "convert the configuration of MetalLB 0.12"
  case strictARP = "switch strictARP on"
  case values = "provider.yaml: ipoperator and the attribute, then helm upgrade"
  case environment = "AKASH_IP_OPERATOR is \"true\" for the provider"
  case ipOperator = "install the IP operator with the provider's address"
  case notHelm = "a provider that Helm does not manage"
  case status = "trouble: 8443/status does not answer"
  case barrier = "trouble: barrier is locked; bounce the operator"
}

extension CheckGroup {
  /// The passage of those of its checks that name none.
  var guide: GuideRow {
    switch self {
    case .tools: .prerequisites
    case .metallb: .metallb
    case .metrics: .expose
    case .pools, .counts, .leases, .network, .proof: .pools
    case .arp: .strictARP
    case .operator: .ipOperator
    case .provider: .values
    }
  }
}
