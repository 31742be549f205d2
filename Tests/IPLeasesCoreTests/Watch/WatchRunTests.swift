import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

/// The watch as a whole: what it tells, once each, and its verdict.
struct WatchRunTests {
  @Test func theFirstObservationTellsEverythingAndTheNextNothing() {
    var watch = Watching()
    let first = watch.steps[0]
    #expect(first.promises.map(\.id) == PromiseID.allCases)
    #expect(first.verdict?.kind == .wait)
    #expect(first.events == [])
    #expect(watch.see(after: 2).isEmpty)
    #expect(AllPromises.inOrder.map(\.id) == PromiseID.allCases)
  }

  @Test func eachChangeIsToldOnce() {
    var watch = Watching()
    watch.now.setService("one/web-ip-80-tcp", ["203.0.113.5"])
    let step = watch.see(after: 2)
    #expect(
      step.events == [
        WatchEvent(
          Watching.date(2), .services, "Service one/web-ip-80-tcp", from: "203.0.113.1",
          to: "203.0.113.5")
      ])
    #expect(step.promises.map(\.id) == [.addresses])
    #expect(step.verdict?.kind == .goBack)
    #expect(watch.see(after: 2).isEmpty)
  }

  @Test func goBackNamesThePromiseTheTimeTheCauseAndTheWayBack() {
    var watch = Watching(.metallb)
    watch.now.editRelease("metallb-system/metallb") { $0.revision = "3" }
    watch.now.metrics = .silent("connection refused")
    watch.now.versions["metallb"] = "v0.16.1"
    watch.see(after: 9)
    let since = Watching.date(9).formatted(.iso8601)
    #expect(
      watch.run.verdict
        == .goBack(
          why: "MetalLB's metrics answer: MetalLB v0.16.1 serves its metrics over HTTPS with a "
            + "token only: connection refused, since \(since)",
          remedy: "helm -n metallb-system rollback metallb 2 --wait"))
    watch.now.cause = Observation.CauseState(
      text: "MetalLB does not go with it.", remedy: "ip-leases remedy lower-metallb")
    watch.see(after: 2)
    #expect(watch.run.verdict.remedy == "ip-leases remedy lower-metallb")
    #expect(watch.run.verdict.why.hasSuffix("since \(since). MetalLB does not go with it."))
  }

  @Test func ofSeveralBreaksTheFirstIsNamed() {
    var watch = Watching()
    watch.now.strictARP = .known(false)
    watch.see(after: 1)
    watch.now.metrics = .silent("refused")
    watch.pass(60)
    watch.see(after: 1)
    watch.pass(20)
    #expect(watch.state(.metrics).kind == .broken)
    #expect(watch.run.verdict.why.hasPrefix("strict ARP as before: "))
  }

  /// It stays on the record, and what is kept is counted anew.
  @Test func aBreakThatHealedIsToldAndWaitedAfter() {
    var watch = Watching(hold: 100)
    watch.now.setService("one/web-ip-80-tcp", ["203.0.113.5"])
    watch.see(after: 10)
    watch.now.setService("one/web-ip-80-tcp", ["203.0.113.1"])
    let healed = watch.see(after: 10)
    #expect(healed.promises.map(\.id) == [.addresses])
    #expect(healed.promises.first?.state == .kept)
    #expect(healed.promises.first?.firstBroken == Watching.date(10))
    #expect(healed.verdict?.kind == .wait)
    watch.pass(89)
    #expect(watch.run.verdict.kind == .wait)
    watch.see(after: 1)
    #expect(watch.run.verdict.kind == .goOn)
    #expect(watch.run.verdict.why.hasSuffix("; broken for a time: addresses"))
  }

  @Test func whatIsKeptIsCountedFromTheLastRollout() {
    var watch = Watching(.metallb, hold: 100)
    watch.pass(60)
    watch.now.replacePod("controller-1", uid: "c2")
    let step = watch.see(after: 10)
    #expect(step.events.map(\.what) == ["controller-1 is new", "controller-1 is gone"])
    watch.now.rolling = ["speaker"]
    watch.see(after: 10)
    watch.now.rolling = []
    watch.pass(99)
    #expect(watch.run.verdict.kind == .wait)
    watch.see(after: 1)
    #expect(watch.run.verdict.kind == .goOn)
  }

  @Test func anUpgradeThatNeverCameIsSaid() {
    var watch = Watching(.metallb, hold: 10)
    watch.pass(20)
    #expect(
      watch.run.verdict.why.hasSuffix("; nothing of MetalLB changed since the baseline"))
    var plain = Watching(hold: 10)
    plain.pass(20)
    #expect(!plain.run.verdict.why.contains("nothing of"))
  }

  @Test func aGapIsNamedWithItsLengthAndTheDifference() {
    var watch = Watching(hold: 20)
    watch.now.removeService("one/web-ip-80-tcp")
    watch.now.namespaces.edit { $0["one"] = nil }
    watch.now.declarations.edit { $0["a-web"] = nil }
    watch.now.announcers.edit { $0["one/web-ip-80-tcp"] = nil }
    watch.now.provider = .known(Observation.ProviderState(leases: 1, free: 12))
    let step = watch.see(after: 3_600)
    #expect(
      step.events.first
        == WatchEvent(
          Watching.date(3_600), .watch, "nothing was seen for 3600 s",
          from: Watching.start.formatted(.iso8601),
          to: Watching.date(3_600).formatted(.iso8601)))
    #expect(step.events.contains { $0.what == "the lease of namespace one ended" })
    #expect(watch.open == [])
    // Nobody knows that all was kept meanwhile.
    #expect(watch.run.verdict.kind == .wait)
    watch.pass(20)
    #expect(watch.run.verdict.kind == .goOn)
  }

  @Test func theTimeOfAGapIsNotWaited() {
    var watch = Watching()
    watch.now.metrics = .silent("refused")
    watch.see(after: 5)
    watch.see(after: 3_600)
    #expect(watch.state(.metrics).kind == .waiting)
    watch.pass(61)
    #expect(watch.state(.metrics).kind == .broken)
  }

  @Test func aClockThatIsSetBackDoesNotRunBackwards() {
    var watch = Watching()
    watch.pass(100)
    watch.see(after: -50)
    #expect(watch.run.timeline.last.time == Watching.date(100))
    #expect(watch.open == [])
  }

  @Test func whoChangedSomethingIsNamedWhereItIsKnown() {
    var watch = Watching()
    watch.now.editRelease("metallb-system/metallb") {
      $0.revision = "3"
      $0.description = "Upgrade complete"
    }
    #expect(watch.see(after: 2).events.first?.by == "helm: Upgrade complete")
    watch.now.editRelease("metallb-system/metallb") { $0.revision = "4" }
    watch.now.acts = [
      Observation.Act(
        time: Watching.date(3), step: "metallb", words: ["helm", "upgrade", "metallb"])
    ]
    #expect(watch.see(after: 2).events.first?.by == "this program, metallb")
    watch.now.acts = []
    watch.now.pools.edit {
      $0.pools["default"] = "203.0.113.0/27"
      $0.managers = ["default": "kubectl-edit"]
    }
    #expect(watch.see(after: 2).events.first?.by == "kubectl-edit")
  }

  @Test func aSilenceIsOneEventAndItsEndAnother() {
    var watch = Watching()
    let before = watch.now
    watch.now.lose("refused")
    let lost = watch.see(after: 2).events
    #expect(lost.count == 1)
    #expect(lost.first?.what.hasPrefix("cannot be read: announcements, ") == true)
    #expect(watch.see(after: 2).events == [])
    watch.now = before
    watch.now.setService("ingress/nginx", ["203.0.113.10"])
    let back = watch.see(after: 2).events
    #expect(back.map(\.part) == [.watch, .services])
  }

  // MARK: Kept for later

  @Test func aWatchGoesOnFromWhatWasKept() throws {
    let folder = TemporaryFolder()
    let store = WatchStore(folder: folder.state)
    #expect(try store.unfinished(of: "c", at: Watching.date(100)) == nil)
    var watch = Watching(.metallb)
    watch.now.metrics = .silent("refused")
    watch.see(after: 5)
    watch.see(after: 5)
    try store.keep(watch.run)
    #expect(mode(of: folder.state.watch) == 0o600)
    let kept = try #require(try store.unfinished(of: "c", at: Watching.date(100)))
    #expect(kept == watch.run)
    var resumed = watch
    resumed.resume(kept)
    #expect(resumed.see(after: 7) == watch.see(after: 7))
    #expect(resumed.run == watch.run)
  }

  /// A copied file, and a clock that was set back.
  @Test func aWatchOfAnotherClusterOrOfTimeToComeIsNotGoneOnWith() throws {
    let folder = TemporaryFolder()
    let store = WatchStore(folder: folder.state)
    var watch = Watching(.metallb)
    watch.see(after: 900)
    try store.keep(watch.run)
    #expect(try store.unfinished(of: "c", at: Watching.date(900)) == watch.run)
    #expect(throws: UserMessage.self) {
      try store.unfinished(of: "d", at: Watching.date(900))
    }
    #expect(throws: UserMessage.self) {
      try store.unfinished(of: "c", at: Watching.date(100))
    }
  }

  /// What breaks later does not take the place of what broke first, though its ground is older.
  @Test func theBreakThatWasToldFirstStaysTheFirst() {
    var healthy = Watching.healthy
    healthy.checks["IPL-0109"] = .pass
    var watch = Watching(from: healthy)
    watch.now.checks["IPL-0109"] = .fail
    watch.see(after: 2)
    watch.now.pools = .absent
    watch.see(after: 2)
    let first = watch.run.verdict
    #expect(first.kind == .goBack && first.why.hasPrefix("pools and advertisements"))
    watch.pass(200)
    #expect(watch.state(.checks).kind == .broken)
    #expect(watch.run.verdict == first)
  }

  @Test func aBaselineWithoutAnUpgradeBecomesThatOfTheUpgradeThatIsNamed() {
    var watch = Watching()
    var run = watch.run
    run.name(.provider)
    #expect(run.baseline.part == .provider && run.hold == 600)
    run.name(.metallb)
    #expect(run.baseline.part == .provider)
    watch = Watching(hold: 20)
    run = watch.run
    run.name(.metallb)
    #expect(run.hold == 20)
  }

  /// Numbers that no cluster has: told of, not worked out.
  @Test func numbersThatCannotBeCrashNothing() {
    var watch = Watching()
    watch.now.metrics = .known(Observation.CountState(total: .max, inUse: .min))
    watch.now.provider = .known(Observation.ProviderState(leases: 2, free: .min))
    watch.see(after: 2)
    #expect(watch.run.tracks.count == PromiseID.allCases.count)
  }

  @Test func whatCameToGoOnIsOver() throws {
    let folder = TemporaryFolder()
    let store = WatchStore(folder: folder.state)
    var watch = Watching(hold: 10)
    watch.pass(20)
    try store.keep(watch.run)
    #expect(try store.unfinished(of: "c", at: Watching.date(100)) == nil)
  }

  @Test func aDamagedBaselineIsNotTakenForNone() throws {
    let folder = TemporaryFolder()
    try folder.state.create()
    try AtomicFile.write(Data("{".utf8), to: folder.state.watch)
    #expect(throws: UserMessage.self) {
      try WatchStore(folder: folder.state).unfinished(of: "c", at: Watching.date(100))
    }
  }
}
