import Basics
import Foundation
import IPLeasesCore
import Logs

/// Lines that are merged before they are written.
struct LogPage {
  private struct Entry {
    var time: LogTime
    var order: Int
    var line: LogLine
    /// As it came, for documents.
    var raw: String
    /// About so many bytes.
    var size: Int
  }

  /// Bytes of lines that wait for others.
  private static let largest = 64 << 20

  private let output: LogOutput
  private var entries: [Entry] = []
  private var size = 0
  private var order = 0
  /// A line without a time stands behind the line before it.
  private var lastTimes: [LogSource.ID: LogTime] = [:]
  private var explained: Set<KnownLineID> = []
  /// The lines stay as they came, whatever their times.
  private let isInOrder: Bool
  /// Lines that no bound of time could be asked of.
  private(set) var timelessLines = 0

  init(output: LogOutput, isInOrder: Bool = false) {
    self.output = output
    self.isInOrder = isInOrder
  }

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ batch: LogQueue.Batch, _ sieve: borrowing LogSieve) {
    if batch.droppedLines > 0 {
      output.call.error(
        "\(batch.droppedLines) lines left out: they came faster than they were read.\n")
    }
    for event in batch.events {
      switch event.content {
      case .note(let note, _): output.call.error("\(event.source.tag): \(note.text)\n")
      case .lines(let bytes): add(bytes, from: event.source, sieve)
      }
    }
  }

  mutating func add(_ bytes: [UInt8], from source: LogSource, _ sieve: borrowing LogSieve) {
    for line in bytes.split(separator: 0x0A) { add(line, source, sieve) }
  }

  private mutating func add(
    _ bytes: ArraySlice<UInt8>, _ source: LogSource, _ sieve: borrowing LogSieve
  ) {
    let text = String(decoding: bytes, as: UTF8.self)
    let hidden = output.redaction.redacting(text)
    let line = LogParser.line(hidden == text ? Array(bytes) : Array(hidden.utf8), from: source)
    let time = line.time ?? lastTimes[source.id] ?? LogTime(nanoseconds: .min)
    lastTimes[source.id] = time
    guard sieve.passes(line), isInside(time) else { return }
    order += 1
    let raw = output.form == nil ? "" : hidden
    entries.append(
      Entry(time: time, order: order, line: line, raw: raw, size: 3 * bytes.count + 300))
    size += 3 * bytes.count + 300
  }

  private mutating func isInside(_ time: LogTime) -> Bool {
    guard output.since != nil || output.until != nil else { return true }
    if time.nanoseconds == .min {
      timelessLines += 1
      return true
    }
    return output.since.map { $0 <= time } ?? true && output.until.map { time <= $0 } ?? true
  }

  mutating func keep(newest count: Int) {
    // Sorting now and then is enough: twice as many are a bound, too.
    guard entries.count > 2 * count || size > Self.largest else { return }
    sort()
    var first = max(0, entries.count - count)
    var rest = entries[first...].reduce(0) { $0 + $1.size }
    while rest > Self.largest / 2 {
      rest -= entries[first].size
      first += 1
    }
    entries.removeFirst(first)
    size = rest
  }

  mutating func cut(toNewest count: Int) {
    sort()
    entries.removeFirst(max(0, entries.count - count))
  }

  /// - Returns: false once the reader is gone.
  mutating func print() -> Bool {
    sort()
    var text = ""
    for entry in entries {
      text +=
        output.form.map { $0.part(LogJSON.text(entry.line, raw: entry.raw)) } ?? plain(entry.line)
      if text.utf8.count > 1 << 16 {
        guard offer(text) else { return false }
        text = ""
      }
    }
    entries = []
    size = 0
    return offer(text)
  }

  private func offer(_ text: String) -> Bool {
    output.call.offer(text, isPainted: output.hasColors && output.form == nil)
  }

  private mutating func sort() {
    if isInOrder { return }
    entries.sort { ($0.time, $0.order) < ($1.time, $1.order) }
  }

  // MARK: Text

  private mutating func plain(_ line: LogLine) -> String {
    let time = line.time.map { String($0.rfc3339.prefix(23)) + "Z" } ?? ""
    let level = line.level?.word ?? ""
    var text =
      paint(line.source.tag.padded(to: 5), "36") + " " + time.padded(to: 24) + " "
      + paint(level.padded(to: 5), Self.color(line.level)) + " " + SafeText.shown(line.text)
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
