import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

@testable import Console
@testable import IPLeasesCore
@testable import Logs

/// A store that is filled line by line, beside a state whose pane shows it.
struct LogStage {
  let store: LogStore
  var state: State

  static let op = LogSource(
    .operator, namespace: "akash-services", pod: "operator-ip-6c9f7d-x2", container: "operator-ip",
    node: "node1")
  static let prv = LogSource(
    .provider, namespace: "akash-services", pod: "akash-provider-0", container: "provider",
    node: "node2", formats: [.zerolog])
  static let ctl = LogSource(
    .controller, namespace: "metallb-system", pod: "controller-1", container: "controller",
    formats: [.zerolog])
  static func speaker(_ number: Int, pod: String = "") -> LogSource {
    LogSource(
      .speaker, tag: "sp\(number)", namespace: "metallb-system",
      pod: pod.isEmpty ? "speaker-\(number)" : pod, container: "speaker", node: "node\(number)",
      formats: [.zerolog])
  }

  init(rows: Int = 24, columns: Int = 80, limits: LogLimits = .console) {
    let now = LogTime(Fixtures.now)
    store = LogStore(limits: limits, now: { now })
    state = Fixtures.state(rows: rows, columns: columns)
    state.press(.character("4"))
  }

  /// A moment of the day of the tests: "12:04:31.007".
  static func moment(_ text: String) -> LogTime {
    let parts = text.split(separator: ":").compactMap { Double($0) }
    let day = Int64(Fixtures.now.timeIntervalSince1970 / 86_400)
    let seconds = day * 86_400 + Int64(parts[0]) * 3_600 + Int64(parts[1]) * 60
    let milliseconds = seconds * 1_000 + Int64((parts[2] * 1_000).rounded())
    return LogTime(nanoseconds: milliseconds * 1_000_000)
  }

  static func time(_ text: String) -> Date { moment(text).date }

  mutating func line(_ time: String, _ source: LogSource, _ text: String) {
    take(source, Self.moment(time), "<nil> \(text)")
  }

  mutating func take(_ source: LogSource, _ date: Date, _ text: String) {
    take(source, LogTime(date), text)
  }

  mutating func take(_ source: LogSource, _ time: LogTime, _ text: String) {
    let line = "\(time.rfc3339) \(text)\n"
    store.take([LogEvent(source, .lines(Array(line.utf8)))])
    show()
  }

  mutating func note(_ time: String, _ source: LogSource, _ note: LogNote) {
    store.take([LogEvent(source, .note(note, at: Self.time(time)))])
    show()
  }

  /// What the feed does after each batch.
  mutating func show() { perform(update(&state, .logsChanged(store.view()))) }

  /// Presses keys, and does with the store what they ask for.
  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] { press(keys) }

  @discardableResult
  mutating func press(_ keys: [Key]) -> [Effect] {
    var all: [Effect] = []
    for key in keys {
      let effects = state.press([key])
      perform(effects)
      all += effects
    }
    return all
  }

  @discardableResult
  mutating func type(_ text: String) -> [Effect] { press(text.map { Key.character($0) }) }

  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .filterLogs(let filter, _): store.setFilter(filter)
      case .foldLogs(let line, let isFolded): store.setFolding(of: line, isFolded: isFolded)
      case .findInLogs(let search):
        let view = store.view()
        perform(update(&state, .logLineFound(search.hit(in: view), of: search)))
        let hits = LogHits(
          pattern: search.pattern, lines: view.count(of: search.pattern),
          takenLines: view.takenLines)
        perform(update(&state, .logHitsCounted(hits)))
        continue
      default: continue
      }
      perform(update(&state, .logsChanged(store.view())))
    }
  }

  /// An operator that never gets its counts, a slow provider, and a speaker whose line was cut.
  static func incident(rows: Int = 24, columns: Int = 80) -> LogStage {
    var stage = LogStage(rows: rows, columns: columns)
    stage.line("11:57:58.902", ctl, "INF configuration loaded pools=1")
    stage.line("11:58:00.114", ctl, "INF address assigned ip=203.0.113.199 svc=lease-b7/dns-ip")
    stage.note("11:58:00.800", op, .containerStarted(restart: 1, image: "akash/operator:0.16.2"))
    stage.line("11:58:00.871", op, "INF ip operator start operator=ip")
    stage.line("11:58:01.220", op, "ERR no usable answer error=\"connection refused\" operator=ip")
    var second = 2.428
    while second < 390 {
      let minute = 58 + Int(second) / 60
      let clock = String(
        format: "%d:%02d:%06.3f", minute < 60 ? 11 : 12, minute % 60,
        second.truncatingRemainder(dividingBy: 60))
      stage.line(
        clock, op, "ERR barrier is locked, can't service request operator=ip path=/health")
      second += 2
    }
    stage.line("11:58:09.500", speaker(2), "INF announcing ip=203.0.113.199 node=node2")
    stage.line("12:01:12.733", prv, "WRN lease status slow took=4.1s")
    stage.line("12:02:00.000", ctl, "INF reconciled services=9")
    stage.note(
      "12:03:02.000", speaker(3),
      .gapFilled(from: time("12:03:02.0"), to: time("12:03:09.0"), lines: 3))
    stage.line("12:03:03.118", speaker(3), "INF member joined node=node3")
    stage.note(
      "12:03:05.000", speaker(1),
      .gapUnfilled(from: time("12:03:05.0"), to: time("12:03:09.0")))
    stage.line("12:04:02.000", ctl, "INF reconciled services=9")
    stage.line("12:04:31.007", prv, "INF status asked took=12ms")
    return stage
  }

  /// So many lines of one source, a second apart, with a problem every tenth.
  static func many(_ count: Int, rows: Int = 24, columns: Int = 80) -> LogStage {
    var stage = LogStage(rows: rows, columns: columns)
    stage.add(0..<count)
    return stage
  }

  mutating func add(_ numbers: Range<Int>) {
    for number in numbers {
      let level = number % 10 == 9 ? "ERR" : "INF"
      let date = Self.time("11:00:00.0").addingTimeInterval(Double(number))
      take(Self.prv, date, "<nil> \(level) line \(number) done order=\(number)")
    }
  }
}
