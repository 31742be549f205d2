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
}

/// A fault that begins after the rehearsal did.
struct ComingFault: Codable, Hashable, Sendable {
  var word: String
  var at: Double
}

/// A pod and what runs in it.
struct PodRecord: Codable, Hashable, Sendable {
  var name: String
  var namespace: String
  var uid: String
  /// The workload it belongs to.
  var owner: ObjectKey
  /// Hash of the template it was made from.
  var revision: String
  var template: JSONValue
  var address: String
  var createdAt: Double
  /// nil: never, it crashes at each start.
  var readyAt: Double?
  var crashReason: String?
  /// When a crashing container is tried once more.
  var retriesAt: Double?
  var restarts = 0
  /// When a container of it ended last.
  var endedAt: Double?
  /// Why the kubelet does not start its containers ("ImagePullBackOff").
  var waiting: String?
  /// When its process was started; nil before.
  var startedAt: Double?
  /// When it was asked to end, and when it is gone.
  var deletedAt: Double?
  var goneAt: Double?
  /// The MetalLB controller's webhook answers from here on.
  var webhookAt: Double?
  var ipOperator: IPOperatorProcess?
  var provider: ProviderProcess?

  var key: String { "\(namespace)/\(name)" }
  var labels: [String: String] { template["metadata"]["labels"].texts }
  var isLeaving: Bool { deletedAt != nil }

  func isReady(at time: Double) -> Bool {
    guard let readyAt, !isLeaving else { return false }
    return readyAt <= time
  }
}

/// The IP operator's process (provider: operator/ip/operator.go).
struct IPOperatorProcess: Codable, Hashable, Sendable {
  /// Its one DNS lookup failed: locked until the pod is replaced.
  var isStuck: Bool
  /// When it next tries to open the barrier; nil once open.
  var triesAt: Double?
  /// The provider address it was started with.
  var address: String?
  /// When it was locked; every three seconds from then on it tries again.
  var lockedAt: Double?
  /// When a watch of it was renewed.
  var renewals: [Double]?
  var isOpen = false
  /// Pool `default` as it last read it.
  var total = 0
  var inUse = 0
  var readAt = 0.0
  /// The addresses of leased Services at the last reading.
  var leases: [String] = []
}

/// The provider's process.
struct ProviderProcess: Codable, Hashable, Sendable {
  /// The environment its container was started with.
  var environment: [String: String]
  /// Its one lookup of an operator failed: `/status` hangs until the pod is replaced.
  var isStuck: Bool
  /// When `/status` answers; nil while it waits for its operators.
  var servesAt: Double?
  /// Its log tells of the failed lookup.
  var hasMissed: Bool?
  /// Addresses it holds reserved that nobody has; nil is none.
  var heldBack: Int?
  /// Why its questions about addresses fail.
  var addressError: String?

  var wantsIPOperator: Bool { environment["AKASH_IP_OPERATOR"] == "true" }
}

struct ReleaseRecord: Codable, Hashable, Sendable {
  var name: String
  var namespace: String
  var revisions: [Revision]

  struct Revision: Codable, Hashable, Sendable {
    var number: Int
    var chart: ChartReference
    var values: JSONValue
    var status: String
    var updated: Double
    var description: String
    /// How it ends; nil once ended, and for good when its helm was killed.
    var ending: Ending?
  }

  struct Ending: Codable, Hashable, Sendable {
    /// The soonest moment at which helm is through.
    var notBefore: Double
    /// Whether it waits for its objects, and until when.
    var waitsUntil: Double?
    var description: String
    /// "Release" or "Upgrade": the first word of a failure's description.
    var failureWord: String
  }

  var latest: Revision? { revisions.last }
  var isPending: Bool { latest?.status.hasPrefix("pending-") ?? false }
}

struct RepositoryRecord: Codable, Hashable, Sendable {
  var name: String
  var url: String
}

/// Kind (plural), namespace ("" for cluster-wide) and name of an object.
struct ObjectKey: Codable, Hashable, Sendable {
  var plural: String
  var namespace: String
  var name: String

  init(_ plural: String, _ namespace: String, _ name: String) {
    self.plural = plural
    self.namespace = namespace
    self.name = name
  }

  var text: String { "\(plural)/\(namespace)/\(name)" }
}

/// Names that look random and are the same each time.
enum StableHash {
  /// FNV-1a, 64 bits.
  static func number(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  static func suffix(_ text: String, length: Int) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    var rest = number(text)
    var result = ""
    for _ in 0..<length {
      rest = rest &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
      result.append(letters[Int((rest >> 33) % UInt64(letters.count))])
    }
    return result
  }

  static func hexadecimal(_ text: String, digits: Int) -> String {
    var result = ""
    var part = 0
    while result.count < digits {
      let word = String(number("\(part) \(text)") &* 0x9E37_79B9_7F4A_7C15, radix: 16)
      result += String(repeating: "0", count: 16 - word.count) + word
      part += 1
    }
    return String(result.prefix(digits))
  }

  static func uid(_ text: String) -> String {
    let digits = Array(hexadecimal("uid \(text)", digits: 32))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return parts.joined(separator: "-")
  }
}
