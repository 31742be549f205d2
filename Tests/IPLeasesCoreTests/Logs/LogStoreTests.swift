import Foundation
import Glibc
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore
@testable import Logs

struct LogStoreTests {
  private static let sources = [
    LogSource(.operator), LogSource(.provider, formats: [.zerolog]),
    LogSource(.speaker, tag: "sp1", pod: "a", formats: [.zerolog]),
    LogSource(.speaker, tag: "sp2", pod: "b", formats: [.zerolog]),
  ]

  private static let words = ["reconciled", "barrier open", "probe a.b", "Bid made", "x"]

  /// Seconds after a fixed day.
  private static func time(_ second: Int64) -> LogTime {
    LogTime(nanoseconds: (1_795_000_000 + second) * LogTime.second)
  }

  private static func second(_ time: LogTime) -> Int64 {
    time.nanoseconds / LogTime.second - 1_795_000_000
  }

  private static func level(_ dice: inout SeededRandom) -> (LogLevel?, String) {
    [(LogLevel.info, "INF"), (.warn, "WRN"), (.error, "ERR"), (.debug, "DBG"), (nil, "???")]
      .randomElement(using: &dice) ?? (nil, "???")
  }

  private static func filter(_ dice: inout SeededRandom) throws -> LogFilter {
    var filter = LogFilter()
    if Bool.random(using: &dice) { return filter }
    if dice.next() % 3 == 0 { filter.hiddenSources = [sources[Int(dice.next() % 4)].id] }
    if dice.next() % 3 == 0 { filter.minimumLevel = [.info, .warn, .error][Int(dice.next() % 3)] }
    let patterns = [
      LogPattern(plain: "barrier"), LogPattern(plain: "Bid"), LogPattern(plain: "a.b"),
      try LogPattern(regex: "b[ae]r|^x"), try LogPattern(regex: "made$"),
    ].compactMap(\.self)
    if dice.next() % 3 == 0 { filter.keep = [patterns[Int(dice.next() % 5)]] }
    if dice.next() % 3 == 0 { filter.hide = [patterns[Int(dice.next() % 5)]] }
    filter.isProblemsOnly = dice.next() % 6 == 0
    filter.isFolding = dice.next() % 4 != 0
    return filter
  }

  /// One batch of all sources: each source's own lines in the order of time, the sources late
  /// against each other.
  private static func batch(
    _ clocks: inout [Int64], _ size: Int, _ dice: inout SeededRandom, _ model: inout LogModel
  ) -> [LogEvent] {
    var events: [LogEvent] = []
    for _ in 0..<size {
      let index = Int(dice.next() % 4)
      clocks[index] += Int64(dice.next() % 4) * Int64(dice.next() % 5)
      let source = sources[index]
      if dice.next() % 40 == 0 {
        model.note(clocks[index], source)
        events.append(LogEvent(source, .note(.streamResumed, at: time(clocks[index]).date)))
        continue
      }
      let (level, word) = level(&dice)
      let message = words[Int(dice.next() % 5)]
      let text = "<nil> \(word) \(message)"
      model.take(clocks[index], source, level, text)
      let line = "\(time(clocks[index]).rfc3339) \(text)\n"
      if case .lines(let bytes)? = events.last?.content, events.last?.source == source {
        events[events.count - 1].content = .lines(bytes + Array(line.utf8))
      } else {
        events.append(LogEvent(source, .lines(Array(line.utf8))))
      }
    }
    model.settle()
    return events
  }

  private static func rows(_ view: LogView) -> [LogModel.Row] {
    (0..<view.rowCount).map { index in
      let row = view.row(at: index)
      return LogModel.Row(
        time: second(row.time), tag: row.source.tag, text: view.line(row.id)?.raw ?? "",
        repeats: row.repeats, isProblem: row.isProblem)
    }
  }

  private func compare(_ view: LogView, _ model: LogModel, _ dice: inout SeededRandom) throws {
    #expect(Self.rows(view) == model.rows)
    #expect(view.lineCount == model.lines.count)
    #expect(view.keptBytes == model.bytes)
    #expect(view.letGoLines == model.letGo)
    #expect(view.problemCount == model.problems)
    #expect(view.passingLines == model.passing.count { !$0.isNote })
    for level in LogLevel.allCases {
      #expect(view.count(of: level) == model.lines.count { $0.level == level })
    }
    for source in view.sources {
      #expect(source.lines == model.lines.count { $0.source == source.source })
    }
    try compareSearch(view, model, &dice)
    compareTimes(view, model, &dice)
  }

  private func compareSearch(_ view: LogView, _ model: LogModel, _ dice: inout SeededRandom) throws
  {
    let rows = model.rowEntries
    let regex = try LogPattern(regex: "r[ei]")
    let place = Int(dice.next() % UInt64(rows.count + 1))
    for pattern in [LogPattern(plain: "Bid"), LogPattern(plain: "op"), regex].compactMap(\.self) {
      let found = rows.indices.filter {
        !rows[$0].isNote && LogModel.matches(pattern, rows[$0].text)
      }
      #expect(
        view.row(after: place - 1, with: .pattern(pattern)) == found.first { $0 >= place })
      #expect(view.row(before: place, with: .pattern(pattern)) == found.last { $0 < place })
      #expect(
        view.count(of: pattern)
          == model.passing.count { !$0.isNote && LogModel.matches(pattern, $0.text) })
    }
    let problems = rows.indices.filter { rows[$0].isProblem && model.isHead(rows[$0]) }
    #expect(view.row(after: place - 1, with: .problem) == problems.first { $0 >= place })
    #expect(view.row(before: place, with: .problem) == problems.last { $0 < place })
    let notes = rows.indices.filter { rows[$0].isNote }
    #expect(view.row(after: place - 1, with: .note) == notes.first { $0 >= place })
  }

  private func compareTimes(_ view: LogView, _ model: LogModel, _ dice: inout SeededRandom) {
    let rows = model.rowEntries
    guard let first = model.entries.first, let last = model.entries.last else { return }
    let asked = first.time + Int64(dice.next() % UInt64(last.time - first.time + 2))
    #expect(
      view.row(at: Self.time(asked)) == rows.firstIndex { $0.time >= asked } ?? rows.count)
    for index in 0..<view.rowCount where dice.next() % 8 == 0 {
      #expect(view.row(of: view.row(at: index).id) == index)
    }
    var columns = [LogView.Column](repeating: .init(), count: 12)
    for entry in model.passing where !entry.isNote && entry.time >= asked {
      let column = Int((entry.time - asked) / 7)
      guard column < columns.count else { continue }
      columns[column].lines += 1
      if entry.level == .warn { columns[column].warnings += 1 }
      if entry.level == .error { columns[column].errors += 1 }
    }
    #expect(view.histogram(from: Self.time(asked), column: .seconds(7), columns: 12) == columns)
  }

  @Test(.seeded, arguments: 1...12 as ClosedRange<UInt64>)
  func theStoreSaysWhatPlainArraysSay(seed: UInt64) throws {
    var dice = SeededRandom(stream: seed)
    let limits = LogLimits(lines: [30, 150, 4_000][Int(seed % 3)], bytes: 3_000 * Int(seed))
    let store = LogStore(limits: limits, now: { Self.time(0) })
    var model = LogModel(limits: limits)
    var clocks: [Int64] = [0, 3, 20, 0]
    for _ in 0..<25 {
      store.take(Self.batch(&clocks, Int(dice.next() % 60), &dice, &model))
      if dice.next() % 3 == 0 {
        model.filter = try Self.filter(&dice)
        store.setFilter(model.filter)
      }
      let view = store.view()
      try compare(view, model, &dice)
      if view.rowCount > 0, dice.next() % 2 == 0 {
        let index = Int(dice.next() % UInt64(view.rowCount))
        let entry = model.rowEntries[index]
        guard view.row(at: index).repeats > 0 else { continue }
        store.setFolding(of: view.row(at: index).id, isFolded: false)
        model.unfolded.insert(entry.fold)
        try compare(store.view(), model, &dice)
      }
    }
  }

  @Test(.seeded) func thousandsOfLinesFromLateSourcesComeInOrder() throws {
    var dice = SeededRandom(stream: 77)
    let limits = LogLimits(lines: 5_000, bytes: 1 << 30)
    let store = LogStore(limits: limits, now: { Self.time(0) })
    var order: [(Int64, Int, String)] = []
    var arrivals = 0
    for source in [0, 2, 1, 3] {
      var clock: Int64 = 0
      for part in 0..<6 {
        var text = ""
        for line in 0..<400 {
          clock += Int64(dice.next() % 5)
          let message = "<nil> INF \(source) \(part) \(line)"
          text += "\(Self.time(clock).rfc3339) \(message)\n"
          order.append((clock, arrivals, message))
          arrivals += 1
        }
        store.take([LogEvent(Self.sources[source], .lines(Array(text.utf8)))])
        let kept = order.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.suffix(limits.lines)
        order = Array(kept)
      }
    }
    let view = store.view()
    #expect(view.lineCount == 5_000)
    #expect(view.letGoLines == 4_600)
    let shown = (0..<view.rowCount).map { view.line(view.row(at: $0).id)?.raw }
    #expect(shown == order.map(\.2))
  }

  @Test func aViewStaysWhatItWas() throws {
    let store = LogStore(limits: LogLimits(lines: 10, bytes: 1_000), now: { Self.time(0) })
    func take(_ numbers: Range<Int>) {
      for number in numbers {
        let line = "\(Self.time(Int64(number)).rfc3339) <nil> INF line \(number)\n"
        store.take([LogEvent(Self.sources[0], .lines(Array(line.utf8)))])
      }
    }
    take(0..<10)
    let before = store.view()
    take(10..<30)
    #expect(
      (0..<10).map { before.line(before.row(at: $0).id)?.message } == (0..<10).map { "line \($0)" })
    let after = store.view()
    #expect(after.takenLines - before.takenLines == 20)
    #expect(after.line(before.row(at: 0).id) == nil)
    #expect(after.row(of: before.row(at: 0).id) == 0)
  }

  @Test func linesWithoutATimeStandBehindTheLineBefore() {
    let store = LogStore(now: { Self.time(5) })
    store.take([LogEvent(Self.sources[0], .lines(Array("no time yet\n".utf8)))])
    let line = "\(Self.time(9).rfc3339) <nil> ERR first\n\tat frame 1\r\n\nlast without an end"
    store.take([LogEvent(Self.sources[0], .lines(Array(line.utf8)))])
    let view = store.view()
    #expect(Self.rows(view).map(\.time) == [5, 9, 9, 9, 9])
    #expect(
      Self.rows(view).map(\.text)
        == ["no time yet", "<nil> ERR first", " at frame 1", "", "last without an end"])
    #expect((0..<5).map { view.row(at: $0).isTimed } == [false, true, false, false, false])
    #expect(view.line(view.row(at: 2).id)?.time == nil)
  }

  @Test func aRepeatThatTellsItsOwnTimeFoldsAllTheSame() {
    let store = LogStore(now: { Self.time(0) })
    for second in 0..<5 as Range<Int64> {
      let line =
        "\(Self.time(second).rfc3339) {\"event\":\"e\",\"level\":\"info\",\"ts\":\""
        + "\(Self.time(second).rfc3339)\",\"z\":\"1\"}\n"
      store.take([LogEvent(LogSource(.controller), .lines(Array(line.utf8)))])
    }
    let view = store.view()
    #expect(view.rowCount == 1)
    #expect(view.row(at: 0).repeats == 4)
    #expect(view.lastRepeat(of: view.row(at: 0).id) == Self.time(4))
  }

  @Test func aPatternThatIsNoneSaysWhy() throws {
    #expect(LogPattern(plain: "") == nil)
    let broken = #expect(throws: UserMessage.self) { try LogPattern(regex: "a(b") }
    #expect(broken?.reason?.isEmpty == false)
    #expect(throws: UserMessage.self) { try LogPattern(regex: #"(a)\1"#) }
    let digits = try LogPattern(regex: #"^\d+ lines\b"#)
    let pattern = try CompiledPattern(digits)
    #expect(Array("213 lines here".utf8).withUnsafeBytes { pattern.matches(LineBytes($0)) })
    #expect(!Array("d13 lines here".utf8).withUnsafeBytes { pattern.matches(LineBytes($0)) })
  }

  @Test func theScreenIsFilteredBeforeTheRestAndLinesComeInMeanwhile() throws {
    let limits = LogLimits(lines: 20_000, bytes: 1 << 24)
    func fill(_ store: LogStore, _ numbers: Range<Int>, from second: Int64) {
      var text = ""
      for number in numbers {
        let message = "<nil> INF order \(number) \(Self.words[number % 5])"
        text += "\(Self.time(second + Int64(number)).rfc3339) \(message)\n"
      }
      store.take([LogEvent(Self.sources[number(of: second)], .lines(Array(text.utf8)))])
    }
    func number(of second: Int64) -> Int { second == 0 ? 0 : 1 }
    let store = LogStore(limits: limits, now: { Self.time(0) })
    let other = LogStore(limits: limits, now: { Self.time(0) })
    var filter = LogFilter()
    filter.hide = [try LogPattern(regex: "bid|b[ae]r")]
    for store in [store, other] { fill(store, 0..<15_000, from: 0) }
    var atOnce = LogView()
    store.setFilter(filter) {
      atOnce = store.view()
      // Between old lines, at the end, and so many that old ones go.
      fill(store, 0..<6_000, from: 7_000)
      fill(store, 15_000..<16_000, from: 0)
    }
    other.setFilter(filter)
    let end = other.view()
    #expect(atOnce.isFiltering)
    #expect(atOnce.rowCount < end.rowCount)
    func texts(_ view: LogView, _ count: Int) -> [String?] {
      (view.rowCount - count..<view.rowCount).map { view.line(view.row(at: $0).id)?.raw }
    }
    #expect(texts(atOnce, 200) == texts(end, 200))
    fill(other, 0..<6_000, from: 7_000)
    fill(other, 15_000..<16_000, from: 0)
    #expect(!store.view().isFiltering)
    #expect(Self.rows(store.view()) == Self.rows(other.view()))
    #expect(store.view().passingLines == other.view().passingLines)
  }

  @Test func aFilterBeginsAroundTheLineOnTopOfTheScreen() throws {
    let store = LogStore(limits: LogLimits(lines: 20_000, bytes: 1 << 24), now: { Self.time(0) })
    let lines = (0..<15_000 as Range<Int64>).map {
      "\(Self.time($0).rfc3339) <nil> INF order \($0)\n"
    }
    store.take([LogEvent(Self.sources[0], .lines(Array(lines.joined().utf8)))])
    let top = store.view().row(at: 7_000).id
    var filter = LogFilter()
    filter.hide = [try LogPattern(regex: "[13579]$")]
    var around: [String?] = []
    store.setFilter(filter, around: top) {
      let view = store.view()
      let place = view.row(of: top)
      around = (place - 50..<place + 50).map { view.line(view.row(at: $0).id)?.message }
    }
    #expect(around == (6_900..<7_100).filter { $0 % 2 == 0 }.map { "order \($0)" })
  }

  @Test func charactersThatAreSeveralBytesCountAsOneInAPattern() throws {
    let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
    let before = uselocale(utf8)
    defer {
      uselocale(before)
      if let utf8 { freelocale(utf8) }
    }
    func matches(_ pattern: String, _ text: String) throws -> Bool {
      let expression = try CompiledExpression(pattern, ignoresCase: true)
      return Array(text.utf8).withUnsafeBytes { expression.matches(LineBytes($0)) }
    }
    #expect(try matches("^a.c$", "aéc"))
    #expect(try matches("^a.c$", "ABC"))
    #expect(try matches("^[é]$", "é"))
    #expect(try !matches("^[é]$", "è"))
    #expect(try matches("^[^é]$", "x"))
  }

  @Test func aClockThatIsAheadIsTold() {
    let store = LogStore(now: { Self.time(0) })
    for (source, second) in [(0, 0), (1, -500), (2, 9)] as [(Int, Int64)] {
      let line = "\(Self.time(second).rfc3339) <nil> INF x\n"
      store.take([LogEvent(Self.sources[source], .lines(Array(line.utf8)))])
    }
    #expect(store.view().sources.map(\.clockAhead) == [.zero, .zero, .seconds(9)])
  }
}
