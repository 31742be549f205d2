import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Cluster
@testable import Console

/// The keys of the pane Watch, and what it shows over the others.
struct WatchPaneTests {
  // MARK: Where it is

  @Test(arguments: [Key.character("W"), .character("6")])
  func itsKeysGoThereFromEveryPaneAndScreen(key: Key) {
    for (name, start) in SafetyTests.places {
      var state = start
      guard state.scene.bindings.contains(where: { $0.keys.contains(key) }) else { continue }
      state.press(key)
      #expect(state.pane == .watch && state.overlays.isEmpty, "\(name)")
    }
  }

  @Test func theVerdictStandsInTheTitleOfEveryPaneOnceThereIsABaseline() {
    for (look, word) in [
      (WatchStory.broken, "GO BACK 11:58:09Z"), (WatchStory.waiting, "WAIT"),
      (WatchStory.kept, "GO ON"),
    ] {
      var state = Fixtures.watchPane(look)
      for pane in PaneID.allCases {
        state.press(.character(pane.digit))
        #expect(Frame.title(state.scene, columns: 80).text.contains(" \(word)  "), "\(pane.title)")
      }
    }
    let state = Fixtures.watchPane(WatchStory.quiet)
    #expect(!Frame.title(state.scene, columns: 80).text.contains("GO ON"))
  }

  @Test func theVerdictStaysInANarrowTitleWhereTheCountsDoNot() {
    var state = Fixtures.watchPane(WatchStory.broken, rows: 24, columns: 60)
    #expect(Frame.title(state.scene, columns: 60).text.hasSuffix("  1 FAIL 1 WARN"))
    var facts = Fixtures.facts
    facts.lost = LiveNews.Lost(since: Fixtures.now, problem: UserMessage("no answer"))
    _ = update(&state, .factsChanged(facts))
    #expect(Frame.title(state.scene, columns: 60).text.hasSuffix("GO BACK 11:58:09Z"))
  }

  @Test func theTabsHaveRoomAt80ColumnsWithTheCountOfEach() {
    var state = Fixtures.watchPane(WatchStory.broken)
    for pane in PaneID.allCases {
      state.press(.character(pane.digit))
      let tabs = Frame.tabs(state.scene, columns: 80).text
      #expect(TextWidth.columns(of: tabs) <= 80)
      #expect(tabs.contains("6 Watch 9/12"), "\(tabs)")
    }
  }

  @Test func aReadingThatWasAskedForIsShownBesideTheCountOfTheWatch() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.press(.character("r"))
    let tabs = Frame.tabs(state.scene, columns: 80).text
    #expect(tabs.contains("[6 Watch 9/12]") && tabs.hasSuffix("reading.."))
  }

  // MARK: What comes by itself

  @Test func theWatchIsTakenWhileAPlanRunsThoughTheFactsAreNot() {
    var state = ScreenTests.running()
    var facts = Fixtures.facts
    facts.provider = "another"
    _ = update(&state, .factsChanged(facts))
    _ = update(&state, .watchChanged(WatchStory.broken))
    #expect(state.facts?.provider == "provider.example.com")
    #expect(state.watchLook == WatchStory.broken)
    #expect(Frame.title(state.scene, columns: 80).text.contains("GO BACK"))
  }

  @Test func theCursorStaysOnItsLineWhenOthersCome() {
    var story = WatchStory()
    story.upgradeChart(to: "0.15.3", revision: "2")
    story.see(at: 5)
    var state = Fixtures.watchPane(story.look)
    state.press(.character("}"))
    let place = state.watch.underCursor(state.known)
    story.replaceController("v0.15.3")
    story.see(at: 8)
    _ = update(&state, .watchChanged(story.look))
    #expect(state.watch.events(state.watchLook).count > 1)
    #expect(state.watch.underCursor(state.known) == place)
  }

  @Test func aWatchThatGoesOnNamesTheGap() {
    let state = Fixtures.watchPane(WatchStory.gap)
    var before = State(settings: Fixtures.settings, size: state.size, now: Fixtures.now)
    _ = update(&before, .watchChanged(WatchStory.gap))
    #expect(
      before.notice == "The watch of 11:50:00Z goes on; nothing was seen from 11:52:00Z to "
        + "12:03:10Z.")
    #expect(state.screen.contains("unseen 11:52:00Z to 12:03:10Z"))
  }

  @Test func aTimeOfAnotherDayHasTheDay() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.now = Fixtures.now.addingTimeInterval(86_400)
    #expect(state.screen.contains("from 2026-03-13 11:50:00Z"))
  }

  // MARK: Keys

  @Test func nextBreakGoesFromOneBrokenPromiseToTheNext() {
    var state = Fixtures.watchPane(WatchStory.broken)
    var found: [String] = []
    for _ in 1...3 {
      if case .promise(let track) = state.watch.underCursor(state.known) {
        found.append(track.id.rawValue)
      }
      state.press(.character("e"))
    }
    #expect(found == ["metrics", "sells", "metrics"])
  }

  @Test func theFilterLeavesWhatIsNotKeptAndTheTimeline() {
    var state = Fixtures.watchPane(WatchStory.broken)
    let events = state.watch.events(state.watchLook).count
    state.press(.character("f"))
    #expect(state.watch.promises(state.known).allSatisfy { $0.state.kind != .kept })
    #expect(state.watch.rows(state.known).count == state.watch.promises(state.known).count + events)
  }

  @Test func aPromiseOpensItsEvidence() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.press(.enter)
    let lines = Export.lines(state.scene)
    for text in ["MetalLB's metrics answer", "BROKEN", "16", "silent", "11:58:09Z"] {
      #expect(lines.contains { $0.contains(text) }, "\(text)")
    }
  }

  @Test func aLineOfTheTimelineOpensWhole() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.press(.character("G"), .character("i"))
    let lines = Export.lines(state.scene)
    #expect(lines.contains { $0.hasSuffix("release metallb-system/metallb") })
    #expect(lines.contains { $0.contains("revision 2, metallb-0.16.1, deployed") })
  }

  @Test func theDifferenceIsOfTheBaselineAndNow() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.press(.character("d"))
    let screen = state.screen
    #expect(screen.contains("DIFF  the baseline of 11:50:00Z against now"))
    #expect(screen.contains("version: v0.14.8 to v0.16.1"))
    state = Fixtures.watchPane(WatchStory.kept)
    state.press(.character("d"))
    #expect(state.screen.contains("Everything is as it was."))
  }

  @Test func theTimelineIsSavedAsText() {
    var state = Fixtures.watchPane(WatchStory.broken)
    state.press(.character("S"))
    let effects = state.press(.enter)
    guard case .save(let text, let path) = effects.first else {
      Issue.record("nothing is saved")
      return
    }
    #expect(path == "ip-leases-watch.txt")
    #expect(text.contains("11:57:55Z helm  release metallb-system/metallb"))
    #expect(text.contains("11:50:00Z watch the baseline was taken"))
  }

  // MARK: The baseline

  @Test func aBaselineIsTakenAtOnceWhereNoneIsInUse() {
    for look in [WatchStory.quiet, WatchStory.kept] {
      var state = Fixtures.watchPane(look)
      #expect(state.press(.character("b")) == [.takeBaseline])
    }
    var state = Fixtures.watchPane(WatchStory.quiet)
    _ = update(&state, .baselineTaken(WatchStory.kept))
    #expect(
      state.notice == "The baseline is of 11:50:00Z: MetalLB v0.14.8, the IP operator 0.16.2, the "
        + "provider 0.16.2, 2 Service(s) with an address.")
  }

  @Test func theBaselineOfAWatchThatIsNotAtItsEndIsNotLostByOneKey() {
    var state = Fixtures.watchPane(WatchStory.broken)
    #expect(state.press(.character("b")).isEmpty)
    #expect(state.press(.escape).isEmpty && state.overlays.isEmpty)
    state.press(.character("b"))
    #expect(state.press(.enter) == [.takeBaseline])
    #expect(state.overlays.isEmpty)
  }

  @Test func noBaselineIsTakenReadOnly() {
    var settings = Fixtures.settings
    settings.isReadOnly = true
    var state = Fixtures.watchPane(WatchStory.quiet, settings: settings)
    #expect(state.press(.character("b")).isEmpty)
    #expect(state.notice == "Baseline is off: read-only: --read-only was given.")
  }

  // MARK: The way back

  @Test func thePlanOfTheWayBackIsThatOfTheUpgradeOfThisProgram() {
    var look = WatchStory.broken
    look.waysBack = [.metallb]
    var state = Fixtures.watchPane(look)
    #expect(state.screen.contains("a: plan of the way back, MetalLB back to v0.14.8"))
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.wayBack(.metallb)))])
  }

  @Test func withoutAWayBackThePlanIsOffAndSaysWhy() {
    var state = Fixtures.watchPane(WatchStory.broken)
    #expect(state.press(.character("a")).isEmpty)
    #expect(
      state.notice == "Plan is off: no upgrade by this program is to be taken back, DO says what "
        + "else helps.")
    #expect(state.screen.contains("helm -n metallb-system rollback metallb 1 --wait"))
  }

  @Test func withABaselineAnUpgradeIsPlannedAndWithoutOneThatIsSaid() {
    var state = Fixtures.watchPane(WatchStory.kept)
    #expect(state.press(.character("a")).isEmpty)
    #expect(state.screen.contains("1 MetalLB, now v0.14.8"), "\(state.screen)")
    #expect(state.press(.enter) == [.makePlan(PlanRequest(.upgrade(.metallb)))])
    state = Fixtures.watchPane(WatchStory.quiet)
    #expect(state.press(.character("a")).isEmpty)
    #expect(
      state.notice == "Plan is off: b takes the baseline first that an upgrade is compared with.")
  }

  @Test func theWayBackOfAPartThatDidNotChangeIsNotOffered() {
    var look = WatchStory.broken
    look.waysBack = [.provider]
    var state = Fixtures.watchPane(look)
    #expect(state.press(.character("a")).isEmpty)
  }
}
