import Basics
import Foundation

/// Everything the built-in cluster remembers between two calls. Times are seconds since 1970 on the
/// cluster's clock.
///
/// What will be true later is written down as a time ("ready at"), so the state at any later moment
/// follows from this value alone: see `ClusterSimulation`.
struct RehearsalState: Codable, Hashable, Sendable {
  var scenario: RehearsalScenario
  /// Words of the faults it began with; nil is none.
  var startedWith: [String]?
  /// Why a fault it was to begin with could not be made; such a state is not used.
  var groundless: String?
  /// The moment up to which the cluster's own doings are worked out.
  var time: Double
  /// How far the cluster's clock is ahead of the machine's.
  var clockLead = 0.0
  /// Source of names, uids and resource versions.
  var counter = 1000
  /// By `ObjectKey.text`.
  var objects: [String: JSONValue] = [:]
  /// The hash of each workload's pod template, by `ObjectKey.text`; nil in a state of an earlier
  /// version, which did not keep them.
  var templateHashes: [String: String]?
  /// By "namespace/name".
  var pods: [String: PodRecord] = [:]
  /// Namespaces that are being deleted, and when they are gone.
  var namespaceEnds: [String: Double] = [:]
  var releases: [ReleaseRecord] = []
  var repositories: [RepositoryRecord] = []
  var faults: Set<RehearsalFault> = []
  /// What breaks later, by itself; nil is nothing.
  var comingFaults: [ComingFault]?
  /// When the API server answers again (`apiStopped`).
  var apiAnswersAt = 0.0
  /// When whoever keeps the manifests of scenario no-helm does what is asked next.
  var keeperActsAt: Double?

  init(scenario: RehearsalScenario, time: Double) {
    self.scenario = scenario
    self.time = time
  }

  /// Where it began.
  var start: RehearsalStart { RehearsalStart(scenario, faults: startedWith ?? []) }
  /// The context's name in the kubeconfig.
  var context: String { "rehearsal-\(start.name)" }

  /// Two clusters of one scenario are two: each has its own uid of kube-system, by which clusters are
  /// told apart.
  mutating func becomeItself(in directory: String) {
    objects[ObjectKey("namespaces", "", "kube-system").text]?["metadata"]["uid"] = .string(
      StableHash.uid("\(directory) \(time)"))
  }

  mutating func nextNumber() -> Int {
    counter += 1
    return counter
  }

  /// A word of `length` characters, as Kubernetes appends to generated names.
  mutating func nextSuffix(_ length: Int = 5) -> String {
    StableHash.suffix("\(scenario.rawValue) \(nextNumber())", length: length)
  }

  // MARK: Workloads and their pods

  static let workloadKinds = ["daemonsets", "deployments", "statefulsets"]
  static let nodeName = "node1"
  static let nodeAddress = "10.245.0.11"

  func pods(of key: ObjectKey) -> [PodRecord] {
    pods.values.filter { $0.owner == key }.sorted {
      ($0.createdAt, $0.name) < ($1.createdAt, $1.name)
    }
  }

  func revision(of workload: JSONValue, _ key: ObjectKey) -> String {
    templateHashes?[key.text] ?? Self.hash(ofTemplateIn: workload)
  }

  static func hash(ofTemplateIn workload: JSONValue) -> String {
    StableHash.suffix(JSONText.compact(workload["spec"]["template"]), length: 10)
  }

  func wantedCount(of key: ObjectKey) -> Int {
    guard let workload = object(key) else { return 0 }
    if key.plural != "daemonsets" { return workload["spec"]["replicas"].number ?? 0 }
    let selector = workload["spec"]["template"]["spec"]["nodeSelector"].texts
    return stored("nodes").count { node in
      let labels = node["metadata"]["labels"].texts
      return selector.allSatisfy { labels[$0.key] == $0.value }
    }
  }

  func isRolledOut(_ key: ObjectKey) -> Bool {
    guard let workload = object(key) else { return false }
    let revision = revision(of: workload, key)
    let all = pods(of: key)
    let new = all.filter { $0.revision == revision && $0.isReady(at: time) }
    let old = all.filter { $0.revision != revision && !$0.isLeaving }
    return new.count >= wantedCount(of: key) && old.isEmpty
  }

  mutating func end(_ pod: PodRecord) {
    pods[pod.key]?.deletedAt = time
    pods[pod.key]?.goneAt = time + (pod.owner.plural == "daemonsets" ? 0.5 : 0.8)
  }

  // MARK: Services and their pods

  func readyPods(of service: JSONValue) -> [PodRecord] {
    pods(behind: service).filter { $0.isReady(at: time) }
  }

  func pods(behind service: JSONValue) -> [PodRecord] {
    let selector = service["spec"]["selector"].texts
    guard !selector.isEmpty else { return [] }
    return pods.values.filter { pod in
      pod.namespace == service["metadata"]["namespace"].text && !pod.isLeaving
        && selector.allSatisfy { pod.labels[$0.key] == $0.value }
    }.sorted { $0.name < $1.name }
  }

  var leasedServices: [JSONValue] {
    stored("services").filter {
      $0["metadata"]["labels"]["akash.network/service-target"].text == "metal-lb"
    }
  }
}

/// A fault that begins after the rehearsal did.
struct ComingFault: Codable, Hashable, Sendable {
  var word: String
  var at: Double
}
