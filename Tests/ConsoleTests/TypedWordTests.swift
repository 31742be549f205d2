import ConsoleKit
import IPLeasesCore
import Terminal
import Testing

@testable import Console

struct TypedWordTests {
  @Test func theWordRunsThePlanOnce() {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"))
    let effects = state.type("yes") + state.press(.enter)
    #expect(effects == [.run(Fixtures.plan)])
    #expect(state.isRunning)
    #expect(state.press(.enter, .character("a"), .enter).isEmpty)
  }

  @Test func whatWasTypedAheadIsDropped() {
    var state = State.showing(Fixtures.plan)
    var effects = update(&state, .key(.character("a")))
    for key: Key in [.character("y"), .character("e"), .character("s"), .enter] {
      effects += update(&state, .key(key))
    }
    effects += update(&state, .inputDrained)
    #expect(effects.isEmpty)
    #expect(!state.isRunning)
    #expect(state.screen.contains("What was typed ahead was dropped."))
    // The line is open and empty now.
    #expect(state.type("yes").isEmpty)
    #expect(state.press(.enter) == [.run(Fixtures.plan)])
  }

  @Test func aPasteIsRefusedAndSaid() {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"), .paste("yes\n"))
    #expect(state.screen.contains("A paste is not taken here"))
    #expect(state.press(.enter).isEmpty)
    #expect(state.notice == "That was not the word. Nothing was run.")
  }

  /// A terminal that marks no pastes sends them in one piece, and the line end with them.
  @Test func whatComesAtOnceIsRefusedLikeAPaste() {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"))
    for key: Key in [.character("y"), .character("e"), .character("s"), .enter] {
      #expect(update(&state, .key(key)).isEmpty)
    }
    #expect(!state.isRunning)
    #expect(state.screen.contains("That came at once, as a paste does"))
    // Its line end on the heels of letters that were typed does no harm either.
    state.type("ye")
    #expect(update(&state, .key(.character("s"))).isEmpty)
    #expect(update(&state, .key(.enter)).isEmpty)
    #expect(!state.isRunning)
    // The line is empty and listens.
    state.type("yes")
    #expect(state.press(.enter) == [.run(Fixtures.plan)])
  }

  @Test func twoLettersMayMeetOnASlowLine() {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"), .character("y"))
    _ = update(&state, .key(.character("e")))
    state.press(.character("s"))
    #expect(state.press(.enter) == [.run(Fixtures.plan)])
  }

  @Test(arguments: ["", "y", "ye", "YES", "yes ", "yess", "move 2"])
  func anythingButTheWordCancels(typed: String) {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"))
    state.type(typed)
    #expect(state.press(.enter).isEmpty)
    #expect(!state.isRunning)
  }

  @Test func theStrongerWordIsAskedWhereServicesMove() {
    var state = State.showing(Fixtures.largePlan)
    state.press(.character("a"))
    state.type("yes")
    #expect(state.press(.enter).isEmpty)
    state.press(.character("a"))
    state.type("move 2")
    #expect(state.press(.enter) == [.run(Fixtures.largePlan)])
  }

  @Test func theLineIsOffWhereNothingMayChange() {
    var settings = Fixtures.settings
    settings.isReadOnly = true
    var state = State(settings: settings, size: Size(rows: 24, columns: 80), now: Fixtures.now)
    _ = update(&state, .factsRead(Fixtures.facts))
    state.press(.character("2"), .character("a"))
    _ = update(&state, .planMade(Fixtures.plan, for: PlanRequest(.capacity)))
    state.press(.character("a"))
    #expect(state.notice == "Accept line is off: read-only: --read-only was given.")
    #expect(state.screen.contains("READ-ONLY"))
  }

  @Test func aLockTakenMeanwhileStopsThePlanAtTheLastMoment() {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"))
    state.type("yes")
    var facts = Fixtures.facts
    facts.obstacle = "bob on ttys2"
    _ = update(&state, .factsRead(facts))
    #expect(state.press(.enter).isEmpty)
    #expect(state.notice?.contains("bob on ttys2") == true)
  }

  @Test func thePlanScrollsWhileTheLineIsOpen() {
    var state = State.showing(Fixtures.largePlan)
    _ = update(&state, .resized(Size(rows: 15, columns: 60)))
    state.press(.character("a"))
    let before = state.screen
    state.press(.tab)
    #expect(state.screen != before)
    #expect(state.screen.contains("Type move 2 to go on"))
  }

  @Test func aPlanThatIsLongerThanTheWindowSaysSo() {
    var state = State.showing(Fixtures.largePlan)
    _ = update(&state, .resized(Size(rows: 15, columns: 60)))
    #expect(state.screen.contains("more lines below, Tab goes there. Nothing has run yet."))
    state.press(.character("G"))
    #expect(!state.screen.contains("below"))
  }

  @Test func stoppingAsksForAWordAndSaysWhatItMeans() {
    var state = ScreenTests.running()
    #expect(state.press(.control("c")).isEmpty)
    #expect(state.screen.contains("SIGINT"))
    #expect(state.type("stop").isEmpty)
    #expect(state.press(.enter) == [.stopRun])
    #expect(state.run?.isStopping == true)
    #expect(state.isRunning)
  }

  @Test func leavingWhileAPlanRunsAsksFirst() {
    var state = ScreenTests.running()
    #expect(state.press(.character("Q")).isEmpty)
    #expect(state.screen.contains("Leaving does not stop it"))
    #expect(state.press(.enter) == [.quit(code: 0)])
  }
}
