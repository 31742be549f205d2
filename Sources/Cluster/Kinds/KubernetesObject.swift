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

package struct Node: Hashable, Sendable, Decodable {
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

package struct Namespace: Hashable, Sendable, Decodable {
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

package struct Service: Hashable, Sendable, Decodable {
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

/// A Deployment, StatefulSet or DaemonSet.
package struct Workload: Hashable, Sendable, Decodable {
  package var kind: String?
  package var metadata: ObjectMeta
  package var spec: Spec?
  package var status: Status?

  package init(
    kind: String? = nil, metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil
  ) {
    self.kind = kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  package struct Spec: Hashable, Sendable, Decodable {
    package var replicas: Int?
    package var selector: Selector?
    package var template: Template?

    package init(
      replicas: Int? = nil, selector: Selector? = nil, template: Template? = nil
    ) {
      self.replicas = replicas
      self.selector = selector
      self.template = template
    }
  }
  package struct Selector: Hashable, Sendable, Decodable {
    package var matchLabels: [String: String]?

    package init(
      matchLabels: [String: String]? = nil
    ) {
      self.matchLabels = matchLabels
    }
  }
  package struct Template: Hashable, Sendable, Decodable {
    package var metadata: TemplateMeta?
    package var spec: PodSpec?

    package init(
      metadata: TemplateMeta? = nil, spec: PodSpec? = nil
    ) {
      self.metadata = metadata
      self.spec = spec
    }
  }
  package struct TemplateMeta: Hashable, Sendable, Decodable {
    package var labels: [String: String]?
    package var annotations: [String: String]?

    package init(
      labels: [String: String]? = nil, annotations: [String: String]? = nil
    ) {
      self.labels = labels
      self.annotations = annotations
    }
  }
  package struct PodSpec: Hashable, Sendable, Decodable {
    package var containers: [Container]?

    package init(
      containers: [Container]? = nil
    ) {
      self.containers = containers
    }
  }
  package struct Container: Hashable, Sendable, Decodable {
    package var name: String
    package var image: String?
    package var args: [String]?
    package var env: [Variable]?
    package var ports: [ContainerPort]?
    package var command: [String]?
    package var envFrom: [VariableSource]?

    package init(
      name: String, image: String? = nil, args: [String]? = nil, env: [Variable]? = nil,
      ports: [ContainerPort]? = nil, command: [String]? = nil, envFrom: [VariableSource]? = nil
    ) {
      self.name = name
      self.image = image
      self.args = args
      self.env = env
      self.ports = ports
      self.command = command
      self.envFrom = envFrom
    }
  }
  package struct Variable: Hashable, Sendable, Decodable {
    package var name: String
    package var value: String?
    package var valueFrom: ValueSource?

    package init(
      name: String, value: String? = nil, valueFrom: ValueSource? = nil
    ) {
      self.name = name
      self.value = value
      self.valueFrom = valueFrom
    }
  }
  package struct ValueSource: Hashable, Sendable, Decodable {
    package var configMapKeyRef: KeyReference?
  }
  package struct KeyReference: Hashable, Sendable, Decodable {
    package var name: String?
    package var key: String
  }
  /// All keys of a ConfigMap as variables.
  package struct VariableSource: Hashable, Sendable, Decodable {
    package struct Reference: Hashable, Sendable, Decodable {
      package var name: String?
    }
    package var prefix: String?
    package var configMapRef: Reference?
  }
  package struct ContainerPort: Hashable, Sendable, Decodable {
    package var name: String?
    package var containerPort: Int

    package init(
      name: String? = nil, containerPort: Int
    ) {
      self.name = name
      self.containerPort = containerPort
    }
  }
  package struct Status: Hashable, Sendable, Decodable {
    package var observedGeneration: Int?
    package var replicas: Int?
    package var readyReplicas: Int?
    package var updatedReplicas: Int?
    package var availableReplicas: Int?
    package var currentRevision: String?
    package var updateRevision: String?
    package var desiredNumberScheduled: Int?
    package var numberReady: Int?
    package var updatedNumberScheduled: Int?

    package init(
      observedGeneration: Int? = nil, replicas: Int? = nil, readyReplicas: Int? = nil,
      updatedReplicas: Int? = nil, availableReplicas: Int? = nil, currentRevision: String? = nil,
      updateRevision: String? = nil, desiredNumberScheduled: Int? = nil, numberReady: Int? = nil,
      updatedNumberScheduled: Int? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.replicas = replicas
      self.readyReplicas = readyReplicas
      self.updatedReplicas = updatedReplicas
      self.availableReplicas = availableReplicas
      self.currentRevision = currentRevision
      self.updateRevision = updateRevision
      self.desiredNumberScheduled = desiredNumberScheduled
      self.numberReady = numberReady
      self.updatedNumberScheduled = updatedNumberScheduled
    }
  }

  package func container(_ name: String) -> Container? {
    spec?.template?.spec?.containers?.first { $0.name == name }
  }

  /// How many pods there should be, and how many of them are ready.
  package var wanted: Int { status?.desiredNumberScheduled ?? spec?.replicas ?? 1 }
  package var ready: Int { status?.numberReady ?? status?.readyReplicas ?? 0 }

  /// Every pod is ready and made from the present template.
  package var isRolledOut: Bool {
    guard let status else { return false }
    let isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
    let updated = status.updatedNumberScheduled ?? status.updatedReplicas ?? 0
    return isSeen && wanted > 0 && ready >= wanted && updated >= wanted
  }

  /// A `kubectl rollout restart` begun after that time goes on.
  package func isRestarting(since time: Date) -> Bool {
    let mark = spec?.template?.metadata?.annotations?["kubectl.kubernetes.io/restartedAt"]
    guard !isRolledOut, let mark, let begun = try? Date(mark, strategy: .iso8601) else {
      return false
    }
    return begun >= time
  }
}

package struct Pod: Hashable, Sendable, Decodable {
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
    package var name: String
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
}

package struct ConfigMap: Hashable, Sendable, Decodable {
  package var metadata: ObjectMeta
  package var data: [String: String]?

  package init(
    metadata: ObjectMeta, data: [String: String]? = nil
  ) {
    self.metadata = metadata
    self.data = data
  }
}

package struct EndpointSlice: Hashable, Sendable, Decodable {
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
