import Basics
import Foundation

/// The part of an object's metadata that is looked at.
package struct ObjectMeta: Hashable, Sendable, Decodable {
  package var name: String
  package var namespace: String?
  package var uid: String?
  package var labels: [String: String]?
  package var annotations: [String: String]?
  package var resourceVersion: String?
  package var creationTimestamp: Date?
  package var generation: Int?
  package var deletionTimestamp: Date?
  package var managedFields: [ManagedFields]?

  package init(
    name: String, namespace: String? = nil, uid: String? = nil, labels: [String: String]? = nil,
    annotations: [String: String]? = nil, resourceVersion: String? = nil,
    creationTimestamp: Date? = nil, generation: Int? = nil, deletionTimestamp: Date? = nil,
    managedFields: [ManagedFields]? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.uid = uid
    self.labels = labels
    self.annotations = annotations
    self.resourceVersion = resourceVersion
    self.creationTimestamp = creationTimestamp
    self.generation = generation
    self.deletionTimestamp = deletionTimestamp
    self.managedFields = managedFields
  }

  /// Set where nobody asks who changed an object when: that is half of its text.
  static let withoutManagedFields = CodingUserInfoKey(rawValue: "withoutManagedFields")

  private enum CodingKeys: String, CodingKey {
    case name, namespace, uid, labels, annotations, resourceVersion, creationTimestamp
    case generation, deletionTimestamp, managedFields
  }

  package init(from decoder: any Decoder) throws {
    let meta = try decoder.container(keyedBy: CodingKeys.self)
    name = try meta.decodeName(forKey: .name)
    namespace = try meta.decodeNameIfPresent(forKey: .namespace)
    uid = try meta.decodeIfPresent(String.self, forKey: .uid)
    labels = try meta.decodeIfPresent([String: String].self, forKey: .labels)
    annotations = try meta.decodeIfPresent([String: String].self, forKey: .annotations)
    resourceVersion = try meta.decodeIfPresent(String.self, forKey: .resourceVersion)
    creationTimestamp = try meta.decodeIfPresent(Date.self, forKey: .creationTimestamp)
    generation = try meta.decodeIfPresent(Int.self, forKey: .generation)
    deletionTimestamp = try meta.decodeIfPresent(Date.self, forKey: .deletionTimestamp)
    let isShort = Self.withoutManagedFields.map { decoder.userInfo[$0] != nil } ?? false
    managedFields =
      isShort ? nil : try meta.decodeIfPresent([ManagedFields].self, forKey: .managedFields)
  }

  package struct ManagedFields: Hashable, Sendable, Decodable {
    package var manager: String?
    package var time: Date?
  }

  package func label(_ key: String) -> String? { labels?[key] }

  /// When a field got another value last, in whole seconds; nil where the command did not ask for
  /// the managed fields (kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go,
  /// ManagedFieldsEntry.Time).
  package var changedAt: Date? { managedFields?.compactMap(\.time).max() }
}

/// What the API server keeps under a name.
package protocol ClusterObject: Hashable, Sendable, Decodable {
  var metadata: ObjectMeta { get set }
  /// A patch of it names the version it was made from, so that one is to be known.
  static var isPatchedByVersion: Bool { get }
}

extension ClusterObject {
  package static var isPatchedByVersion: Bool { false }

  /// Nothing is other that is looked at: a node's heartbeat is no news.
  func isNoNews(after old: any ClusterObject) -> Bool {
    guard var old = old as? Self else { return false }
    if !Self.isPatchedByVersion { old.metadata.resourceVersion = metadata.resourceVersion }
    return old == self
  }
}

package struct Node: ClusterObject {
  package var metadata: ObjectMeta
  package var spec: Spec?
  package var status: Status?

  package struct Spec: Hashable, Sendable, Decodable {
    package var podCIDRs: [String]?
    package var podCIDR: String?
    package var unschedulable: Bool?
    package var taints: [Taint]?
  }
  package struct Taint: Hashable, Sendable, Decodable {
    package var key: String
    package var effect: String
  }
  package struct Status: Hashable, Sendable, Decodable {
    package var addresses: [Address]?
    package var nodeInfo: NodeInfo?
    package var conditions: [Condition]?
  }
  package struct Address: Hashable, Sendable, Decodable {
    package var type: String
    package var address: String
  }
  package struct NodeInfo: Hashable, Sendable, Decodable {
    package var kubeletVersion: String?
  }
}

package struct Condition: Hashable, Sendable, Decodable {
  package var type: String
  package var status: String
  package var reason: String?
  package var message: String?
  package var lastTransitionTime: Date?
}

package struct Namespace: ClusterObject {
  package var metadata: ObjectMeta
  package var status: Status?

  package init(
    metadata: ObjectMeta, status: Status? = nil
  ) {
    self.metadata = metadata
    self.status = status
  }

  package struct Status: Hashable, Sendable, Decodable {
    package var phase: String?

    package init(
      phase: String? = nil
    ) {
      self.phase = phase
    }
  }

  package var isTerminating: Bool { status?.phase == "Terminating" }
}

package struct Service: ClusterObject {
  package static let isPatchedByVersion = true

  package var metadata: ObjectMeta
  package var spec: Spec?
  package var status: Status?

  package init(
    metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil
  ) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  package struct Spec: Hashable, Sendable, Decodable {
    package var type: String?
    package var clusterIP: String?
    package var externalIPs: [String]?
    package var loadBalancerIP: String?
    package var loadBalancerClass: String?
    package var selector: [String: String]?
    package var ports: [Port]?

    package init(
      type: String? = nil, clusterIP: String? = nil, externalIPs: [String]? = nil,
      loadBalancerIP: String? = nil, loadBalancerClass: String? = nil,
      selector: [String: String]? = nil, ports: [Port]? = nil
    ) {
      self.type = type
      self.clusterIP = clusterIP
      self.externalIPs = externalIPs
      self.loadBalancerIP = loadBalancerIP
      self.loadBalancerClass = loadBalancerClass
      self.selector = selector
      self.ports = ports
    }
  }
  package struct Port: Hashable, Sendable, Decodable {
    package var name: String?
    package var port: Int
    package var `protocol`: String?
    package var targetPort: IntOrString?

    package init(
      name: String? = nil, port: Int, protocol: String? = nil, targetPort: IntOrString? = nil
    ) {
      self.name = name
      self.port = port
      self.protocol = `protocol`
      self.targetPort = targetPort
    }
  }
  package struct Status: Hashable, Sendable, Decodable {
    package var loadBalancer: LoadBalancer?
  }
  package struct LoadBalancer: Hashable, Sendable, Decodable {
    package var ingress: [Ingress]?
  }
  package struct Ingress: Hashable, Sendable, Decodable {
    package var ip: String?
    package var hostname: String?
  }

  /// The addresses it holds now.
  package var addresses: [String] { status?.loadBalancer?.ingress?.compactMap(\.ip) ?? [] }
}

/// A number or a name, as Kubernetes writes ports.
package enum IntOrString: Hashable, Sendable, Decodable {
  case int(Int)
  case string(String)

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .int(number)
    } else {
      self = .string(try container.decode(String.self))
    }
  }
}

package struct Pod: ClusterObject {
  package var metadata: ObjectMeta
  package var spec: Spec?
  package var status: Status?

  package struct Spec: Hashable, Sendable, Decodable {
    package var nodeName: String?
    package var initContainers: [Workload.Container]?
    package var containers: [Workload.Container]?
  }
  package struct Status: Hashable, Sendable, Decodable {
    package var phase: String?
    package var startTime: Date?
    package var conditions: [Condition]?
    package var containerStatuses: [ContainerStatus]?
    package var initContainerStatuses: [ContainerStatus]?
  }
  package struct ContainerStatus: Hashable, Sendable, Decodable {
    @ClusterName package var name: String
    package var ready: Bool?
    package var restartCount: Int?
    package var state: State?
    package var lastState: State?
  }
  package struct State: Hashable, Sendable, Decodable {
    package var waiting: Reason?
    package var running: Running?
    package var terminated: Reason?
  }
  package struct Running: Hashable, Sendable, Decodable {
    package var startedAt: Date?
  }
  package struct Reason: Hashable, Sendable, Decodable {
    package var reason: String?
    package var message: String?
    package var exitCode: Int?
    package var startedAt: Date?
    package var finishedAt: Date?
  }

  /// When its newest process began: a container that is started again in its pod is younger than it.
  package var runsSince: Date? {
    status?.containerStatuses?.compactMap { $0.state?.running?.startedAt }.max()
      ?? status?.startTime
  }

  package var isReady: Bool {
    status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false
  }

  /// Why a container waits ("ImagePullBackOff", "CrashLoopBackOff"); nil if none does.
  package var waitingReason: String? {
    status?.containerStatuses?.compactMap { $0.state?.waiting?.reason }.first {
      $0 != "ContainerCreating" && $0 != "PodInitializing"
    }
  }

  /// A container waits for its image, which was not pulled.
  package var isWithoutImage: Bool {
    let pulls: Set = [
      "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull",
    ]
    return waitingReason.map(pulls.contains) ?? false
  }
}

package struct ConfigMap: ClusterObject {
  package static let isPatchedByVersion = true

  package var metadata: ObjectMeta
  package var data: [String: String]?

  package init(
    metadata: ObjectMeta, data: [String: String]? = nil
  ) {
    self.metadata = metadata
    self.data = data
  }
}

package struct EndpointSlice: ClusterObject {
  package var metadata: ObjectMeta
  package var endpoints: [Endpoint]?
  package var ports: [Port]?

  package init(
    metadata: ObjectMeta, endpoints: [Endpoint]? = nil, ports: [Port]? = nil
  ) {
    self.metadata = metadata
    self.endpoints = endpoints
    self.ports = ports
  }

  package struct Endpoint: Hashable, Sendable, Decodable {
    package var addresses: [String]?
    package var conditions: Conditions?

    package init(
      addresses: [String]? = nil, conditions: Conditions? = nil
    ) {
      self.addresses = addresses
      self.conditions = conditions
    }
  }
  package struct Conditions: Hashable, Sendable, Decodable {
    package var ready: Bool?

    package init(
      ready: Bool? = nil
    ) {
      self.ready = ready
    }
  }
  package struct Port: Hashable, Sendable, Decodable {
    package var name: String?
    package var port: Int?
  }

  /// The Service it belongs to (label `kubernetes.io/service-name`).
  package var service: String? { metadata.label("kubernetes.io/service-name") }
  package var readyCount: Int { endpoints?.count { $0.conditions?.ready ?? true } ?? 0 }
}
