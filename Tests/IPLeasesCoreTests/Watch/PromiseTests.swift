import Foundation
import Testing

@testable import IPLeasesCore

/// Each promise: what it stands, for how long, and what breaks it.
struct PromiseTests {
  /// Something that is not as promised, and the seconds it may last.
  struct Harm: Sendable, CustomTestStringConvertible {
    var id: PromiseID
    var name: String
    /// 0: at once.
    var patience: Int
    var part: Upgrade.Part?
    var change: @Sendable (inout Observation) -> Void
    var testDescription: String { "\(id.rawValue): \(name)" }

    init(
      _ id: PromiseID, _ name: String, _ patience: Int, part: Upgrade.Part? = nil,
      _ change: @escaping @Sendable (inout Observation) -> Void
    ) {
      self.id = id
      self.name = name
      self.patience = patience
      self.part = part
      self.change = change
    }
  }

  static let harms: [Harm] = [
    Harm(.addresses, "empty while the controller is replaced", 15) {
      $0.editPod("controller-1") { $0.isReady = false }
      $0.setService("one/web-ip-80-tcp", [])
    },
    Harm(.addresses, "empty with the controller as it was", 0) {
      $0.setService("one/web-ip-80-tcp", [])
    },
    Harm(.addresses, "another address", 0) { $0.setService("one/web-ip-80-tcp", ["203.0.113.5"]) },
    Harm(.addresses, "another address while the controller is replaced", 0) {
      $0.editPod("controller-1") { $0.isReady = false }
      $0.setService("ingress/nginx", ["203.0.113.5"])
    },
    Harm(.addresses, "a Service goes, its lease and its declaration stay", 15) {
      $0.removeService("one/web-ip-80-tcp")
    },
    Harm(.addresses, "a Service of nobody's lease goes", 15) { $0.removeService("ingress/nginx") },
    Harm(.addresses, "made anew without an address", 15) {
      $0.services.edit { $0["ingress/nginx"] = Watching.service(nil, lease: nil) }
      $0.services.edit { $0["ingress/nginx"]?.uid = "other" }
    },
    Harm(.announced, "no node", 30) { $0.announcers.edit { $0["one/web-ip-80-tcp"] = nil } },
    Harm(.announced, "two nodes", 10) {
      $0.announcers.edit { $0["one/web-ip-80-tcp"] = ["node1", "node2"] }
    },
    Harm(.announced, "the ports of one address by two nodes", 10) {
      $0.announcers.edit { $0["two/game-ip-2-udp"] = ["node1"] }
    },
    Harm(.pools, "a range is cut off", 0) {
      $0.pools.edit { $0.pools["default"] = "203.0.113.0/29" }
    },
    Harm(.pools, "a pool more", 0) { $0.pools.edit { $0.pools["second"] = "198.51.100.0/28" } },
    Harm(.pools, "the pool is gone", 0) { $0.pools.edit { $0.pools = [:] } },
    Harm(.pools, "an advertisement is gone", 0) { $0.pools.edit { $0.advertisements = [:] } },
    Harm(.pools, "the kinds are gone", 0) { $0.pools = .absent },
    Harm(.metrics, "silent", 60) { $0.metrics = .silent("connection refused") },
    Harm(.metrics, "no Service", 60) { $0.metrics = .absent },
    Harm(.metrics, "a MetalLB that never answers", 0) {
      $0.metrics = .silent("connection refused")
      $0.versions["metallb"] = "v0.16.1"
    },
    Harm(.operator, "locked", 90) {
      $0.operator = .known(Observation.OperatorState(isLocked: true))
    },
    Harm(.operator, "silent", 90) { $0.operator = .silent("no endpoints") },
    Harm(.operator, "gone", 90) { $0.operator = .absent },
    Harm(.operator, "locked, and the lookup was missed", 0) {
      $0.operator = .known(Observation.OperatorState(isLocked: true))
      $0.barrier = Observation.BarrierState(state: "A", text: "its lookup failed", isCertain: true)
    },
    Harm(.operator, "locked while a watch is renewed", 90) {
      $0.operator = .known(Observation.OperatorState(isLocked: true))
      $0.barrier = Observation.BarrierState(state: "E", text: "renewed", isCertain: false)
    },
    Harm(.operator, "bidding is frozen", 0) {
      $0.barrier = Observation.BarrierState(state: "G", text: "bidding stops", isCertain: true)
    },
    Harm(.operator, "another count", 660) {
      $0.operator = .known(Observation.OperatorState(total: 0, inUse: 0))
    },
    Harm(.provider, "silent", 10) { $0.provider = .silent("timed out") },
    Harm(.provider, "silent while it is upgraded", 360, part: .provider) {
      $0.provider = .silent("timed out")
    },
    Harm(.provider, "silent after an upgrade nobody named", 360) {
      $0.provider = .silent("timed out")
      $0.versions["provider"] = "0.16.3"
    },
    Harm(.provider, "its Service is gone", 10) { $0.provider = .absent },
    Harm(.leases, "all declarations are gone", 15) { $0.declarations = .known([:]) },
    Harm(.leases, "the provider counts fewer", 60) {
      $0.provider = .known(Observation.ProviderState(leases: 1, free: 12))
    },
    Harm(.leases, "the provider counts fewer after its upgrade", 360, part: .provider) {
      $0.provider = .known(Observation.ProviderState(leases: 0, free: 12))
    },
    Harm(.sells, "fewer than are free", 600) {
      $0.provider = .known(Observation.ProviderState(leases: 2, free: 11))
    },
    Harm(.pods, "a container was restarted", 60) { $0.editPod("speaker-1") { $0.restarts = 1 } },
    Harm(.pods, "an image is waited for", 60) {
      $0.editPod("operator-ip-1") { $0.waiting = "ImagePullBackOff" }
    },
    Harm(.pods, "a replaced pod crashes", 60) {
      $0.replacePod("controller-1", uid: "c2")
      $0.editPod("controller-1") {
        $0.restarts = 3
        $0.waiting = "CrashLoopBackOff"
      }
    },
    Harm(.arp, "off", 60) { $0.strictARP = .known(false) },
    Harm(.releases, "another release changes", 0) {
      $0.editRelease("monitoring/grafana") { $0.revision = "2" }
    },
    Harm(.releases, "the operator's release changes in an upgrade of MetalLB", 0, part: .metallb) {
      $0.editRelease("akash-services/akash-ip-operator") { $0.revision = "4" }
    },
    Harm(.releases, "a release is gone", 0) {
      $0.releases.edit { $0["metallb-system/metallb"] = nil }
    },
    Harm(.releases, "pending", 600) {
      $0.editRelease("metallb-system/metallb") {
        $0.revision = "3"
        $0.status = "pending-upgrade"
      }
    },
    Harm(.releases, "failed", 0) {
      $0.editRelease("metallb-system/metallb") {
        $0.revision = "3"
        $0.status = "failed"
      }
    },
    Harm(.checks, "one fails", 120) { $0.checks["IPL-0704"] = .fail },
    Harm(.checks, "the provider's while it is upgraded", 360, part: .provider) {
      $0.checks["IPL-0611"] = .fail
    },
    Harm(.checks, "the release's while it is upgraded", 600) { $0.checks["IPL-0106"] = .fail },
  ]

  @Test(arguments: harms)
  func aHarmIsWaitedForAsLongAsItMayAndNoLonger(harm: Harm) {
    var watch = Watching(harm.part)
    watch.pass(20)
    #expect(watch.open == [])
    harm.change(&watch.now)
    watch.see(after: 1)
    if harm.patience > 0 {
      #expect(watch.state(harm.id).kind == .waiting, "\(watch.state(harm.id))")
      watch.pass(harm.patience)
      guard case .waiting(let until, let why) = watch.state(harm.id) else {
        Issue.record("at its limit it is \(watch.state(harm.id))")
        return
      }
      #expect(until == Watching.date(21 + harm.patience))
      #expect(!why.isEmpty)
      watch.see(after: 1)
    }
    guard case .broken(let since, let why) = watch.state(harm.id) else {
      Issue.record("it is \(watch.state(harm.id))")
      return
    }
    #expect(since == Watching.date(21))
    #expect(!why.isEmpty)
    #expect(watch.run.verdict.kind == .goBack)
  }

  /// Changed for all but the last second of what it may take, and then as it was.
  @Test(arguments: harms.filter { $0.patience > 0 })
  func aHarmThatEndsInTimeBreaksNothing(harm: Harm) {
    var watch = Watching(harm.part)
    let before = watch.now
    harm.change(&watch.now)
    watch.see(after: 1)
    watch.pass(harm.patience)
    watch.now = before
    watch.see(after: 1)
    #expect(watch.state(harm.id) == .kept)
    #expect(watch.track(harm.id).firstBroken == nil)
  }

  @Test(arguments: harms)
  func whatTheBaselineHadAlreadyIsNoBreak(harm: Harm) {
    var baseline = Watching.healthy
    harm.change(&baseline)
    var watch = Watching(harm.part, from: baseline)
    watch.pass(harm.patience + 30)
    #expect(watch.state(harm.id).kind != .broken, "\(watch.state(harm.id))")
  }

  @Test func aHealthyClusterKeepsAllAndGoesOnAfterItsTime() {
    var watch = Watching()
    watch.pass(299)
    #expect(watch.open == [])
    #expect(watch.run.verdict.kind == .wait)
    watch.see(after: 1)
    #expect(watch.run.verdict.kind == .goOn)
    var provider = Watching(.provider)
    provider.pass(599)
    #expect(provider.run.verdict.kind == .wait)
    provider.see(after: 1)
    #expect(provider.run.verdict.kind == .goOn)
  }

  // MARK: What is no harm

  @Test func aLeaseThatItsTenantClosesTakesItsAddressAlong() {
    var watch = Watching()
    watch.now.declarations.edit { $0["a-web"] = nil }
    watch.see(after: 2)
    #expect(watch.open == [])
    watch.now.removeService("one/web-ip-80-tcp")
    watch.now.announcers.edit { $0["one/web-ip-80-tcp"] = nil }
    watch.see(after: 2)
    #expect(watch.open == [])
    watch.now.namespaces.edit { $0["one"] = nil }
    watch.now.provider = .known(Observation.ProviderState(leases: 1, free: 13))
    watch.now.metrics = .known(Observation.CountState(total: 16, inUse: 2))
    watch.see(after: 2)
    #expect(watch.open == [])
    watch.pass(120)
    #expect(watch.open == [])
  }

  @Test func anAddressThatATenantTakesOutOfItsDeploymentIsNoBreak() {
    var watch = Watching()
    watch.now.declarations.edit { $0["b-game-2"] = nil }
    watch.now.removeService("two/game-ip-2-udp")
    watch.pass(60)
    #expect(watch.open == [])
  }

  @Test func oneTenantsUpdateThatTakesEverybodysAddressesBreaksBoth() {
    var watch = Watching()
    watch.now.declarations = .known([:])
    for key in ["one/web-ip-80-tcp", "two/game-ip-1-udp", "two/game-ip-2-udp"] {
      watch.now.removeService(key)
    }
    watch.see(after: 1)
    watch.pass(16)
    #expect(watch.state(.leases).kind == .broken)
    #expect(watch.state(.addresses).kind == .broken)
  }

  /// Two thousand tenants lose all at once: each look still costs no more than a few passes.
  @Test func manyTenantsAreJudgedInOnePass() {
    var baseline = Watching.healthy
    let numbers = 0..<2_000
    func key(_ number: Int) -> String { "n\(number)/web-ip-80-tcp" }
    baseline.services = .known(
      Dictionary(
        uniqueKeysWithValues: numbers.map {
          (key($0), Watching.service("10.0.\($0 / 250).\($0 % 250)", lease: "o\($0)-\($0)"))
        }))
    baseline.namespaces = .known(
      Dictionary(uniqueKeysWithValues: numbers.map { ("n\($0)", "o\($0)-\($0)") }))
    baseline.served = .known(numbers.map(key).sorted())
    baseline.announcers = .known(
      Dictionary(uniqueKeysWithValues: numbers.map { (key($0), ["node1"]) }))
    baseline.declarations = .known(
      Dictionary(
        uniqueKeysWithValues: numbers.map {
          ("d\($0)", Observation.Declaration(lease: "o\($0)-\($0)", service: "web-ip-80-tcp"))
        }))
    baseline.provider = .known(Observation.ProviderState(leases: 2_000, free: 12))
    var watch = Watching(from: baseline)
    #expect(watch.open == [])
    watch.now.announcers = .known([:])
    watch.see(after: 2)
    #expect(watch.open == [.announced])
    watch.now = baseline
    watch.now.services = .known([:])
    watch.now.declarations = .known([:])
    watch.see(after: 2)
    watch.pass(16)
    #expect(watch.state(.addresses).kind == .broken)
    #expect(watch.state(.leases).kind == .broken)
    #expect(watch.run.timeline.events.count == 500)
  }

  @Test func aServiceThatCameLaterKeepsItsAddressToo() {
    var watch = Watching()
    watch.now.services.edit { $0["three/x-ip-1-tcp"] = Watching.service(nil, lease: "eve-1") }
    watch.now.namespaces.edit { $0["three"] = "eve-1" }
    watch.now.declarations.edit {
      $0["e"] = Observation.Declaration(lease: "eve-1", service: "x-ip-1-tcp")
    }
    watch.now.provider = .known(Observation.ProviderState(leases: 3, free: 12))
    watch.see(after: 5)
    watch.now.setService("three/x-ip-1-tcp", ["203.0.113.3"])
    watch.see(after: 5)
    #expect(watch.state(.addresses) == .kept)
    watch.now.setService("three/x-ip-1-tcp", ["203.0.113.4"])
    watch.see(after: 5)
    #expect(watch.state(.addresses).kind == .broken)
  }

  @Test func whatNoPodServesIsRightlyNotAnnounced() {
    var watch = Watching()
    watch.now.served.edit { $0.removeAll { $0 == "one/web-ip-80-tcp" } }
    watch.now.announcers.edit { $0["one/web-ip-80-tcp"] = nil }
    watch.pass(600)
    #expect(watch.state(.announced) == .kept)
  }

  @Test func aMetalLBThatNeverToldOfNodesBreaksNothing() {
    var baseline = Watching.healthy
    baseline.announcers = .absent
    var watch = Watching(from: baseline)
    watch.pass(60)
    #expect(watch.state(.announced) == .kept)
    #expect(watch.track(.announced).now == "not told by this MetalLB")
    // Once it tells, it is held to it.
    watch.now.announcers = .known([:])
    watch.see(after: 1)
    watch.pass(31)
    #expect(watch.state(.announced).kind == .broken)
  }

  @Test func aProviderThatNeverToldWhatItSellsBreaksNothing() {
    var baseline = Watching.healthy
    baseline.provider = .known(Observation.ProviderState(leases: 2))
    var watch = Watching(from: baseline)
    watch.pass(60)
    #expect(watch.state(.sells) == .kept)
    watch.now.provider = .known(Observation.ProviderState(leases: 2, isFreeUnknown: true))
    watch.see(after: 1)
    #expect(watch.state(.sells).kind == .unknown)
  }

  @Test func aReplacedPodGivesTheMetricsTheirTimeFromThen() {
    var watch = Watching()
    watch.now.metrics = .silent("refused")
    watch.see(after: 1)
    watch.pass(30)
    watch.now.replacePod("controller-1", uid: "c2")
    watch.see(after: 1)
    guard case .waiting(let until, _) = watch.state(.metrics) else {
      Issue.record("\(watch.state(.metrics))")
      return
    }
    #expect(until == Watching.date(32 + 60))
  }

  @Test func ofAnUpgradeOfTheProviderTheOperatorIsAPart() {
    var watch = Watching(.provider)
    watch.now.editRelease("akash-services/akash-ip-operator") { $0.revision = "4" }
    watch.now.editRelease("akash-services/akash-provider") { $0.revision = "8" }
    watch.see(after: 1)
    #expect(watch.state(.releases) == .kept)
  }

  @Test(arguments: [true, false])
  func manyLeasesThatEndAtOnceWereTornDownWhereTheProviderWasRestarted(_ isRestarted: Bool) {
    var baseline = Watching.healthy
    baseline.namespaces = .known(
      Dictionary(uniqueKeysWithValues: (0..<6).map { ("n\($0)", "owner\($0 % 3)-\($0)") }))
    baseline.services = .known([:])
    baseline.declarations = .known([:])
    baseline.provider = .known(Observation.ProviderState(leases: nil))
    var watch = Watching(from: baseline)
    if isRestarted { watch.now.replacePod("akash-provider-0", uid: "p2") }
    watch.see(after: 5)
    watch.now.namespaces.edit { $0["n0"] = nil }
    watch.see(after: 5)
    watch.now.namespaces.edit { $0["n1"] = nil }
    watch.see(after: 5)
    #expect(watch.state(.leases) == .kept)
    watch.now.namespaces.edit { $0["n2"] = nil }
    watch.see(after: 5)
    #expect((watch.state(.leases).kind == .broken) == isRestarted)
  }

  @Test func aTenantThatClosesAllItsLeasesIsNoBreak() {
    var baseline = Watching.healthy
    baseline.namespaces = .known(
      Dictionary(uniqueKeysWithValues: (0..<4).map { ("n\($0)", "owner-\($0)") }))
    baseline.services = .known([:])
    baseline.declarations = .known([:])
    baseline.provider = .known(Observation.ProviderState(leases: nil))
    var watch = Watching(from: baseline)
    watch.now.replacePod("akash-provider-0", uid: "p2")
    watch.now.namespaces = .known([:])
    watch.pass(60)
    #expect(watch.state(.leases) == .kept)
  }

  // MARK: What cannot be read

  @Test func aSilentAPIServerMakesAllUnknownAndBreaksNothing() {
    var watch = Watching()
    let before = watch.now
    watch.pass(10)
    watch.now.lose()
    watch.see(after: 2)
    watch.pass(600)
    #expect(Set(watch.open) == Set(PromiseID.allCases))
    #expect(watch.run.tracks.allSatisfy { $0.state.kind == .unknown })
    #expect(watch.run.verdict.kind == .wait)
    watch.now = before
    watch.see(after: 2)
    #expect(watch.open == [])
    #expect(watch.run.tracks.allSatisfy { $0.firstBroken == nil })
  }

  /// Whatever was waited for when the API server fell silent gets the rest of its time after.
  @Test(arguments: harms.filter { $0.patience > 10 })
  func theTimeWithoutAnAnswerIsNotWaited(harm: Harm) {
    var watch = Watching(harm.part)
    harm.change(&watch.now)
    let harmed = watch.now
    watch.see(after: 1)
    watch.see(after: 5)
    watch.now.lose()
    watch.pass(1_000)
    #expect(watch.state(harm.id).kind == .unknown)
    watch.now = harmed
    watch.see(after: 2)
    #expect(watch.state(harm.id).kind == .waiting, "\(watch.state(harm.id))")
    watch.pass(harm.patience + 1)
    #expect(watch.state(harm.id).kind == .broken)
  }

  @Test func whatIsBrokenStaysSoWhileNothingCanBeRead() {
    var watch = Watching()
    watch.now.setService("one/web-ip-80-tcp", ["203.0.113.5"])
    watch.see(after: 1)
    let broken = watch.state(.addresses)
    watch.now.lose()
    watch.see(after: 2)
    #expect(watch.state(.addresses) == broken)
    #expect(watch.run.verdict.kind == .goBack)
  }

  @Test func whatTheBaselineCouldNotReadIsTakenAsItIsReadFirst() {
    var baseline = Watching.healthy
    baseline.releases = .unread("no rights")
    var watch = Watching(from: baseline)
    #expect(watch.state(.releases).kind == .unknown)
    watch.now.releases = Watching.healthy.releases
    watch.see(after: 1)
    #expect(watch.state(.releases) == .kept)
    watch.now.editRelease("monitoring/grafana") { $0.revision = "2" }
    watch.see(after: 1)
    #expect(watch.state(.releases).kind == .broken)
  }
}
