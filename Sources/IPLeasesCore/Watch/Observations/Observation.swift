import Basics
import Foundation

/// Everything the promises look at, as it was at one moment. It holds no secret and no wallet: a
/// lease has a short name of its own.
package struct Observation: Hashable, Sendable, Codable {
  /// In whole seconds, as it is recorded.
  package var time: Date
  /// Image tags, by part.
  package var versions: [String: String] = [:]
  /// By namespace/name.
  package var releases: Observed<[String: ReleaseState]> = .unread(unasked)
  package var pools: Observed<PoolsState> = .unread(unasked)
  /// Services of type LoadBalancer that MetalLB serves, by namespace/name.
  package var services: Observed<[String: ServiceState]> = .unread(unasked)
  /// Namespaces that do not end, each with its lease, or "" where it has none.
  package var namespaces: Observed<[String: String]> = .unread(unasked)
  /// Services with a ready pod behind them; only those of leases are known.
  package var served: Observed<[String]> = .unread(unasked)
  /// The nodes that announce a Service; `absent` where MetalLB does not tell.
  package var announcers: Observed<[String: [String]]> = .unread(unasked)
  /// The ProviderLeasedIPs by name.
  package var declarations: Observed<[String: Declaration]> = .unread(unasked)
  package var metrics: Observed<CountState> = .unread(unasked)
  package var `operator`: Observed<OperatorState> = .unread(unasked)
  /// Why the operator is stuck, where that is known.
  package var barrier: BarrierState?
  package var provider: Observed<ProviderState> = .unread(unasked)
  /// Pods by name, for each namespace that is looked at.
  package var pods: [String: Observed<[String: PodState]>] = [:]
  /// Workloads whose rollout goes on.
  package var rolling: [String] = []
  /// Whether strict ARP is in effect, or not needed.
  package var strictARP: Observed<Bool> = .unread(unasked)
  /// How each check came out, by code.
  package var checks: [String: CheckState] = [:]
  /// One cause behind what is wrong, as the overview says it.
  package var cause: CauseState?
  /// What this program changed since the observation before.
  package var acts: [Act] = []
  /// Upgrades by this program whose way back is kept, each with when it was saved; nil in a record of
  /// an earlier version.
  package var waysBack: [String: Date]?

  private static let unasked = "not asked"

  package init(time: Date) { self.time = Self.wholeSeconds(time) }

  static func wholeSeconds(_ time: Date) -> Date {
    Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
  }

  package struct ReleaseState: Hashable, Sendable, Codable {
    package var revision: String
    package var status: String
    /// Name and version as one word.
    package var chart: String
    package var chartName: String
    /// What helm says of its last revision.
    package var description: String?
  }

  package struct PoolsState: Hashable, Sendable, Codable {
    package var pools: [String: String]
    package var advertisements: [String: String]
    /// Of the pool `default`; nil where there is none.
    package var size: Int?
    /// Who wrote it last, by name, where the cluster was asked for it.
    package var managers: [String: String] = [:]
  }

  package struct ServiceState: Hashable, Sendable, Codable {
    package var addresses: [String]
    package var ports: [Int] = []
    /// nil for a Service that is no lease's.
    package var lease: String?
    package var uid = ""

    /// Its namespace and name in the key.
    static func namespace(of key: String) -> String {
      String(key.prefix { $0 != "/" })
    }
  }

  package struct Declaration: Hashable, Sendable, Codable {
    package var lease: String
    /// The Service the operator makes for it.
    package var service: String
  }

  package struct CountState: Hashable, Sendable, Codable {
    package var total: Int?
    package var inUse: Int?
  }

  package struct OperatorState: Hashable, Sendable, Codable {
    package var isLocked = false
    package var total: Int?
    package var inUse: Int?
  }

  package struct BarrierState: Hashable, Sendable, Codable {
    /// The letter of the state.
    package var state: String
    package var text: String
    /// It does not go away by itself.
    package var isCertain: Bool
  }

  package struct ProviderState: Hashable, Sendable, Codable {
    package var leases: Int?
    /// nil where the provider does not tell what it sells.
    package var free: Int?
    /// It tells, but its own question was not answered.
    package var isFreeUnknown = false
  }

  package enum PodRole: String, Hashable, Sendable, Codable {
    case controller, speaker, `operator`, provider
    case kubeProxy = "kube-proxy"
    case other
  }

  package struct PodState: Hashable, Sendable, Codable {
    package var uid: String
    /// The workload it is of.
    package var owner: String
    package var role = PodRole.other
    package var isReady = true
    package var restarts = 0
    /// Why a container waits, where that is no ordinary start.
    package var waiting: String?
    package var image = ""
  }

  package enum CheckState: String, Hashable, Sendable, Codable {
    case pass, warn, fail, notRun, unread
  }

  package struct CauseState: Hashable, Sendable, Codable {
    package var text: String
    package var remedy: Advice?
  }

  package struct Act: Hashable, Sendable, Codable {
    package var time: Date
    package var step: String
    /// The command, redacted.
    package var words: [String]

    package init(time: Date, step: String, words: [String]) {
      self.time = Observation.wholeSeconds(time)
      self.step = step
      self.words = words
    }
  }
}

extension Observation {
  /// The same with what could not be read taken from another one.
  func completed(from other: Observation) -> Observation {
    var whole = self
    whole.releases = releases.orElse(other.releases)
    whole.pools = pools.orElse(other.pools)
    whole.services = services.orElse(other.services)
    whole.namespaces = namespaces.orElse(other.namespaces)
    whole.served = served.orElse(other.served)
    whole.announcers = announcers.orElse(other.announcers)
    whole.declarations = declarations.orElse(other.declarations)
    whole.metrics = metrics.orElse(other.metrics)
    whole.operator = self.operator.orElse(other.operator)
    whole.provider = provider.orElse(other.provider)
    whole.strictARP = strictARP.orElse(other.strictARP)
    for (namespace, found) in other.pods {
      whole.pods[namespace] = pods[namespace]?.orElse(found) ?? found
    }
    for (code, state) in other.checks where checks[code] == nil || checks[code] == .unread {
      whole.checks[code] = state
    }
    whole.versions.merge(other.versions) { own, _ in own }
    return whole
  }

  /// What could not be read, each with the reason.
  package var unread: [String: String] {
    let facts: [(String, String?)] = [
      ("releases", releases.unreadBecause), ("pools", pools.unreadBecause),
      ("services", services.unreadBecause), ("namespaces", namespaces.unreadBecause),
      ("endpoints", served.unreadBecause), ("announcements", announcers.unreadBecause),
      ("declarations", declarations.unreadBecause), ("metrics", metrics.unreadBecause),
      ("operator", self.operator.unreadBecause), ("provider", provider.unreadBecause),
      ("strict ARP", strictARP.unreadBecause),
    ]
    var unread: [String: String] = [:]
    for (name, why) in facts { unread[name] = why }
    for (namespace, found) in pods { unread["pods of \(namespace)"] = found.unreadBecause }
    return unread
  }

  /// All pods of a role, wherever they are.
  func pods(_ role: PodRole) -> [PodState] {
    pods.values.flatMap { found in found.value?.values.filter { $0.role == role } ?? [] }
  }

  var allPods: [String: PodState] {
    pods.values.reduce(into: [:]) { all, found in
      for pod in (found.value ?? [:]).values { all[pod.uid] = pod }
    }
  }
}
