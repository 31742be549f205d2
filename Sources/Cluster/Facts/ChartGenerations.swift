import Basics

/// The names the Akash charts give to the IP operator, on both sides of chart 9.0.0
/// (helm-charts: charts/akash-ip-operator at tags akash-ip-operator-8.0.0 and -9.0.0).
package enum ChartGeneration: Hashable, Sendable, CaseIterable {
  case before9
  case since9

  package init(chart version: Version) { self = version.major < 9 ? .before9 : .since9 }

  /// Deployment, Service and container.
  package var operatorName: String {
    switch self {
    case .before9: "akash-ip-operator"
    case .since9: "operator-ip"
    }
  }

  /// Deployment and container of the hostname operator.
  package var hostnameOperatorName: String {
    switch self {
    case .before9: "akash-hostname-operator"
    case .since9: "operator-hostname"
    }
  }

  /// Deployment and container of the inventory operator
  /// (helm-charts: charts/akash-inventory-operator/templates/deployment.yaml).
  package var inventoryOperatorName: String {
    switch self {
    case .before9: "inventory-operator"
    case .since9: "operator-inventory"
    }
  }

  /// Service and port for the API server's proxy.
  package var usageService: String {
    switch self {
    case .before9: "akash-ip-operator:api"
    case .since9: "operator-ip:rest"
    }
  }
}
