import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Basics
@testable import Cluster
@testable import Console
@testable import IPLeasesCore
@testable import Logs

struct LogsPaneTests {
  /// The text of the row under the cursor.
  private func cursorText(_ state: State) -> String? {
    state.logs.cursorRow(state.logView).flatMap { row in
      row.note?.text ?? state.logView.line(row.id)?.message
    }
  }

  // MARK: Following

  @Test func followingBeginsWithTheFirstFacts() {
    var state = State(
      settings: Fixtures.settings, size: Size(rows: 24, columns: 80), now: Fixtures.now)
    #expect(!update(&state, .started).contains(.followLogs))
    #expect(
      update(&state, .factsRead(Fixtures.facts)) == [.followFacts, .followLogs, .followWatch])
    #expect(update(&state, .factsRead(Fixtures.facts)).isEmpty)
  }

  @Test func goingUpPausesAndNothingMovesWhileLinesCome() {
    var stage = LogStage.many(40)
    #expect(stage.state.logs.isFollowing)
    stage.press(.character("k"))
    #expect(!stage.state.logs.isFollowing)
    #expect(cursorText(stage.state) == "line 38 done")
    func list() -> [Substring] {
      stage.state.screen.split(separator: "\n")[3..<18].map { $0.dropLast() }
    }
    let before = list()
    stage.add(40..<90)
    #expect(list() == before)
    #expect(stage.state.logs.unseen(stage.state.logView) == LogCount(lines: 50, problems: 5))
    stage.press(.character("F"))
    #expect(cursorText(stage.state) == "line 89 done")
    #expect(stage.state.logs.unseen(stage.state.logView) == LogCount())
  }

  @Test func theEndInSightIsSeen() {
    var stage = LogStage.many(40)
    stage.press(.character("k"))
    stage.add(40..<60)
    stage.press(.character("G"))
    #expect(cursorText(stage.state) == "line 59 done")
    #expect(stage.state.logs.unseen(stage.state.logView) == LogCount())
    #expect(!stage.state.logs.isFollowing)
  }

  @Test func linesThatComeInBetweenMoveNothing() {
    var stage = LogStage.many(40)
    stage.press(.character("k"), .character("k"))
    let before = cursorText(stage.state)
    for number in 0..<20 {
      stage.take(
        LogStage.ctl, LogStage.time("11:00:05.5"), "<nil> INF late \(number) order=\(number)")
    }
    #expect(cursorText(stage.state) == before)
  }

  @Test func aLineThatWasLetGoGivesTheCursorToTheOldest() {
    var stage = LogStage(limits: LogLimits(lines: 50, bytes: 1 << 20))
    stage.add(0..<40)
    stage.press(.character("g"))
    #expect(cursorText(stage.state) == "line 0 done")
    stage.add(40..<200)
    #expect(cursorText(stage.state) == "line 150 done")
    #expect(stage.state.screen.contains("50 lines kept, 150 let go"))
  }

  @Test func nobodyIsToldThatNothingIsLostOnceLinesWereLetGo() {
    var stage = LogStage(limits: LogLimits(lines: 50, bytes: 1 << 20))
    stage.add(0..<40)
    #expect(stage.state.logs.hint(stage.state.known).contains("Nothing is lost"))
    stage.add(40..<200)
    #expect(!stage.state.logs.hint(stage.state.known).contains("Nothing is lost"))
    #expect(stage.state.logs.hint(stage.state.known).contains("the oldest lines went"))
  }

  @Test func anOlderViewIsDropped() {
    var stage = LogStage()
    stage.add(0..<3)
    let old = stage.store.view()
    stage.add(3..<6)
    _ = update(&stage.state, .logsChanged(old))
    #expect(stage.state.logView.rowCount == 6)
  }

  // MARK: Moving

  @Test func pagesGoByAWindowAndBack() {
    var stage = LogStage.many(200)
    stage.press(.character("g"))
    let rows = LogWindow(stage.state.logs, stage.state.known).visible.count
    stage.press(.character(" "))
    #expect(LogWindow(stage.state.logs, stage.state.known).visible.lowerBound == rows - 1)
    #expect(cursorText(stage.state) == "line \(rows - 1) done")
    stage.press(.character("b"))
    #expect(LogWindow(stage.state.logs, stage.state.known).visible.lowerBound == 0)
    stage.press(.control("d"), .control("u"))
    #expect(cursorText(stage.state) == "line 0 done")
  }

  @Test func problemsAreWalkedAroundTheEnds() {
    var stage = LogStage.many(35)
    stage.press(.character("E"))
    #expect(cursorText(stage.state) == "line 29 done")
    stage.press(.character("E"))
    #expect(cursorText(stage.state) == "line 19 done")
    stage.press(.character("e"), .character("e"))
    #expect(cursorText(stage.state) == "line 9 done")
    #expect(stage.state.notice?.contains("Gone around") == true)
  }

  @Test func bracesJumpBetweenRestarts() {
    var stage = LogStage.incident()
    stage.press(.character("{"))
    #expect(cursorText(stage.state)?.contains("restart 1") == true)
    stage.press(.character("}"))
    #expect(stage.state.notice == "This is the only restart.")
  }

  @Test func pShowsTheLastWordsBeforeARestart() {
    var stage = LogStage()
    stage.line("12:00:00.0", LogStage.op, "INF first")
    stage.line("12:00:01.0", LogStage.op, "ERR out of memory")
    stage.line("12:00:01.5", LogStage.prv, "INF of another")
    stage.note("12:00:02.0", LogStage.op, .containerStarted(restart: 1, image: "x"))
    stage.line("12:00:03.0", LogStage.op, "INF anew")
    stage.press(.character("p"))
    #expect(cursorText(stage.state) == "out of memory")
    stage.press(.character("p"))
    #expect(stage.state.notice == "Nothing is known of operator from before a restart.")
  }

  @Test(arguments: [
    ("10m", "11:54:31"), ("11:10", "11:10:00"), ("11:10:30", "11:10:30"),
    ("12:30", "12:30:00 the day before"), ("1h30m", "10:34:31"),
    ("2026-03-13T11:00:00Z", "11:00:00"),
  ])
  func aTimeIsWrittenAsPeopleWriteIt(typed: String, meant: String) throws {
    let time = try LogMoment.parse(typed, now: LogTime(Fixtures.now))
    let isBefore = meant.hasSuffix("before")
    let clock = String(meant.prefix(8))
    let date = LogStage.time(clock).addingTimeInterval(isBefore ? -86_400 : 0)
    #expect(time == LogTime(date))
  }

  @Test func noTimeIsRefusedInItsLine() {
    var stage = LogStage.many(3)
    stage.press(.character("T"))
    stage.type("soon")
    stage.press(.enter)
    #expect(!stage.state.overlays.isEmpty)
    #expect(stage.state.notice?.contains("no time") == true)
  }

  // MARK: Search and filter

  @Test func aSearchGoesToHitsAndCountsThem() {
    var stage = LogStage.many(40)
    stage.press(.character("/"))
    stage.type("line [0-9] done")
    stage.press(.enter)
    #expect(cursorText(stage.state) == "line 0 done")
    #expect(stage.state.logs.hits?.lines == 10)
    stage.press(.character("n"), .character("n"), .character("N"))
    #expect(cursorText(stage.state) == "line 1 done")
    stage.press(.character("/"), .control("u"))
    stage.type("\"line [0-9]\"")
    stage.press(.enter)
    #expect(stage.state.notice == "There is no line with \"line [0-9]\" among these lines.")
  }

  @Test func keysPressedBeforeASearchIsAnsweredAddUp() {
    var stage = LogStage.many(40)
    stage.press(.character("/"))
    stage.type("line")
    stage.press(.enter)
    #expect(cursorText(stage.state) == "line 0 done")
    var effects = stage.state.press([.character("n"), .character("n"), .character("n")])
    guard case .findInLogs(let search) = effects.popLast() else {
      Issue.record("nothing is looked for")
      return
    }
    #expect(search.steps == 3)
    // A late answer of the first press moves nothing.
    var first = search
    first.steps = 1
    let view = stage.store.view()
    _ = update(&stage.state, .logLineFound(first.hit(in: view), of: first))
    #expect(cursorText(stage.state) == "line 0 done")
    _ = update(&stage.state, .logLineFound(search.hit(in: view), of: search))
    #expect(cursorText(stage.state) == "line 3 done")
  }

  @Test func patternsKeepAndHideAndAreListed() {
    var stage = LogStage.many(40)
    stage.press(.character("&"))
    stage.type("line 1")
    stage.press(.enter)
    #expect(stage.state.logView.rowCount == 11)
    stage.press(.character("&"), .character("&"))
    stage.type("!line 1[0-4]")
    let effects = stage.press(.enter)
    #expect(stage.state.logView.rowCount == 6)
    guard case .filterLogs(let filter, _) = effects.first else {
      Issue.record("no filter was asked for")
      return
    }
    #expect(filter.keep.map(\.text) == ["line 1"])
    #expect(filter.hide.map(\.text) == ["line 1[0-4]"])
    stage.press(.character("&"), .character("1"))
    #expect(stage.state.logView.rowCount == 35)
    stage.press(.character("j"), .character("x"))
    #expect(stage.state.logView.rowCount == 40)
  }

  @Test func theLevelGoesUpWithEachPress() {
    var stage = LogStage.incident()
    let all = stage.state.logView.rowCount
    stage.press(.character("L"), .character("L"), .character("L"))
    #expect(stage.state.logs.minimumLevel == .warn)
    #expect(stage.state.logView.rowCount < all)
    stage.press(.character("L"), .character("L"))
    #expect(stage.state.logView.rowCount == all)
  }

  @Test func problemsOnlyHoldsInEveryPane() {
    var stage = LogStage.many(40)
    stage.press(.character("2"), .character("f"), .character("4"))
    #expect(stage.state.logView.rowCount == 4)
    stage.press(.character("f"))
    #expect(stage.state.logView.rowCount == 40)
  }

  @Test func aSourceThatIsLeftOutStaysSoWhenItsPodIsReplaced() {
    var stage = LogStage()
    stage.line("12:00:00.0", LogStage.speaker(1), "INF one")
    stage.line("12:00:01.0", LogStage.op, "INF two")
    stage.press(.character("s"), .character("2"), .escape)
    #expect(stage.state.logView.rowCount == 1)
    stage.line("12:00:02.0", LogStage.speaker(1, pod: "successor"), "INF three")
    #expect(stage.state.logView.rowCount == 1)
    stage.press(.character("s"), .character("a"), .escape)
    #expect(stage.state.logView.rowCount == 3)
  }

  // MARK: Lines

  @Test func aFoldIsOpenedAndClosed() {
    var stage = LogStage()
    for second in 0..<5 { stage.line("12:00:0\(second).0", LogStage.prv, "INF the same") }
    #expect(stage.state.screen.contains("... the same 4 times more, last 12:00:04.000"))
    stage.press(.enter)
    #expect(stage.state.logView.rowCount == 5)
    stage.press(.character("G"), .enter)
    #expect(stage.state.logView.rowCount == 1)
  }

  @Test func marksAreWalked() {
    var stage = LogStage.many(40)
    stage.press(.character("g"), .character("m"), .character("G"), .character("m"))
    stage.press(.character("'"))
    #expect(cursorText(stage.state) == "line 0 done")
    stage.press(.character("\""))
    #expect(cursorText(stage.state) == "line 39 done")
    stage.press(.character("m"), .character("g"), .character("m"))
    #expect(stage.press(.character("'")).isEmpty)
    #expect(stage.state.notice == "Next mark is off: nothing is marked, m does.")
  }

  @Test func aLineAndARangeAreCopiedWithTimeAndSource() {
    var stage = LogStage.many(40)
    #expect(
      stage.press(.character("y")) == [
        .copy("2026-03-13T11:00:39.000000000Z prv <nil> ERR line 39 done order=39")
      ])
    stage.press(.character("v"), .character("k"), .character("k"))
    guard case .copy(let text) = stage.press(.character("y")).first else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text.split(separator: "\n").count == 3)
    #expect(text.hasSuffix("line 39 done order=39"))
  }

  @Test func aSecretIsHiddenOnScreenAndInCopies() {
    var stage = LogStage()
    var facts = Fixtures.facts
    facts.secrets = KnownSecrets(["hunter2-canary"])
    _ = update(&stage.state, .factsRead(facts))
    stage.line("12:00:00.0", LogStage.prv, "ERR refused pass=hunter2-canary")
    #expect(!stage.state.screen.contains("hunter2"))
    let copied = stage.press(.character("y"), .character("Y"))
    #expect(copied.count == 2)
    #expect(!"\(copied)".contains("hunter2"))
    let printed = stage.state.logs.lines(stage.state.known, columns: 80)
    #expect(!printed.contains { $0.text.contains("hunter2") })
    stage.press(.enter)
    #expect(!stage.state.screen.contains("hunter2"))
  }

  @Test func theCureOfALineIsThatOfTheCheckThatFailsNow() throws {
    var stage = LogStage()
    stage.line(
      "12:00:00.0", LogStage.op,
      "ERR observation stopped err=\"Get \\\"http://c:7472//metrics\\\": connection refused\"")
    stage.press(.up)
    func cure() throws -> String? {
      let row = try #require(stage.state.logs.cursorRow(stage.state.logView))
      return LogChosen(pane: stage.state.logs, known: stage.state.known).reading(row).paragraphs
        .first { $0.label == "try" }?.text
    }
    let metrics = "ip-leases remedy metrics-service, where Service controller is missing"
    #expect(try cure()?.hasPrefix(metrics) == true)
    var facts = Fixtures.facts
    let check = try #require(AllChecks.check("IPL-0109"))
    for (code, verdict) in [
      ("IPL-0109", Verdict.fail(got: "0.16.1")), ("IPL-0203", .notRun(.waitsFor(["IPL-0109"]))),
    ] {
      facts.checks.results.removeAll { $0.code == code }
      facts.checks.results.append(
        CheckResult(
          code: code, id: check.id, group: check.group, title: check.title, want: check.want,
          why: check.why, hint: check.hint, remedies: check.remedies, verdict: verdict))
    }
    _ = update(&stage.state, .factsRead(facts))
    #expect(
      try cure() == "ip-leases remedy lower-metallb   IPL-0109 fails now, which comes first")
  }

  @Test func secretsOfLaterReadingsAreHiddenTooAndThoseNotReadAreTold() {
    var stage = LogStage()
    var facts = Fixtures.facts
    let refused = UserMessage("The releases were not read", reason: "secrets is forbidden")
    var snapshot = ClusterSnapshot()
    snapshot.releases = .unreadable(refused, at: Fixtures.now)
    facts.secrets = KnownSecrets(of: snapshot)
    _ = update(&stage.state, .factsRead(facts))
    #expect(
      stage.state.logs.hint(stage.state.known).hasPrefix(
        "Hidden is what looks like a secret: The rel"))
    stage.line("12:00:00.0", LogStage.prv, "ERR refused pass=hunter2-canary key=sesame-canary")
    #expect(stage.state.screen.contains("secrets not known"))
    for secret in ["hunter2-canary", "sesame-canary"] {
      facts.secrets = KnownSecrets([secret])
      _ = update(&stage.state, .factsRead(facts))
    }
    facts.secrets = KnownSecrets(of: snapshot)
    _ = update(&stage.state, .factsRead(facts))
    #expect(!stage.state.screen.contains("canary"))
    #expect(!stage.state.screen.contains("secrets not known"))
  }

  @Test func theOverviewTellsOfTheLatestTroubleInTheLogs() {
    var stage = LogStage.incident(rows: 40)
    stage.press(.character("1"))
    #expect(
      stage.state.screen.contains(
        "  11:58:02  log    since then operator: IPL-0704 it does not serve"))
    stage.state.now = stage.state.now.addingTimeInterval(700)
    #expect(!stage.state.screen.contains("it does not serve"))
  }

  @Test func theCheckThatExplainsALineIsNamed() {
    var stage = LogStage.incident()
    stage.press(.character("E"))
    #expect(stage.state.logs.hint(stage.state.known).hasPrefix("Known IPL-0704 (5 shows it): "))
    stage.press(.character("5"))
    #expect(stage.state.pane == .verify)
    #expect(stage.state.notice?.hasPrefix("IPL-0704 explains the line") == true)
  }

  @Test func longLinesAreSeenSidewaysOrWrapped() {
    var stage = LogStage()
    stage.line("12:00:00.0", LogStage.prv, "INF start " + String(repeating: "-", count: 90) + "end")
    #expect(!stage.state.screen.contains("-end"))
    stage.press(.character("$"))
    #expect(stage.state.screen.contains("-end"))
    stage.press(.character("0"))
    #expect(stage.state.screen.contains("start"))
    stage.press(.character("w"))
    #expect(stage.state.screen.contains("start"))
    #expect(stage.state.screen.contains("-end"))
    stage.press(.character("l"))
    #expect(stage.state.notice?.hasPrefix("Right is off") == true)
  }

  @Test func theTimeIsShownInThreeWays() {
    var stage = LogStage.many(3)
    #expect(stage.state.screen.contains("\n 11:00:01.000 prv"))
    stage.press(.character("t"))
    #expect(stage.state.screen.contains("\n +0:00:01.000 prv"))
    stage.press(.character("t"))
    #expect(stage.state.screen.contains("\n prv I line 1"))
    stage.press(.character("t"))
    #expect(stage.state.screen.contains("\n 11:00:01.000 prv"))
  }

  @Test func theTabCountsProblems() {
    var stage = LogStage.many(40)
    stage.press(.character("2"))
    #expect(stage.state.screen.contains(" 4 Logs 4 err "))
  }

  @Test func everyKeyOfTheListIsInThePalette() {
    var stage = LogStage.many(3)
    stage.press(.character(":"))
    guard let palette = stage.state.overlays.last as? Palette else {
      Issue.record("no palette")
      return
    }
    let titles = Set(palette.entries(stage.state.scene.beneath(0)).map(\.title))
    for binding in stage.state.logs.keys(stage.state.known) {
      #expect(titles.contains(binding.word.lowercased()))
    }
  }

  @Test func theRightEdgeShowsWhereInTheListProblemsAre() {
    var stage = LogStage(limits: LogLimits(lines: 100, bytes: 1 << 20))
    for number in 0..<100 {
      let level = number == 0 ? "ERR" : number == 50 ? "WRN" : "INF"
      stage.take(
        LogStage.prv, LogStage.time("11:00:00.0").addingTimeInterval(Double(number)),
        "<nil> \(level) line \(number)")
    }
    let ticks = stage.state.logView.ticks(10)
    #expect(ticks[0] == .problem)
    #expect(ticks[5] == .warning)
    #expect(ticks.filter { $0 == .nothing }.count == 8)
  }
}

struct FrameBudgetTests {
  @Test func framesOfDataStayWithinTheBytesOfASecond() {
    var budget = FrameBudget()
    var now = ContinuousClock.now
    let start = now
    var sent = 0
    while start.duration(to: now) < .seconds(10) {
      now = now.advanced(by: max(.milliseconds(100), budget.wait(at: now)))
      budget.spend(4_000, at: now)
      sent += 4_000
    }
    #expect((100_000...200_000).contains(sent))
  }

  @Test func aRestIsForgottenAndKeysHoldDataUpForAMomentOnly() {
    var budget = FrameBudget()
    let now = ContinuousClock.now
    #expect(budget.wait(at: now) == .zero)
    for _ in 0..<100 { budget.spend(2_000, at: now) }
    #expect(budget.wait(at: now) < .seconds(1))
    #expect(budget.wait(at: now.advanced(by: .seconds(2))) == .zero)
  }

  @Test func onlyWhatDiffersIsCounted() {
    var old = Canvas(size: Size(rows: 24, columns: 80))
    var new = old
    #expect(FrameBudget.bytes(from: old, to: new) == 0)
    new.write("abc", row: 3, column: 5)
    #expect(FrameBudget.bytes(from: old, to: new) == 9)
    old = new
    new.write("界", row: 20, column: 70)
    #expect((1...20).contains(FrameBudget.bytes(from: old, to: new)))
  }
}
