import Basics
import Foundation

/// A Deployment, StatefulSet or DaemonSet.
package struct Workload: ClusterObject {
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
    @ClusterName package var name: String
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
    /// A port of the node itself that leads here.
    package var hostPort: Int?

    package init(
      name: String? = nil, containerPort: Int, hostPort: Int? = nil
    ) {
      self.name = name
      self.containerPort = containerPort
      self.hostPort = hostPort
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
