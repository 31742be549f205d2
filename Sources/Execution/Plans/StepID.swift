/// The ids of the checklist, in the order of the way by Helm.
package enum StepID: String, Hashable, Sendable, Codable, CaseIterable {
  case preflight
  case namespace
  case metallb
  case migrate
  case metricsService = "metrics-service"
  case pools
  case strictARP = "strict-arp"
  case ipOperator = "ip-operator"
  case capacity
  case provider
  case verification
}
