import Foundation
import IPLeasesCore

/// Writes log lines merged by time, and what happened to the streams on standard error.
struct LogOutput: Sendable {
  let isJSON: Bool
  let hasColors: Bool
  let level: LogLevel?
  let pattern: LogPattern?
  /// Of what was written before the start.
  let mostLines: Int
  let redaction: Redaction

  /// The sources do not come at the same time: so long what has come waits for the others.
  private static let gathering = DispatchTimeInterval.milliseconds(400)
  private static let longestGathering = Duration.seconds(5)
  private static let merging = DispatchTimeInterval.milliseconds(150)

  /// - Returns: false once the reader is gone.
  func write(_ queue: LogQueue, isEndless: Bool) -> Bool {
    guard let sieve = try? LogSieve(minimumLevel: level, pattern: pattern) else { return true }
    var page = LogPage(output: self)
    let start = ContinuousClock.now
    var isBacklog = true
    while true {
      // With something in hand only a little is waited for more; else as long as it takes.
      let isHolding = !page.isEmpty
      let batch = queue.take(within: isHolding ? (isBacklog ? Self.gathering : Self.merging) : nil)
      page.add(batch, sieve)
      if isBacklog { page.keep(newest: mostLines) }
      if batch.isLast { return page.print() }
      if page.isEmpty { continue }
      if isBacklog {
        let isOver =
          isEndless && (batch.events.isEmpty || start.duration(to: .now) > Self.longestGathering)
        guard isOver else { continue }
        isBacklog = false
      } else if !batch.events.isEmpty, !isHolding {
        continue
      }
      guard page.print() else { return false }
    }
  }
}

/// Lines that are merged before they are written.
struct LogPage {
  private struct Entry {
    var time: LogTime
    var order: Int
    var line: LogLine
    /// As it came, for JSON.
    var raw: String
  }

  private let output: LogOutput
  private var entries: [Entry] = []
  private var order = 0
  /// A line without a time stands behind the line before it.
  private var lastTimes: [LogSource.ID: LogTime] = [:]
  private var explained: Set<KnownLineID> = []

  init(output: LogOutput) { self.output = output }

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ batch: LogQueue.Batch, _ sieve: borrowing LogSieve) {
    if batch.droppedLines > 0 {
      Standard.error(
        "\(batch.droppedLines) lines left out: they came faster than they were read.\n")
    }
    for event in batch.events {
      switch event.content {
      case .note(let note, _): Standard.error("\(event.source.tag): \(note.text)\n")
      case .lines(let bytes):
        for line in bytes.split(separator: 0x0A) { add(line, event.source, sieve) }
      }
    }
  }

  private mutating func add(
    _ bytes: ArraySlice<UInt8>, _ source: LogSource, _ sieve: borrowing LogSieve
  ) {
    let text = String(decoding: bytes, as: UTF8.self)
    let hidden = output.redaction.redacting(text)
    let line = LogParser.line(hidden == text ? Array(bytes) : Array(hidden.utf8), from: source)
    let time = line.time ?? lastTimes[source.id] ?? LogTime(nanoseconds: .min)
    lastTimes[source.id] = time
    guard sieve.passes(line) else { return }
    order += 1
    entries.append(Entry(time: time, order: order, line: line, raw: output.isJSON ? hidden : ""))
  }

  mutating func keep(newest count: Int) {
    // Sorting now and then is enough: twice as many are a bound, too.
    guard entries.count > 2 * count else { return }
    sort()
    entries.removeFirst(entries.count - count)
  }

  /// - Returns: false once the reader is gone.
  mutating func print(atMost count: Int = .max) -> Bool {
    sort()
    var text = ""
    for entry in entries {
      text += output.isJSON ? LogJSON.text(entry.line, raw: entry.raw) : plain(entry.line)
      if text.utf8.count > 1 << 16 {
        guard Standard.canWrite(text) else { return false }
        text = ""
      }
    }
    entries = []
    return Standard.canWrite(text)
  }

  private mutating func sort() {
    entries.sort { ($0.time, $0.order) < ($1.time, $1.order) }
  }

  // MARK: Text

  private mutating func plain(_ line: LogLine) -> String {
    let time = line.time.map { String($0.rfc3339.prefix(23)) + "Z" } ?? ""
    let level = line.level?.word ?? ""
    var text =
      paint(line.source.tag.padded(to: 5), "36") + " " + time.padded(to: 24) + " "
      + paint(level.padded(to: 5), Self.color(line.level)) + " " + line.text
    if line.cutBytes > 0 { text += " … \(line.cutBytes) bytes left out" }
    text += "\n"
    if let known = line.known, let code = known.code, known.weight != .routine,
      explained.insert(known.id).inserted
    {
      text += paint("      \(code): \(known.meaning)", "1") + "\n"
    }
    return text
  }

  private func paint(_ text: String, _ color: String) -> String {
    output.hasColors && !color.isEmpty ? "\u{1B}[\(color)m\(text)\u{1B}[0m" : text
  }

  private static func color(_ level: LogLevel?) -> String {
    switch level {
    case .error, .fatal: "31"
    case .warn: "33"
    case .info, .debug, .trace, nil: ""
    }
  }
}

/// `logs -o json`: every key is there. What a terminal would obey is written as an escape.
enum LogJSON {
  static func text(_ line: LogLine, raw: String) -> String {
    let known = line.source.role
    let name = LogSourceName.allCases.first { $0.role == known }?.rawValue ?? known.rawValue
    // Without kubectl's time, which stands in its own key.
    let blank = raw.firstIndex(of: " ")
    let hasTime = blank.map { raw[..<$0].hasSuffix("Z") && raw.first?.isNumber == true } ?? false
    let own = hasTime ? blank.map { String(raw[raw.index(after: $0)...]) } ?? raw : raw
    var fields: [String: String] = [:]
    for field in line.fields { fields[field.key] = field.value }
    let pairs = fields.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(quote($0.value))" }
    var members = [
      ("time", line.time.map { quote($0.rfc3339) } ?? "null"), ("source", quote(name)),
      ("pod", quote(line.source.pod)), ("container", quote(line.source.container)),
      ("namespace", quote(line.source.namespace)),
      ("level", line.level.map { quote($0.word) } ?? "null"), ("message", quote(line.message)),
      ("fields", "{\(pairs.joined(separator: ","))}"), ("raw", quote(own)),
    ]
    if let code = line.known?.code { members.append(("code", quote(code))) }
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
        if isPlain && scalar.properties.generalCategory != .format
          && !(0x2028...0x2029).contains(scalar.value)
        {
          result.unicodeScalars.append(scalar)
        } else {
          for unit in UTF16.encode(scalar) ?? .init() { result += escape(unit) }
        }
      }
    }
    return result + "\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
