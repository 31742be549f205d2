import Foundation

/// What changed from one observation to the next. Pure.
struct ObservationDifference {
  private(set) var events: [WatchEvent] = []
  private let time: Date
  private let acts: [Observation.Act]

  /// - Parameters:
  ///   - old: the observation before, with what could not be read as it was known.
  ///   - lastUnread: what could not be read in the observation before.
  init(from old: Observation, to now: Observation, lastUnread: [String: String]) {
    time = now.time
    acts = now.acts
    addReading(lastUnread, now.unread)
    addReleases(old.releases.value, now.releases.value)
    addPools(old.pools, now.pools)
    addServices(old, now)
    addAnnouncers(old.announcers.value, now.announcers.value)
    addPods(old, now)
    addAnswers(old, now)
    addChecks(old.checks, now.checks)
  }

  private mutating func add(
    _ part: WatchEvent.Part, _ what: String, from: String? = nil, to: String? = nil,
    by: String? = nil, isRollout: Bool = false
  ) {
    events.append(
      WatchEvent(time, part, what, from: from, to: to, by: by, isRollout: isRollout))
  }

  // MARK: Objects

  private mutating func addReading(_ before: [String: String], _ now: [String: String]) {
    let lost = now.keys.filter { before[$0] == nil }.sorted()
    if let first = lost.first {
      add(.watch, "cannot be read: \(lost.joined(separator: ", "))", to: now[first])
    }
    let back = before.keys.filter { now[$0] == nil }.sorted()
    if !back.isEmpty { add(.watch, "can be read again: \(back.joined(separator: ", "))") }
  }

  private mutating func addReleases(
    _ old: [String: Observation.ReleaseState]?, _ now: [String: Observation.ReleaseState]?
  ) {
    guard let old, let now, old != now else { return }
    for name in Set(old.keys).union(now.keys).sorted() {
      func text(_ release: Observation.ReleaseState?) -> String? {
        release.map { "revision \($0.revision), \($0.chart), \($0.status)" }
      }
      let (was, release) = (text(old[name]), text(now[name]))
      guard was != release else { continue }
      let word = was == nil ? " is new" : release == nil ? " is gone" : ""
      let said = now[name]?.description.map { "helm: \($0)" }
      add(
        .helm, "release \(name)\(word)", from: was, to: release, by: ownAct(naming: name) ?? said,
        isRollout: true)
    }
  }

  /// This program's own command, where it names the release.
  private func ownAct(naming release: String) -> String? {
    let name = release.split(separator: "/").last.map(String.init) ?? release
    return acts.last { $0.words.contains(name) }.map { "this program, \($0.step)" }
  }

  private mutating func addPools(
    _ old: Observed<Observation.PoolsState>, _ now: Observed<Observation.PoolsState>
  ) {
    switch (old, now) {
    case (.known, .absent): add(.pools, "the kinds of MetalLB are gone", from: "there", to: "gone")
    case (.absent, .known): add(.pools, "the kinds of MetalLB are there", from: "gone", to: "there")
    case (.known(let old), .known(let now)):
      addTexts("pool", old.pools, now.pools, now.managers)
      addTexts("advertisement", old.advertisements, now.advertisements, now.managers)
    default: break
    }
  }

  private mutating func addTexts(
    _ kind: String, _ old: [String: String], _ now: [String: String], _ managers: [String: String]
  ) {
    for name in Set(old.keys).union(now.keys).sorted() where old[name] != now[name] {
      let own = acts.last { $0.words.contains { $0.contains(name) } }
      add(
        .pools, "\(kind) \(name)", from: old[name], to: now[name],
        by: own.map { "this program, \($0.step)" } ?? managers[name])
    }
  }

  private mutating func addServices(_ old: Observation, _ now: Observation) {
    if let old = old.services.value, let now = now.services.value, old != now {
      for key in Set(old.keys).union(now.keys).sorted() {
        let was = old[key].map { $0.addresses.joined(separator: ", ") }
        let has = now[key].map { $0.addresses.joined(separator: ", ") }
        guard was != has else { continue }
        let word = was == nil ? " is new" : has == nil ? " is gone" : ""
        add(.services, "Service \(key)\(word)", from: was, to: has)
      }
    }
    if let old = old.namespaces.value, let now = now.namespaces.value, old != now {
      for name in Set(old.keys).union(now.keys).sorted() where old[name] != now[name] {
        if old[name]?.isEmpty == false, now[name] == nil {
          add(.leases, "the lease of namespace \(name) ended")
        } else if now[name]?.isEmpty == false, old[name] == nil {
          add(.leases, "a lease began in namespace \(name)")
        }
      }
    }
    if let old = old.declarations.value, let now = now.declarations.value, old != now {
      let lost = Set(old.keys).subtracting(now.keys).count
      let new = Set(now.keys).subtracting(old.keys).count
      if lost + new > 0 {
        add(.leases, "declared addresses", from: "\(old.count)", to: "\(now.count)")
      }
    }
  }

  private mutating func addAnnouncers(_ old: [String: [String]]?, _ now: [String: [String]]?) {
    guard let old, let now, old != now else { return }
    for key in Set(old.keys).union(now.keys).sorted() where old[key] != now[key] {
      add(
        .announcements, "Service \(key) is announced", from: old[key]?.joined(separator: ", "),
        to: now[key]?.joined(separator: ", "))
    }
  }

  // MARK: Pods

  private mutating func addPods(_ old: Observation, _ now: Observation) {
    for namespace in now.pods.keys.sorted() {
      guard let old = old.pods[namespace]?.value, let now = now.pods[namespace]?.value,
        old != now
      else { continue }
      addPods(old, now)
    }
  }

  private mutating func addPods(
    _ old: [String: Observation.PodState], _ now: [String: Observation.PodState]
  ) {
    let before = Dictionary(old.values.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
    let images = Dictionary(
      old.values.sorted { $0.uid < $1.uid }.map { ($0.owner, $0.image) }, uniquingKeysWith: { $1 })
    for (name, pod) in now.sorted(by: { $0.key < $1.key }) {
      guard let was = before[pod.uid] else {
        add(
          Self.part(pod.role), "\(name) is new", from: images[pod.owner], to: pod.image,
          by: acts.last.map { "this program, \($0.step)" }, isRollout: pod.role != .other)
        continue
      }
      let part = Self.part(pod.role)
      if pod.restarts > was.restarts {
        add(
          part, "\(name) was restarted", from: "\(was.restarts) restart(s)",
          to: "\(pod.restarts)", isRollout: pod.role != .other)
      }
      if pod.waiting != was.waiting {
        add(part, "\(name) waits", from: was.waiting, to: pod.waiting)
      }
      if pod.isReady != was.isReady {
        add(
          part, "\(name) is \(pod.isReady ? "ready" : "not ready")",
          isRollout: pod.role != .other)
      }
    }
    let there = Set(now.values.map(\.uid))
    for (name, pod) in old.sorted(by: { $0.key < $1.key }) where !there.contains(pod.uid) {
      add(Self.part(pod.role), "\(name) is gone", isRollout: pod.role != .other)
    }
  }

  private static func part(_ role: Observation.PodRole) -> WatchEvent.Part {
    switch role {
    case .controller, .speaker: .metallb
    case .operator: .operator
    case .provider: .provider
    case .kubeProxy: .kubeProxy
    case .other: .pods
    }
  }

  // MARK: What answers

  private mutating func addAnswers(_ old: Observation, _ now: Observation) {
    addAnswer(.metallb, "metrics", old.metrics, now.metrics) { count in
      "total \(count.total.map { "\($0)" } ?? "unknown")"
    }
    addAnswer(.operator, "operator", old.operator, now.operator) { state in
      state.isLocked ? "locked" : "counts \(state.total.map { "\($0)" } ?? "nothing")"
    }
    addAnswer(.provider, "8443", old.provider, now.provider) { provider in
      "answers" + (provider.leases.map { ", \($0) lease(s)" } ?? "")
    }
    addAnswer(.kubeProxy, "strict ARP", old.strictARP, now.strictARP) {
      $0 ? "in effect" : "not in effect"
    }
    if old.barrier?.state != now.barrier?.state, let barrier = now.barrier, barrier.isCertain {
      add(.operator, "state \(barrier.state)", to: barrier.text)
    }
    for part in Upgrade.Part.allCases {
      let was = old.versions[part.rawValue]
      guard let was, let version = now.versions[part.rawValue], was != version else { continue }
      add(Self.part(part), "version", from: was, to: version, isRollout: true)
    }
  }

  private mutating func addAnswer<Value>(
    _ part: WatchEvent.Part, _ what: String, _ old: Observed<Value>, _ now: Observed<Value>,
    _ text: (Value) -> String
  ) {
    func words(_ found: Observed<Value>) -> String? {
      switch found {
      case .known(let value): text(value)
      case .absent: "not there"
      case .silent: "silent"
      case .unread: nil
      }
    }
    guard let was = words(old), let now = words(now), was != now else { return }
    add(part, what, from: was, to: now)
  }

  private static func part(_ part: Upgrade.Part) -> WatchEvent.Part {
    switch part {
    case .metallb: .metallb
    case .operator: .operator
    case .provider: .provider
    }
  }

  private mutating func addChecks(
    _ old: [String: Observation.CheckState], _ now: [String: Observation.CheckState]
  ) {
    if old == now { return }
    // What could not be made says nothing.
    func told(_ state: Observation.CheckState?) -> String? {
      switch state {
      case .pass, .warn, .fail: state?.rawValue
      case .notRun, .unread, nil: nil
      }
    }
    for code in Set(old.keys).union(now.keys).sorted() {
      guard let was = told(old[code]), let state = told(now[code]), was != state else { continue }
      let title = AllChecks.check(code)?.title ?? ""
      add(.checks, "\(code) \(title)", from: was, to: state)
    }
  }
}
