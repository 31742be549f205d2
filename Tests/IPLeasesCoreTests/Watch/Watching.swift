import Foundation

@testable import Basics
@testable import IPLeasesCore

/// A watch over a small healthy cluster, by observations that tests change.
struct Watching {
  private(set) var run: WatchRun
  /// What is seen at the next step.
  var now: Observation
  private(set) var steps: [WatchRun.Step] = []
  /// Seconds since the baseline.
  private(set) var time = 0

  static let start = Date(timeIntervalSince1970: 1_795_444_800)

  init(
    _ part: Upgrade.Part? = nil, hold: Int? = nil, from baseline: Observation = Watching.healthy
  ) {
    run = WatchRun(
      WatchBaseline(cluster: "c", context: "prod", part: part, observation: baseline), hold: hold)
    now = baseline
    steps = [run.feed(now)]
  }

  /// The same watch after it was written down and read.
  mutating func resume(_ run: WatchRun) { self.run = run }

  @discardableResult
  mutating func see(after seconds: Int) -> WatchRun.Step {
    time += seconds
    now.time = Self.start.addingTimeInterval(Double(time))
    let step = run.feed(now)
    steps.append(step)
    return step
  }

  /// Sees the same at least every ten seconds.
  mutating func pass(_ seconds: Int) {
    var rest = seconds
    while rest > 0 {
      see(after: min(10, rest))
      rest -= min(10, rest)
    }
  }

  func state(_ id: PromiseID) -> PromiseState { track(id).state }

  func track(_ id: PromiseID) -> PromiseTrack {
    run.tracks.first { $0.id == id } ?? PromiseTrack(id)
  }

  /// Those that are not kept.
  var open: [PromiseID] { run.tracks.filter { $0.state.kind != .kept }.map(\.id) }

  static func date(_ seconds: Int) -> Date { start.addingTimeInterval(Double(seconds)) }

  // MARK: The cluster

  /// Two leases, one of them with two ports, and a Service of the admin's own.
  static let healthy: Observation = {
    var seen = Observation(time: start)
    seen.versions = ["metallb": "v0.14.8", "operator": "0.16.2", "provider": "0.16.2"]
    seen.releases = .known([
      "metallb-system/metallb": release("2", "metallb-0.14.8", "metallb"),
      "akash-services/akash-ip-operator": release(
        "3", "akash-ip-operator-19.0.2", "akash-ip-operator"),
      "akash-services/akash-provider": release("7", "provider-19.0.2", "provider"),
      "monitoring/grafana": release("1", "grafana-8.0.0", "grafana"),
    ])
    seen.pools = .known(
      Observation.PoolsState(
        pools: ["default": "203.0.113.0/28"], advertisements: ["l2": "pools default"], size: 16))
    seen.services = .known([
      "one/web-ip-80-tcp": service("203.0.113.1", lease: "alice-1"),
      "two/game-ip-1-udp": service("203.0.113.2", lease: "bob-1"),
      "two/game-ip-2-udp": service("203.0.113.2", lease: "bob-1"),
      "ingress/nginx": service("203.0.113.9", lease: nil),
    ])
    seen.namespaces = .known([
      "one": "alice-1", "two": "bob-1", "ingress": "", "metallb-system": "",
    ])
    seen.served = .known(["one/web-ip-80-tcp", "two/game-ip-1-udp", "two/game-ip-2-udp"])
    seen.announcers = .known([
      "one/web-ip-80-tcp": ["node1"], "two/game-ip-1-udp": ["node2"],
      "two/game-ip-2-udp": ["node2"], "ingress/nginx": ["node1"],
    ])
    seen.declarations = .known([
      "a-web": Observation.Declaration(lease: "alice-1", service: "web-ip-80-tcp"),
      "b-game-1": Observation.Declaration(lease: "bob-1", service: "game-ip-1-udp"),
      "b-game-2": Observation.Declaration(lease: "bob-1", service: "game-ip-2-udp"),
    ])
    seen.metrics = .known(Observation.CountState(total: 16, inUse: 3))
    seen.operator = .known(Observation.OperatorState(total: 16, inUse: 3))
    // One address less than is free: a lease with two ports stays reserved.
    seen.provider = .known(Observation.ProviderState(leases: 2, free: 12))
    seen.pods = [
      "metallb-system": .known([
        "controller-1": pod("c1", "controller", .controller, "v0.14.8"),
        "speaker-1": pod("s1", "speaker", .speaker, "v0.14.8"),
        "speaker-2": pod("s2", "speaker", .speaker, "v0.14.8"),
      ]),
      "akash-services": .known([
        "operator-ip-1": pod("o1", "operator-ip", .operator, "0.16.2"),
        "akash-provider-0": pod("p1", "akash-provider", .provider, "0.16.2"),
      ]),
      "kube-system": .known(["kube-proxy-1": pod("k1", "kube-proxy", .kubeProxy, "v1.31.4")]),
    ]
    seen.strictARP = .known(true)
    seen.checks = [
      "IPL-0203": .pass, "IPL-0704": .pass, "IPL-0611": .pass, "IPL-0106": .pass,
      "IPL-0758": .warn, "IPL-0310": .fail, "IPL-0612": .notRun,
    ]
    return seen
  }()

  static func release(
    _ revision: String, _ chart: String, _ name: String, _ status: String = "deployed"
  ) -> Observation.ReleaseState {
    Observation.ReleaseState(revision: revision, status: status, chart: chart, chartName: name)
  }

  static func service(_ address: String?, lease: String?) -> Observation.ServiceState {
    Observation.ServiceState(
      addresses: [address].compactMap(\.self), ports: [80], lease: lease, uid: "u")
  }

  static func pod(
    _ uid: String, _ owner: String, _ role: Observation.PodRole, _ image: String
  ) -> Observation.PodState {
    Observation.PodState(uid: uid, owner: owner, role: role, image: image)
  }
}

extension Observed {
  /// Changes what is known in place.
  mutating func edit(_ change: (inout Value) -> Void) {
    guard case .known(var value) = self else { return }
    change(&value)
    self = .known(value)
  }
}

extension Observation {
  mutating func setService(_ key: String, _ addresses: [String]) {
    services.edit { $0[key]?.addresses = addresses }
  }

  mutating func removeService(_ key: String) { services.edit { $0[key] = nil } }

  mutating func editPod(_ name: String, _ change: (inout PodState) -> Void) {
    for namespace in pods.keys {
      pods[namespace]?.edit { pods in
        guard var pod = pods[name] else { return }
        change(&pod)
        pods[name] = pod
      }
    }
  }

  /// The pod is another one now.
  mutating func replacePod(_ name: String, uid: String) {
    editPod(name) { $0 = PodState(uid: uid, owner: $0.owner, role: $0.role, image: $0.image) }
  }

  mutating func editRelease(_ name: String, _ change: (inout ReleaseState) -> Void) {
    releases.edit { releases in
      guard var release = releases[name] else { return }
      change(&release)
      releases[name] = release
    }
  }

  /// Nothing of the cluster can be read.
  mutating func lose(_ why: String = "the API server does not answer") {
    releases = .unread(why)
    pools = .unread(why)
    services = .unread(why)
    namespaces = .unread(why)
    served = .unread(why)
    announcers = .unread(why)
    declarations = .unread(why)
    metrics = .unread(why)
    self.operator = .unread(why)
    provider = .unread(why)
    for namespace in pods.keys { pods[namespace] = .unread(why) }
    strictARP = .unread(why)
    for code in checks.keys { checks[code] = .unread }
    versions = [:]
    rolling = []
    barrier = nil
    cause = nil
  }
}
