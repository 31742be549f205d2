import Basics
import Cluster
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import Terminal
import Testing

@testable import Console

/// The loop itself, with a screen, a wait and a service made for the test.
struct ProgramTests {
  @Test func nothingIsShownWhereNothingChanged() {
    let bench = Bench()
    bench.program.turn()
    let shown = bench.screen.frames
    for _ in 1...20 { bench.program.turn() }
    #expect(bench.screen.frames == shown)
  }

  @Test func aKeyIsDrawnInItsOwnTurn() {
    let bench = Bench()
    bench.program.turn()
    let shown = bench.screen.frames
    bench.screen.keys = [.character("2")]
    bench.waiting.reasons = [.input]
    bench.program.turn()
    #expect(bench.screen.frames == shown + 1)
    #expect(bench.screen.text.contains("[2 Steps"))
  }

  @Test func dataMakesAtMostTenFramesASecond() {
    let bench = Bench()
    bench.program.turn()
    let shown = bench.screen.frames
    // One second in 1,000 turns, each with something new.
    for number in 1...1_000 {
      bench.instant = bench.instant.advanced(by: .milliseconds(1))
      bench.inbox.post(.refused(UserMessage("number \(number)")))
      bench.waiting.reasons = [.inbox]
      bench.program.turn()
    }
    #expect((1...11).contains(bench.screen.frames - shown))
  }

  @Test func keysThatArriveBeforeTheLineIsOnScreenAreDropped() {
    let bench = Bench()
    bench.inbox.post(.factsRead(Fixtures.facts))
    bench.waiting.reasons = [.inbox]
    bench.program.turn()
    bench.press([.character("2"), .character("a")])
    bench.inbox.post(.planMade(Fixtures.plan, for: PlanRequest(.capacity)))
    bench.waiting.reasons = [.inbox]
    bench.program.turn()
    bench.screen.later = [.character("s"), .enter]
    bench.press([.character("a"), .character("y"), .character("e")])
    #expect(!bench.program.state.isRunning)
    #expect(bench.screen.text.contains("What was typed ahead was dropped."))
  }

  @Test func aSignalToEndLeavesAtOnce() {
    let bench = Bench()
    bench.waiting.reasons = [.terminated]
    #expect(bench.program.run() == 130)
  }

  @Test func theInboxWakesTheLoopOnceForABatch() {
    let wakes = Mutex(0)
    let inbox = Inbox { wakes.withLock { $0 += 1 } }
    for _ in 1...100 { inbox.post(.resumed) }
    #expect(wakes.withLock { $0 } == 1)
    #expect(inbox.take().count == 100)
    inbox.post(.resumed)
    #expect(wakes.withLock { $0 } == 2)
  }

  @Test func anEffectComesBackAsAnEvent() async {
    let (events, continuation) = AsyncStream.makeStream(of: Void.self)
    let inbox = Inbox { continuation.yield() }
    let runner = EffectRunner(service: SilentService(), inbox: inbox)
    #expect(runner.perform(.makePlan(PlanRequest(.rollback(.pools)))))
    for await _ in events { break }
    guard case .planRefused(let request, let message) = inbox.take().first else {
      Issue.record("another event")
      return
    }
    #expect(request == PlanRequest(.rollback(.pools)))
    #expect(message.what == "no way back")
    #expect(!runner.perform(.redraw))
  }
}

/// A program whose outside is in the hands of the test.
private final class Bench {
  let screen = StillScreen()
  let waiting = ScriptedWaiting()
  let inbox = Inbox {}
  var instant = ContinuousClock.now
  private(set) var program: Program!

  init() {
    let state = State(
      settings: Fixtures.settings, size: screen.size, now: Fixtures.now)
    program = Program(
      state: state, screen: screen, waiting: waiting, desk: NoDesk(), inbox: inbox,
      effects: EffectRunner(service: SilentService(), inbox: Inbox {}),
      now: { Fixtures.now }, instant: { [unowned self] in instant })
  }

  func press(_ keys: [Key]) {
    screen.keys = keys
    waiting.reasons = [.input]
    program.turn()
  }
}

private final class StillScreen: Screen {
  let size = Size(rows: 24, columns: 80)
  var keys: [Key] = []
  /// Keys that arrive after the first reading.
  var later: [Key] = []
  private(set) var frames = 0
  private(set) var text = ""

  func show(_ canvas: Canvas) {
    frames += 1
    text = canvas.text
  }

  func readKeys() -> [Key] {
    defer {
      keys = later
      later = []
    }
    return keys
  }
}

private final class ScriptedWaiting: Waiting {
  /// What the next wait answers; then nothing again.
  var reasons: [WakeReason] = []

  func wait(timeout: Duration?) -> [WakeReason] {
    defer { reasons = [] }
    return reasons
  }
}

private final class NoDesk: TerminalDesk {
  func copy(_ text: String) {}
  func printPlain(_ lines: [String]) {}
  func suspend() {}
  func forgetFrame() {}
}

private struct SilentService: ConsoleService {
  func facts(onEarly: @escaping @Sendable (Facts) -> Void) async -> Result<Facts, UserMessage> {
    .success(Fixtures.facts)
  }
  func followFacts(_ onFacts: @escaping @Sendable (Facts) -> Void) async {}
  func followWatch(_ onLook: @escaping @Sendable (WatchLook) -> Void) async {}
  func takeBaseline() async -> Result<WatchLook, UserMessage> {
    .failure(UserMessage("nothing was seen"))
  }
  func plan(_ request: PlanRequest) async -> Result<Plan, UserMessage> {
    switch request.subject {
    case .rollback, .wayBack: .failure(UserMessage("no way back"))
    case .pool: .success(Fixtures.largePlan)
    case .step, .upgrade, .remedy, .proof: .success(Fixtures.plan)
    }
  }
  func importPool(path: String, pool: String) async -> Result<ImportedPool, UserMessage> {
    .failure(UserMessage("no file"))
  }
  func keepDrafts(_ drafts: [String: KeptDraft]) async -> Result<Void, UserMessage> {
    .success(())
  }
  func run(_ plan: Plan, onEvent: @escaping @Sendable (RunEvent) -> Void) async {}
  func stop() async {}
  func setAside(_ step: StepID, reason: String?) async -> Result<Void, UserMessage> {
    .success(())
  }
  func followLogs(_ onNews: @escaping @Sendable (LogNews) -> Void) async {}
  func setFindingAside(_ code: String, _ aside: FindingAside?) async -> Result<Void, UserMessage> {
    .success(())
  }
  func chooseWay(_ way: Way) async {}
  func activity() async -> [JournalEntry] { [] }
}
