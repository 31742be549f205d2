import Basics

/// The names of the cures, as typed on the command line.
package enum RemedyID: String, Hashable, Sendable, Codable, CaseIterable {
  case bounceOperator = "bounce-operator"
  case restartProvider = "restart-provider"
  case restartKubeProxy = "restart-kube-proxy"
  case rollBackRelease = "roll-back-release"
  case metricsService = "metrics-service"
  case labelNamespace = "label-namespace"
  case advertisePool = "advertise-pool"
  case lowerMetalLB = "lower-metallb"
  case restartSpeakers = "restart-speakers"
  case deleteOrphans = "delete-orphans"
  case offerAttributes = "offer-attributes"

  package var advice: Advice { Advice(own: ["remedy", rawValue]) }
}
