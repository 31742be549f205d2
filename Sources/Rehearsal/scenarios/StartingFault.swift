import Basics
import Execution

/// Something that is broken when a rehearsal begins, as an admin, a tool or time would have broken
/// it.
package struct StartingFault: Sendable {
  /// How the check that finds it ends.
  package enum Told: String, Hashable, Sendable {
    case fail
    case warn
    case notRun
  }

  /// What it is called on the command line.
  package var word: String
  /// The check that finds it; nil where it is no fault but looks like one.
  package var code: String?
  package var verdict: Told
  /// The remedy that makes that check pass.
  package var cure: RemedyID?
  package var title: String
  /// Seconds before the beginning at which it happens.
  var age: Double
  var happen: @Sendable (inout RehearsalState) -> Void

  /// A while ago, so that nothing is just starting any more.
  static let longAgo = 3600.0
  /// Seconds after the beginning: a day.
  static let latest = 86_400
  /// So short ago that what notices by itself has not noticed yet.
  static let justNow = 45.0

  init(
    _ word: String, _ code: String?, _ title: String, verdict: Told = .fail,
    cure: RemedyID? = nil, age: Double = longAgo,
    happen: @escaping @Sendable (inout RehearsalState) -> Void
  ) {
    self.word = word
    self.code = code
    self.title = title
    self.verdict = verdict
    self.cure = cure
    self.age = age
    self.happen = happen
  }
}

/// Every fault a rehearsal of scenario `enabled` can begin with.
package enum StartingFaults {
  package static let all: [StartingFault] =
    ofTools + ofMetalLB + ofMetrics + ofPools + ofKubeProxy + ofOperator + ofCounts + ofProvider
    + ofNetwork + ofLeases

  /// By word or code, and the seconds after the beginning at which it happens: `metrics-refused@30`.
  static func called(_ text: String) -> (fault: StartingFault, after: Double?)? {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let fault = parts.first.flatMap({ named(String($0)) }) else { return nil }
    guard parts.count > 1 else { return (fault, nil) }
    guard let seconds = Int(parts[1]), (1...StartingFault.latest).contains(seconds) else {
      return nil
    }
    return (fault, Double(seconds))
  }

  /// By word; by code (`IPL-0704`, `0704`) the first that its check finds.
  static func named(_ text: String) -> StartingFault? {
    let name = text.lowercased()
    return all.first { fault in
      let code = fault.code?.lowercased() ?? ""
      return fault.word == name || (!code.isEmpty && (code == name || code == "ipl-\(name)"))
    }
  }
}

/// The ways in which somebody breaks something.
extension RehearsalState {
  static let metallb = Names.metallb
  static let akash = Names.akash

  /// Changes an object past the webhook, as with `kubectl edit` while it was down.
  mutating func edit(
    _ plural: String, _ namespace: String, _ name: String, _ change: (inout JSONValue) -> Void
  ) {
    guard var object = object(plural, namespace, name) else { return }
    change(&object)
    update(ObjectKey(plural, namespace, name), to: object, manager: "kubectl-edit")
  }

  mutating func editNode(_ change: (inout JSONValue) -> Void) {
    edit("nodes", "", Self.nodeName, change)
  }

  mutating func remove(_ plural: String, _ namespace: String, _ name: String) {
    remove(ObjectKey(plural, namespace, name))
  }

  /// Makes the objects of a manifest.
  mutating func make(_ manifest: String) {
    for object in (try? YAMLDocument.json(in: manifest)) ?? [] {
      if let kind = ResourceKind.of(object) { create(object, kind, manager: "kubectl-create") }
    }
  }

  /// New pods for a workload, as by `kubectl rollout restart`, and the time they take.
  mutating func replacePods(of plural: String, _ namespace: String, _ name: String) {
    for pod in pods(of: ObjectKey(plural, namespace, name)) { end(pod) }
    advance(to: time + 10)
  }

  /// Changes the pods of a workload in place.
  mutating func changePods(
    of plural: String, _ namespace: String, _ name: String, _ change: (inout PodRecord) -> Void
  ) {
    for pod in pods(of: ObjectKey(plural, namespace, name)) {
      var changed = pod
      change(&changed)
      pods[pod.key] = changed
    }
  }

  /// The kubelet cannot start these pods' containers, and says why.
  mutating func hold(_ plural: String, _ namespace: String, _ name: String, _ reason: String) {
    changePods(of: plural, namespace, name) { pod in
      pod.waiting = reason
      pod.readyAt = nil
      pod.startedAt = nil
      pod.webhookAt = nil
      pod.ipOperator = nil
      pod.provider = nil
    }
  }

  /// A change of a release that did not come to its end.
  mutating func spoil(_ name: String, status: String) {
    guard let index = releases.firstIndex(where: { $0.name == name }),
      var revision = releases[index].latest
    else { return }
    revision.number += 1
    revision.status = status
    revision.updated = time
    revision.description =
      status == "failed"
      ? "Upgrade \"\(name)\" failed: context deadline exceeded" : "Preparing upgrade"
    releases[index].revisions.append(revision)
  }

  /// How the last change of a release is written down, whatever it left in the cluster.
  mutating func markLatest(_ name: String, _ status: String, _ description: String) {
    guard let index = releases.firstIndex(where: { $0.name == name }),
      let last = releases[index].revisions.indices.last
    else { return }
    releases[index].revisions[last].status = status
    releases[index].revisions[last].description = description
  }

  /// The release's history is this chart alone, and then what is there now.
  mutating func putBefore(_ name: String, _ chart: ChartReference) {
    guard let index = releases.firstIndex(where: { $0.name == name }),
      var latest = releases[index].latest
    else { return }
    var first = latest
    first.number = 1
    first.chart = chart
    first.values = .empty
    first.status = "superseded"
    first.description = "Install complete"
    first.updated = latest.updated - 86_400
    latest.number = 2
    releases[index].revisions = [first, latest]
  }

  func event(_ reason: String, _ message: String, on kind: String, _ name: String) -> String {
    """
    apiVersion: v1
    kind: Event
    metadata: {name: \(name).1, namespace: \(Self.metallb)}
    type: Warning
    reason: \(reason)
    message: \(JSONText.compact(.string(message)))
    lastTimestamp: "\(Timestamp.rfc3339(time))"
    involvedObject: {kind: \(kind), name: \(name), namespace: \(Self.metallb)}
    """
  }

  /// The node was away: the operator's container starts while the cluster's DNS does not answer yet.
  mutating func startOperatorBeforeDNS() {
    let now = time
    changePods(of: "deployments", Self.akash, "operator-ip") { pod in
      pod.restarts += 1
      pod.startedAt = now
      pod.endedAt = now - 30
      pod.ipOperator = IPOperatorProcess(isStuck: true, address: pod.ipOperator?.address)
    }
  }

  /// Its container starts once more.
  mutating func restartProviderInPlace() {
    for pod in pods(of: ObjectKey("statefulsets", Self.akash, "akash-provider")) {
      pods[pod.key]?.restarts += 1
      pods[pod.key]?.endedAt = time - 30
      pods[pod.key]?.startedAt = time
      var processes = AkashProcesses(state: self)
      processes.start(pod)
      self = processes.state
    }
  }
}
