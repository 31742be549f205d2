import Foundation

/// A watch over an upgrade as a value: what is fed in decides everything, so that the same
/// observations give the same verdict at the same second, whenever they are looked at.
package struct WatchRun: Hashable, Sendable, Codable {
  package private(set) var baseline: WatchBaseline
  /// Seconds for which all must be kept.
  package var hold: Int
  package private(set) var timeline: WatchTimeline
  /// In the order of `AllPromises`.
  package private(set) var tracks: [PromiseTrack]
  package private(set) var verdict: WatchVerdict
  private var quietSince: Date
  /// Seconds, as is usual for what is upgraded.
  private static func hold(of part: Upgrade.Part?) -> Int { part?.hold ?? 300 }
  private var isBegun = false

  /// Nothing was fed yet.
  package var isNew: Bool { !isBegun }

  /// What one observation changed.
  package struct Step: Hashable, Sendable {
    package var time: Date
    package var events: [WatchEvent] = []
    package var promises: [PromiseTrack] = []
    package var verdict: WatchVerdict?

    package var isEmpty: Bool { events.isEmpty && promises.isEmpty && verdict == nil }
  }

  /// - Parameter hold: seconds; nil: as is usual for what is upgraded.
  package init(_ baseline: WatchBaseline, hold: Int? = nil) {
    self.baseline = baseline
    self.hold = hold ?? Self.hold(of: baseline.part)
    timeline = WatchTimeline(baseline.observation)
    tracks = AllPromises.inOrder.map { PromiseTrack($0.id) }
    verdict = .wait(why: "nothing was looked at yet")
    quietSince = baseline.time
  }

  /// Takes in an observation. The first one is the baseline's own.
  ///
  /// - Returns: what changed by it: the first time everything.
  package mutating func feed(_ observation: Observation) -> Step {
    // A clock that was set back must not make time run backwards.
    var now = observation
    now.time = max(observation.time, timeline.last.time)
    let passed = Int(now.time.timeIntervalSince(timeline.last.time))
    baseline.complete(with: now)
    let (events, unseen) = timeline.advance(to: now, baseline.observation)
    let scene = WatchScene(baseline: baseline, timeline: timeline, now: now)
    // One that was kept by an earlier version may know of fewer promises.
    let before = Dictionary(tracks.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    tracks = AllPromises.inOrder.map { promise in
      let track = before[promise.id] ?? PromiseTrack(promise.id)
      return promise.judge(scene, track, unseen: unseen, passed: passed)
    }
    let isRestless =
      unseen > 0 || !now.rolling.isEmpty || events.contains(where: \.isRollout)
      || tracks.contains { $0.state.kind != .kept }
    if !isBegun || isRestless { quietSince = now.time }
    let judged = WatchVerdict.judge(tracks, scene, quietSince: quietSince, hold: hold)
    var step = Step(time: now.time, events: events)
    step.promises = tracks.filter { !isBegun || before[$0.id]?.state.kind != $0.state.kind }
    if !isBegun || judged.kind != verdict.kind { step.verdict = judged }
    verdict = judged
    isBegun = true
    return step
  }

  /// The same with an upgrade that was not named when it began: a baseline is taken before one.
  package mutating func name(_ part: Upgrade.Part) {
    guard baseline.part == nil else { return }
    if hold == Self.hold(of: nil) { hold = Self.hold(of: part) }
    baseline = WatchBaseline(
      cluster: baseline.cluster, context: baseline.context, part: part,
      observation: baseline.observation)
  }

  /// Everything as it stands, for who has seen nothing of it yet.
  package func whole(_ step: Step) -> Step {
    var step = step
    step.promises = tracks
    step.verdict = verdict
    return step
  }

  /// Nothing more is waited for.
  package var isOver: Bool { verdict.kind != .wait }

  /// As the program ends with it.
  package var exitCode: Int32 {
    switch verdict.kind {
    case .goOn: 0
    case .goBack: 1
    case .wait: 2
    }
  }
}
