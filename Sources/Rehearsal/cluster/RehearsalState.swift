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
}

/// A fault that begins after the rehearsal did.
struct ComingFault: Codable, Hashable, Sendable {
  var word: String
  var at: Double
}
