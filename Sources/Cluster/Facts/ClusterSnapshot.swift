import Basics
import Execution
import Foundation

/// Everything the console knows of the cluster, with the age of each part.
package struct ClusterSnapshot: Equatable, Sendable {
  /// How the cluster was reached: a command that is advised reaches the same one.
  package var connection = Connection()
  /// What was read, by the names that the facts' own files give.
  private var facts = FactStore()
  /// Steps whose last run by this console was cut off or failed: a release left pending or failed
  /// is then its own, and may be put right.
  package var unfinishedSince: [StepID: Date] = [:]
  /// Who changes the cluster from this machine at this moment; nil where nobody does.
  package var changedBy: LockHolder?
  package var startedSteps: Set<StepID> {
    get { Set(unfinishedSince.keys) }
    set { unfinishedSince = Dictionary(uniqueKeysWithValues: newValue.map { ($0, .distantPast) }) }
  }

  /// The addresses that leases had when this machine saw them with one last.
  package var recordedAddresses: [Lease: [String]] = [:]

  /// Codes of the findings that somebody set aside.
  package var findingsAside: Set<String> = []

  package init() {}

  package subscript<Value: Equatable & Sendable>(name: FactName) -> Fact<Value> {
    get { facts[name] }
    set { facts[name] = newValue }
  }

  package func reading(of name: FactName) -> Reading { facts.reading(of: name) }

  /// The facts that say something else there, whenever they were read.
  package func differing(from other: ClusterSnapshot) -> Set<FactName> {
    facts.differing(from: other.facts)
  }

  /// Takes over these facts.
  mutating func take(_ names: Set<FactName>, from other: ClusterSnapshot) {
    facts.take(names, from: other.facts)
  }

  func isAbsent(_ name: FactName) -> Bool { facts.isAbsent(name) }

  /// What was read is not what it was taken for: nothing of it is used.
  package mutating func forget(because problem: UserMessage, at time: Date) {
    var nothing = ClusterSnapshot()
    nothing.unfinishedSince = unfinishedSince
    nothing.changedBy = changedBy
    nothing.recordedAddresses = recordedAddresses
    nothing.cluster = .unreadable(problem, at: time)
    nothing.metallb = .unreadable(problem, at: time)
    nothing.pools = .unreadable(problem, at: time)
    nothing.akash = .unreadable(problem, at: time)
    nothing.kubeProxy = .unreadable(problem, at: time)
    nothing.releases = .unreadable(problem, at: time)
    nothing.providerValues = .unreadable(problem, at: time)
    self = nothing
  }
}

package struct ClusterObjects: Equatable, Sendable {
  package var nodes: [Node] = []
  package var namespaces: [Namespace] = []
  package var services: [Service] = [] {
    didSet { index = ServiceIndex(services) }
  }
  package private(set) var index = ServiceIndex()

  /// The namespace every cluster has from its first moment on.
  static let system = "kube-system"

  package init() {}

  /// The index follows from the Services.
  package static func == (one: Self, other: Self) -> Bool {
    one.nodes == other.nodes && one.namespaces == other.namespaces
      && one.services == other.services
  }

  package func namespace(_ name: String) -> Namespace? {
    namespaces.first { $0.metadata.name == name }
  }

  package func service(_ name: String, in namespace: String) -> Service? {
    services.first { $0.metadata.name == name && $0.metadata.namespace == namespace }
  }
}

/// The objects of one namespace that are looked at.
package struct NamespaceObjects: Equatable, Sendable {
  package var deployments: [Workload] = []
  package var daemonSets: [Workload] = []
  package var statefulSets: [Workload] = []
  package var pods: [Pod] = []
  package var configMaps: [ConfigMap] = []
  package var endpointSlices: [EndpointSlice] = []

  package init() {}

  package func readyEndpoints(of service: String) -> Int {
    endpointSlices.filter { $0.service == service }.reduce(0) { $0 + $1.readyCount }
  }

  package func pods(matching labels: [String: String]) -> [Pod] {
    pods.filter { pod in labels.allSatisfy { pod.metadata.label($0.key) == $0.value } }
  }

  /// The one whose log is meant, so that nothing else is asked for it; nil where kubectl is to choose.
  func onlyPod(of log: WorkloadLog) -> WorkloadLog.Pod? {
    let workloads = log.kind == .deployment ? deployments : statefulSets
    let workload = workloads.first {
      $0.metadata.name == log.name && $0.metadata.namespace == log.namespace
    }
    guard let labels = workload?.spec?.selector?.matchLabels, !labels.isEmpty else { return nil }
    let own = pods(matching: labels).filter { $0.metadata.namespace == log.namespace }
    guard own.count == 1, let containers = own[0].spec?.containers,
      let container = log.container ?? (containers.count == 1 ? containers[0].name : nil)
    else { return nil }
    return WorkloadLog.Pod(name: own[0].metadata.name, container: container)
  }
}

package struct PoolObjects: Equatable, Sendable {
  package var pools: [IPAddressPool] = []
  package var advertisements: [L2Advertisement] = []
  package var bgpAdvertisements: [BGPAdvertisement] = []

  package init() {}

  /// The names of what announces the pool, on the local network or by BGP.
  package func announcers(of pool: IPAddressPool) -> [String] {
    advertisements.filter { $0.covers(pool: pool) }.map(\.metadata.name)
      + bgpAdvertisements.filter { $0.covers(pool: pool) }.map(\.metadata.name)
  }

  /// By the name of each L2Advertisement that announces the pool, the other pools it announces.
  package func announcedBeside(_ name: String) -> [String: [String]] {
    guard let pool = pool(name) else { return [:] }
    var beside: [String: [String]] = [:]
    for advertisement in advertisements where advertisement.covers(pool: pool) {
      let others = pools.filter { $0.metadata.name != name && advertisement.covers(pool: $0) }
      beside[advertisement.metadata.name] = others.map(\.metadata.name)
    }
    return beside
  }

  package func pool(_ name: String) -> IPAddressPool? {
    pools.first { $0.metadata.name == name }
  }
}
