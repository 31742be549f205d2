import Basics
import Execution
import Foundation

/// Everything the console knows of the cluster, with the age of each part.
package struct ClusterSnapshot: Equatable, Sendable {
  /// How the cluster was reached: a command that is advised reaches the same one.
  package var connection = Connection()
  package var cluster: Fact<ClusterObjects> = .notRead
  package var metallb: Fact<NamespaceObjects> = .notRead
  /// `absent` where the kinds are not in the cluster.
  package var pools: Fact<PoolObjects> = .notRead
  /// As kubectl names objects: `bgppeer.metallb.io/peer1`. `absent` where a kind is not there.
  package var routing: Fact<Set<String>> = .notRead
  package var akash: Fact<NamespaceObjects> = .notRead
  package var kubeProxy: Fact<NamespaceObjects> = .notRead
  package var releases: Fact<[Release]> = .notRead
  package var repositories: Fact<[ChartRepository]> = .notRead
  /// YAML text as helm prints it. `absent` where the provider has no release.
  package var providerValues: Fact<SecretText> = .notRead
  package var providerFile: Fact<SecretText> = .notRead
  /// `absent` where none was named.
  package var inventory: Fact<KubesprayInventory> = .notRead
  /// The first line ansible-playbook says of itself; not known where it is not there.
  package var playbook: Fact<String> = .notRead
  package var helmVersion: Fact<Version> = .notRead
  package var versions: Fact<KubernetesVersions> = .notRead
  package var permissions: Fact<Bool> = .notRead
  package var operatorCharts: Fact<[ChartVersion]> = .notRead
  package var leasedIPKind: Fact<String> = .notRead
  /// What the provider has leased; `absent` where the kind is not in the cluster.
  package var leasedIPs: Fact<[ProviderLeasedIP]> = .notRead
  package var operatorUsage: Fact<OperatorUsage> = .notRead
  package var metallbMetrics: Fact<MetalLBMetrics> = .notRead
  package var providerStatus: Fact<ProviderStatus> = .notRead
  package var metallbSurroundings: Fact<MetalLBSurroundings> = .notRead
  /// `absent` where MetalLB has no webhook.
  package var webhook: Fact<WebhookConfiguration> = .notRead
  package var webhookAnswer: Fact<WebhookAnswer> = .notRead
  /// `absent` where MetalLB is too old to say it.
  package var announcements: Fact<[ServiceL2Status]> = .notRead
  package var leaseEndpoints: Fact<[EndpointSlice]> = .notRead
  /// The lines of it that say something about waiting, oldest first.
  package var operatorLog: Fact<[OperatorLogLine]> = .notRead
  package var providerLog: Fact<[OperatorLogLine]> = .notRead
  package var operatorRights: Fact<Bool> = .notRead
  /// False where the operator ends the request with an error of its own.
  package var leaseStatus: Fact<Bool> = .notRead
  package var providerVersion: Fact<String> = .notRead
  /// By release name.
  package var histories: Fact<[String: [Revision]]> = .notRead
  /// Steps whose last run by this console was cut off or failed: a release left pending or failed
  /// is then its own, and may be put right.
  package var unfinishedSince: [StepID: Date] = [:]
  /// Who changes the cluster from this machine at this moment; nil where nobody does.
  package var changedBy: LockHolder?
  package var startedSteps: Set<StepID> {
    get { Set(unfinishedSince.keys) }
    set { unfinishedSince = Dictionary(uniqueKeysWithValues: newValue.map { ($0, .distantPast) }) }
  }

  /// Codes of the findings that somebody set aside.
  package var findingsAside: Set<String> = []

  package init() {}

  /// What was read is not what it was taken for: nothing of it is used.
  package mutating func forget(because problem: UserMessage, at time: Date) {
    var nothing = ClusterSnapshot()
    nothing.unfinishedSince = unfinishedSince
    nothing.changedBy = changedBy
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
  package var services: [Service] = []

  /// The namespace every cluster has from its first moment on.
  static let system = "kube-system"

  package init() {}

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

package struct KubernetesVersions: Equatable, Sendable {
  package var client: String
  package var server: Version?

  package init(client: String, server: Version?) {
    self.client = client
    self.server = server
  }
}

/// What the operator's `/usage` says (provider: operator/ip/operator.go). `available` is the size of
/// the pool, not what is free.
package enum OperatorUsage: Equatable, Sendable {
  case totals(available: Int, inUse: Int)
  /// 503: the barrier is locked.
  case locked
}

/// What the API server meets at the port behind MetalLB's webhook.
package enum WebhookAnswer: Equatable, Sendable {
  /// A server answers there, whatever it says.
  case answers
  /// The look was refused, which says nothing of the webhook: its server may stand at another port of
  /// the pod than the proxy takes.
  case hidden
  /// Silence on the way, which stops the webhook's own calls too; why.
  case unreachable(String)
}

/// The two gauges the operator reads for pool `default` (MetalLB: internal/allocator/stats.go).
package struct MetalLBMetrics: Equatable, Sendable {
  package var total: Int?
  package var inUse: Int?
  /// MetalLB refused the present configuration and works by an older one.
  package var isStale: Bool

  package init(total: Int?, inUse: Int?, isStale: Bool = false) {
    self.total = total
    self.inUse = inUse
    self.isStale = isStale
  }
}

package struct ProviderStatus: Equatable, Sendable {
  /// The provider's address on chain.
  package var address: String?
  package var leases: Int?
  /// Since provider 0.14.2; nil where it does not tell.
  package var leasedIP: LeasedIPCount?

  package init(address: String?, leases: Int?, leasedIP: LeasedIPCount? = nil) {
    self.address = address
    self.leases = leases
    self.leasedIP = leasedIP
  }
}

/// What the provider sells of addresses (akash-network/provider: gateway/rest/router.go@v0.14.2).
/// Its quantities are texts, and it is empty where the provider's own question was not answered.
package struct LeasedIPCount: Hashable, Sendable, Decodable {
  package var allocatable: Int?
  package var allocated: Int?

  package init(allocatable: Int?, allocated: Int?) {
    self.allocatable = allocatable
    self.allocated = allocated
  }

  private enum Key: CodingKey { case allocatable, allocated }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key) throws -> Int? {
      try values.decodeIfPresent(IntOrString.self, forKey: key).flatMap { Int($0.description) }
    }
    allocatable = try number(.allocatable)
    allocated = try number(.allocated)
  }

  /// What it can still sell.
  package var free: Int? {
    guard let allocatable, let allocated else { return nil }
    return allocatable - allocated
  }
}
