import Foundation

package enum PromiseID: String, Hashable, Sendable, Codable, CaseIterable {
  case addresses, announced, pools, metrics, `operator`, provider, leases, sells, pods, arp
  case releases, checks
}

/// Something that stays so over an upgrade. Pure.
package struct Promise: Sendable {
  package let id: PromiseID
  package let title: String
  /// What is found of it at one moment.
  let find: @Sendable (WatchScene) -> PromiseFinding

  init(
    _ id: PromiseID, _ title: String, find: @escaping @Sendable (WatchScene) -> PromiseFinding
  ) {
    self.id = id
    self.title = title
    self.find = find
  }

  /// How it stands now.
  ///
  /// - Parameters:
  ///   - track: how it stood until now.
  ///   - unseen: seconds before this moment in which nothing was seen.
  ///   - passed: seconds since the moment before.
  func judge(_ scene: WatchScene, _ track: PromiseTrack, unseen: Int, passed: Int) -> PromiseTrack {
    var track = track
    track.take(find(scene), at: scene.now.time, unseen: unseen, passed: passed)
    return track
  }
}

/// What a promise is judged by.
struct WatchScene: Sendable {
  let part: Upgrade.Part?
  let baseline: Observation
  let timeline: WatchTimeline
  let now: Observation
  /// Services whose address is promised: those of the baseline, and those that came since.
  let heldServices: [String: Observation.ServiceState]

  init(baseline: WatchBaseline, timeline: WatchTimeline, now: Observation) {
    part = baseline.part
    self.baseline = baseline.observation
    self.timeline = timeline
    self.now = now
    heldServices = (self.baseline.services.value ?? [:])
      .filter { !$0.value.addresses.isEmpty }.merging(timeline.joined) { old, _ in old }
  }

  /// When the newest pod of that role that is not of the baseline was first seen.
  func arrival(of role: Observation.PodRole) -> Date? {
    now.pods(role).compactMap { timeline.arrivals[$0.uid] }.max()
  }

  /// Seconds a new controller is given to come to itself.
  static let controllerStart = 60.0

  /// MetalLB's controller is away, or has just come.
  var isControllerReplaced: Bool {
    let controllers = now.pods(.controller)
    let hasCome = arrival(of: .controller).map {
      now.time.timeIntervalSince($0) <= Self.controllerStart
    }
    return !controllers.contains(where: \.isReady) || hasCome == true
  }

  /// The part itself is upgraded: by what was asked for, or by what is seen.
  func isUpgraded(_ part: Upgrade.Part) -> Bool {
    if self.part == part || now.versions[part.rawValue] != baseline.versions[part.rawValue] {
      return true
    }
    func own(_ observation: Observation) -> [String: Observation.ReleaseState] {
      (observation.releases.value ?? [:]).filter { $0.value.chartName == part.chart.chart }
    }
    guard now.releases.value != nil, baseline.releases.value != nil else { return false }
    return own(now).mapValues(\.revision) != own(baseline).mapValues(\.revision)
  }

  /// A declaration of the baseline is there still.
  var isDeclarationKept: Bool {
    guard let now = now.declarations.value else { return false }
    return (baseline.declarations.value ?? [:]).keys.contains { now[$0] != nil }
  }

  /// Leases of the baseline that go on without the declaration of their address. A tenant may take
  /// an address out of its deployment; that leaves the others theirs.
  var leasesWithoutDeclaration: Set<String> {
    let before = baseline.declarations.value ?? [:]
    guard let now = now.declarations.value, !isDeclarationKept else { return [] }
    let lost = Set(before.values.map(\.lease)).subtracting(now.values.map(\.lease))
    guard !lost.isEmpty, let namespaces = self.now.namespaces.value else { return [] }
    var there = Set(namespaces.values)
    for (key, service) in heldServices {
      guard let lease = service.lease else { continue }
      if namespaces[Observation.ServiceState.namespace(of: key)] != nil { there.insert(lease) }
    }
    return lost.intersection(there)
  }
}

/// What a promise finds: what stands in its way, and the words for both moments.
struct PromiseFinding: Hashable, Sendable {
  var baseline: String
  var now: String
  var deviations: [Deviation] = []
  /// Why it cannot be told, or not in full.
  var unknown: String?
}

/// Something that is not as promised.
struct Deviation: Hashable, Sendable {
  /// The same as long as it is the same thing.
  var key: String
  var why: String
  /// Seconds it may last; 0: it breaks the promise at once.
  var patience = 0
  /// The patience begins with this, where it comes later than the first sight.
  var from: Date?
}
