import Foundation
import Glibc
import IPLeasesCore
import Logs

/// Log lines as kubectl gives them: taken in, kept, searched, filtered.
struct LogBenchmark {
  private static let lines = 1_000_000
  private static let lineBytes = 120
  private static let limits = LogLimits(lines: 1_100_000, bytes: 200 << 20)
  /// As many as a screen of 80x24 shows.
  private static let screen = 20
  private static let source = LogSource(.operator)
  private static let other = LogSource(.controller)

  private let site: Site

  init(_ site: Site) { self.site = site }

  func rows() throws -> [Row] {
    // As in the console: patterns are slower where characters may be several bytes.
    setlocale(LC_CTYPE, "C.UTF-8")
    let file = try site.file("operator.log", Self.text())
    let other = try site.file("controller.log", Self.text(isJSON: true))
    defer {
      unlink(file)
      unlink(other)
    }
    // Memory first: what later stores leave behind would be used again.
    let before = Self.residentBytes()
    let store = takeIn(file, Self.source).store
    let grown = Self.residentBytes() - before
    let lnav = Stopwatch.median(of: 3, ["lnav", "-n", file])
    let taken = (0..<5).map { _ in takeIn(file, Self.source).time }.median
    let takenJSON = (0..<5).map { _ in takeIn(other, Self.other).time }.median
    return [
      rate("1,000,000 log lines taken in, level and time read", taken, reference: lnav),
      rate("the same of MetalLB's JSON", takenJSON, reference: nil),
      memory(grown, of: store.view()),
      search(store.view(), file, "Lookup 7", flags: []),
      search(store.view(), file, "lookup 7", flags: ["-i"]),
    ] + filters(store)
  }

  // MARK: Rows

  private func rate(_ what: String, _ time: Duration, reference: Duration?) -> Row {
    let rate = Double(Self.lines) / time.inSeconds / 1e6
    return Row(
      what: "\(what)", measured: String(format: "%.2f million lines/s", rate),
      target: "≥ 1 million",
      reference: reference.map {
        String(format: "lnav -n %.2f million", Double(Self.lines) / $0.inSeconds / 1e6)
      } ?? (Stopwatch.isThere("lnav") ? "—" : "lnav not there"),
      ratio: reference.map { String(format: "%.1f", $0 / time) } ?? "—",
      verdict: rate >= 1 ? .met : .missed)
  }

  private func memory(_ grown: Int, of view: LogView) -> Row {
    precondition(view.lineCount == Self.lines, "every line is kept")
    let ratio = Double(grown) / Double(Self.lines * Self.lineBytes)
    return Row(
      what: "memory of 1,000,000 kept log lines", measured: "\(grown >> 20) MiB",
      target: "≤ 1.25 × bytes", reference: "\((Self.lines * Self.lineBytes) >> 20) MiB of lines",
      ratio: String(format: "%.2f", ratio), verdict: ratio <= 1.25 ? .met : .missed)
  }

  private func search(_ view: LogView, _ file: String, _ text: String, flags: [String]) -> Row {
    guard let pattern = LogPattern(plain: text) else { preconditionFailure("it is not empty") }
    var found = 0
    let own = (0..<5).map { _ in ContinuousClock().measure { found = view.count(of: pattern) } }
      .median
    precondition(found > 0 && found < Self.lines, "some lines match")
    let command = ["grep", "-c"] + flags + ["-F", text]
    let grep = grep(command + [file])
    let ratio = grep.map { own / $0 }
    return Row(
      what: "\(text): counted in 1,000,000 log lines", measured: own.text,
      target: "≤ 3 × grep",
      reference: command.joined(separator: " ") + " " + (grep?.text ?? "not there"),
      ratio: ratio.map { String(format: "%.2f", $0) } ?? "—",
      verdict: ratio.map { $0 <= 3 ? .met : .missed } ?? .notRun)
  }

  /// Into a file: grep stops at the first match where nobody can read what it counts.
  private func grep(_ command: [String]) -> Duration? {
    guard Stopwatch.isThere("grep") else { return nil }
    return (0..<5).map { _ in
      Stopwatch.run(command, output: .file("\(site.folder)/count")).time
    }.median
  }

  private func filters(_ store: LogStore) -> [Row] {
    var level = LogFilter()
    level.minimumLevel = .warn
    var plain = LogFilter()
    plain.keep = [LogPattern(plain: "barrier")].compactMap(\.self)
    var regex = LogFilter()
    regex.hide = [try? LogPattern(regex: "lookup [0-8]|barrier is")].compactMap(\.self)
    return [("level", level), ("text", plain), ("regular expression", regex)].map { name, filter in
      var screens: [Duration] = []
      let whole = (0..<5).map { _ in
        store.setFilter(LogFilter())
        let clock = ContinuousClock()
        let start = clock.now
        store.setFilter(filter) {
          show(store.view())
          screens.append(clock.now - start)
        }
        return clock.now - start
      }
      return Row.time(
        "filter by \(name) over 1,000,000 lines to the first screen", screens.median,
        limit: .milliseconds(100), references: [("to the last line", whole.median)])
    }
  }

  private func show(_ view: LogView) {
    precondition(view.rowCount >= Self.screen, "there is a screen of rows")
    for row in view.rowCount - Self.screen..<view.rowCount {
      precondition(view.line(view.row(at: row).id)?.text.isEmpty == false, "a row has a text")
    }
  }

  // MARK: The lines

  /// Each 120 bytes with its line feed, ten thousand a second.
  private static func text(isJSON: Bool = false) -> String {
    var text = ""
    text.reserveCapacity(lines * lineBytes)
    for number in 0..<lines {
      let time = LogTime(nanoseconds: 1_795_000_000_000_000_000 + Int64(number) * 100_000)
      let line = "\(time.rfc3339) \(isJSON ? json(number, time) : zerolog(number))"
      text += line
      let room = lineBytes - 1 - line.utf8.count
      if isJSON {
        text += ",\"z\":\"" + String(repeating: "z", count: max(0, room - 8)) + "\"}\n"
      } else {
        text += " " + String(repeating: "z", count: max(0, room - 1)) + "\n"
      }
    }
    return text
  }

  private static func zerolog(_ number: Int) -> String {
    switch number % 10 {
    case 0: "<nil> ERR barrier is locked, can't service request path=/health n=\(number)"
    case 1: "<nil> WRN Lookup \(number % 1000) slow operator=ip n=\(number)"
    default: "<nil> INF reconciled services=9 operator=ip n=\(number) z="
    }
  }

  private static func json(_ number: Int, _ time: LogTime) -> String {
    "{\"caller\":\"a.go:1\",\"level\":\"info\",\"n\":\(number),\"ts\":\"\(time.rfc3339.prefix(19))Z\""
  }

  /// Reads the file as a pipe is read, in pieces of 64 KiB.
  private func takeIn(_ file: String, _ source: LogSource) -> (time: Duration, store: LogStore) {
    let store = LogStore(limits: Self.limits, now: { LogTime(nanoseconds: 0) })
    let time = ContinuousClock().measure {
      let descriptor = open(file, O_RDONLY)
      defer { close(descriptor) }
      var carry: [UInt8] = []
      while true {
        let start = carry.count
        let piece = [UInt8](unsafeUninitializedCapacity: start + 65_536) { buffer, count in
          carry.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
          let room = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[start...])
          count = start + max(0, read(descriptor, room.baseAddress, room.count))
        }
        guard piece.count > start, let end = piece.lastIndex(of: 0x0A) else { break }
        carry = Array(piece[(end + 1)...])
        store.take([LogEvent(source, .lines(Array(piece[...end])))])
      }
    }
    precondition(store.view().takenLines == Self.lines, "every line is taken in")
    return (time, store)
  }

  private static func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
