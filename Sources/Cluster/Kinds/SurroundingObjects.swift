import Basics
import Foundation

/// What stands around MetalLB in its namespace.
package struct MetalLBSurroundings: Equatable, Sendable {
  package var events: [ClusterEvent] = []
  package var networkPolicies: [NetworkPolicy] = []

  package init() {}
}

package struct ClusterEvent: ClusterObject {
  package var metadata: ObjectMeta
  package var type: String?
  package var reason: String?
  package var message: String?
  package var lastTimestamp: Date?
  package var eventTime: String?
  package var count: Int?
  package var involvedObject: ObjectReference?

  package struct ObjectReference: Hashable, Sendable, Decodable {
    package var kind: String?
    package var name: String?
  }
}

package struct NetworkPolicy: ClusterObject {
  package var metadata: ObjectMeta
  package var spec: Spec?

  package struct Spec: Hashable, Sendable, Decodable {
    package var podSelector: Selector?
    package var policyTypes: [String]?
    package var ingress: [Rule]?
  }
  package struct Selector: Hashable, Sendable, Decodable {
    package var matchLabels: [String: String]?
  }
  package struct Rule: Hashable, Sendable, Decodable {
    package var ports: [Port]?
  }
  package struct Port: Hashable, Sendable, Decodable {
    package var port: IntOrString?
  }

  /// It lets nothing into these pods but what its rules allow.
  package func restricts(_ labels: [String: String]) -> Bool {
    guard spec?.policyTypes?.contains("Ingress") ?? true else { return false }
    return (spec?.podSelector?.matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
  }

  /// A rule lets someone reach the port. A rule without ports is about all of them.
  package func allows(port number: Int, name: String) -> Bool {
    (spec?.ingress ?? []).contains { rule in
      guard let ports = rule.ports, !ports.isEmpty else { return true }
      return ports.contains {
        $0.port == nil || $0.port == .int(number) || $0.port == .string(name)
      }
    }
  }
}

/// MetalLB's word that a node answers for a Service (since 0.14.2; MetalLB:
/// api/v1beta1/servicel2status_types.go@v0.14.8).
package struct ServiceL2Status: ClusterObject {
  package var metadata: ObjectMeta
  package var status: Status?

  package struct Status: Hashable, Sendable, Decodable {
    package var node: String?
    package var serviceName: String?
    package var serviceNamespace: String?
  }
}

package struct WebhookConfiguration: ClusterObject {
  package var metadata: ObjectMeta
  package var webhooks: [Webhook]?

  package struct Webhook: Hashable, Sendable, Decodable {
    package var name: String
    package var clientConfig: ClientConfig?
    /// `Ignore`: what it cannot be asked about is let through.
    package var failurePolicy: String?

    var letsThrough: Bool { failurePolicy == "Ignore" }
  }
  package struct ClientConfig: Hashable, Sendable, Decodable {
    package var caBundle: String?
    package var service: ServiceReference?
  }
  package struct ServiceReference: Hashable, Sendable, Decodable {
    @ClusterName package var name: String
    @ClusterName package var namespace: String
    package var port: Int?
  }

  /// The Service the API server calls, as its proxy takes it.
  package var proxyTarget: (service: String, namespace: String)? {
    let service = webhooks?.lazy.compactMap { $0.clientConfig?.service }.first
    return service.map { ("https:\($0.name):\($0.port ?? 443)", $0.namespace) }
  }
}
