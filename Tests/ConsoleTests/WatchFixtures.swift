import ConsoleKit
import Foundation
import Terminal

@testable import Cluster
@testable import Console
@testable import IPLeasesCore

/// A watch over a small cluster: what is seen changes, and the look is what the console gets.
struct WatchStory {
  private(set) var look: WatchLook
  /// What is seen at the next step.
  var seen = Self.healthy

  /// 11:50:00Z on the day of the fixtures.
  static let start = Fixtures.now.addingTimeInterval(-871)

  init(hasBaseline: Bool = true) {
    let baseline = WatchBaseline(
      cluster: "c", context: "prod", part: nil, observation: Self.healthy)
    look = WatchLook(run: WatchRun(baseline), hasBaseline: hasBaseline)
    see(at: 0)
  }

  /// - Parameter seconds: since the baseline.
  mutating func see(at seconds: Int) {
    seen.time = Self.start.addingTimeInterval(Double(seconds))
    _ = look.run.feed(seen)
  }

  /// Sees the same every ten seconds until then.
  mutating func pass(to seconds: Int) {
    let passed = Int(look.run.timeline.last.time.timeIntervalSince(Self.start))
    for time in stride(from: passed + 10, to: seconds, by: 10) { see(at: time) }
    see(at: seconds)
  }

  mutating func setWaysBack(_ parts: [Upgrade.Part]) { look.waysBack = parts }

  mutating func setGap(from: Int, to: Int) {
    look.gap = DateInterval(
      start: Self.start.addingTimeInterval(Double(from)),
      end: Self.start.addingTimeInterval(Double(to)))
  }

  // MARK: Stories

  static let quiet: WatchLook = {
    var story = WatchStory(hasBaseline: false)
    story.pass(to: 871)
    return story.look
  }()

  static let kept: WatchLook = {
    var story = WatchStory()
    story.pass(to: 310)
    return story.look
  }()

  /// The controller is replaced, and its metrics are given time.
  static let waiting: WatchLook = {
    var story = WatchStory()
    story.pass(to: 470)
    story.upgradeChart(to: "0.15.3", revision: "2")
    story.see(at: 475)
    story.replaceController("v0.15.3")
    story.seen.metrics = .silent("connection refused")
    story.see(at: 478)
    return story.look
  }()

  /// MetalLB went to 0.16.1 by a helm that is not this program's.
  static let broken: WatchLook = {
    var story = WatchStory()
    story.pass(to: 470)
    story.upgradeChart(to: "0.16.1", revision: "2")
    story.see(at: 475)
    story.replaceController("v0.16.1")
    story.see(at: 478)
    story.replaceSpeaker("v0.16.1")
    story.see(at: 482)
    story.seen.metrics = .silent("connection refused")
    story.see(at: 489)
    story.seen.operator = .known(Observation.OperatorState(isLocked: true))
    story.see(at: 492)
    return story.look
  }()

  /// The console was killed, and a Service changed its address meanwhile.
  static let gap: WatchLook = {
    var story = WatchStory()
    story.pass(to: 120)
    story.seen.services = .known(services(first: "203.0.113.200"))
    story.setGap(from: 120, to: 790)
    story.see(at: 790)
    return story.look
  }()

  // MARK: What happens

  mutating func upgradeChart(to version: String, revision: String) {
    seen.releases = .known(Self.releases(metallb: version, revision: revision))
  }

  mutating func replaceController(_ tag: String) {
    seen.versions["metallb"] = tag
    seen.pods["metallb-system"] = .known([
      "controller-2": Self.pod("c2", "controller", .controller, tag),
      "speaker-1": Self.pod("s1", "speaker", .speaker, "v0.14.8"),
    ])
  }

  mutating func replaceSpeaker(_ tag: String) {
    seen.pods["metallb-system"] = .known([
      "controller-2": Self.pod("c2", "controller", .controller, tag),
      "speaker-2": Self.pod("s2", "speaker", .speaker, tag),
    ])
  }

  // MARK: The cluster

  static let healthy: Observation = {
    var seen = Observation(time: start)
    seen.versions = ["metallb": "v0.14.8", "operator": "0.16.2", "provider": "0.16.2"]
    seen.releases = .known(releases(metallb: "0.14.8", revision: "1"))
    seen.pools = .known(
      Observation.PoolsState(
        pools: ["default": "203.0.113.192/28"], advertisements: ["l2": "pools default"],
        size: 16))
    seen.services = .known(services(first: "203.0.113.193"))
    seen.namespaces = .known(["one": "alice-1", "two": "bob-1"])
    seen.served = .known(["one/web-ip", "two/game-ip"])
    seen.announcers = .known(["one/web-ip": ["node1"], "two/game-ip": ["node2"]])
    seen.declarations = .known([
      "a-web": Observation.Declaration(lease: "alice-1", service: "web-ip"),
      "b-game": Observation.Declaration(lease: "bob-1", service: "game-ip"),
    ])
    seen.metrics = .known(Observation.CountState(total: 16, inUse: 2))
    seen.operator = .known(Observation.OperatorState(total: 16, inUse: 2))
    seen.provider = .known(Observation.ProviderState(leases: 2, free: 14))
    seen.pods = [
      "metallb-system": .known([
        "controller-1": pod("c1", "controller", .controller, "v0.14.8"),
        "speaker-1": pod("s1", "speaker", .speaker, "v0.14.8"),
      ]),
      "akash-services": .known([
        "operator-ip-1": pod("o1", "operator-ip", .operator, "0.16.2"),
        "akash-provider-0": pod("p1", "akash-provider", .provider, "0.16.2"),
      ]),
      "kube-system": .known(["kube-proxy-1": pod("k1", "kube-proxy", .kubeProxy, "v1.31.4")]),
    ]
    seen.strictARP = .known(true)
    seen.checks = ["IPL-0203": .pass, "IPL-0704": .pass]
    return seen
  }()

  private static func releases(
    metallb version: String, revision: String
  ) -> [String: Observation.ReleaseState] {
    func release(_ revision: String, _ name: String, _ version: String)
      -> Observation.ReleaseState
    {
      Observation.ReleaseState(
        revision: revision, status: "deployed", chart: "\(name)-\(version)", chartName: name)
    }
    return [
      "metallb-system/metallb": release(revision, "metallb", version),
      "akash-services/akash-provider": release("7", "provider", "19.0.2"),
    ]
  }

  private static func services(first: String) -> [String: Observation.ServiceState] {
    func service(_ address: String, _ lease: String) -> Observation.ServiceState {
      Observation.ServiceState(addresses: [address], ports: [80], lease: lease, uid: "u-\(lease)")
    }
    return [
      "one/web-ip": service(first, "alice-1"),
      "two/game-ip": service("203.0.113.194", "bob-1"),
    ]
  }

  private static func pod(
    _ uid: String, _ owner: String, _ role: Observation.PodRole, _ image: String
  ) -> Observation.PodState {
    Observation.PodState(uid: uid, owner: owner, role: role, image: image)
  }
}

extension Fixtures {
  /// The pane Watch with this look.
  static func watchPane(
    _ look: WatchLook, rows: Int = 24, columns: Int = 80, settings: ConsoleSettings = settings
  ) -> State {
    var state = State(settings: settings, size: Size(rows: rows, columns: columns), now: now)
    _ = update(&state, .started)
    _ = update(&state, .factsRead(facts))
    _ = update(&state, .watchChanged(look))
    state.press(.character("W"))
    return state
  }
}
