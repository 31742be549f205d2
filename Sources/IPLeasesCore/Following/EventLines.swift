import Basics
import Cluster
import Execution
import Foundation
import Logs

/// Kubernetes' events as lines: `kubectl get events --watch -o json` prints one object after another,
/// and all there are each time it is started.
struct EventLines: Sendable {
  /// An object of more bytes is passed over.
  private static let largest = 1 << 20
  private static let mostSeen = 20_000

  private var object: [UInt8] = []
  private var isTooLarge = false
  private var partial: [UInt8] = []
  /// Version of each event that was given out, by its uid.
  private var seen: [String: String] = [:]

  /// The events that are complete now and new.
  mutating func take(_ bytes: [UInt8], since: Date) -> [(time: Date, event: ClusterEvent)] {
    var events: [(time: Date, event: ClusterEvent)] = []
    partial += bytes
    var start = partial.startIndex
    while let end = partial[start...].firstIndex(of: 0x0A) {
      let line = partial[start..<end]
      start = end + 1
      if object.count < Self.largest { object += line } else { isTooLarge = true }
      // Objects are indented: only their own last brace stands at the start of a line.
      guard line.elementsEqual([0x7D]) else { continue }
      if !isTooLarge, let new = decode() { events.append(new) }
      object = []
      isTooLarge = false
    }
    partial.removeSubrange(..<start)
    if partial.count > Self.largest { partial = [] }
    return events.filter { $0.time >= since }
  }

  /// A watch is begun anew.
  mutating func restart() {
    object = []
    partial = []
    isTooLarge = false
  }

  private mutating func decode() -> (time: Date, event: ClusterEvent)? {
    guard let event = try? JSONDecoder.withTimes.decode(ClusterEvent.self, from: Data(object))
    else { return nil }
    return fresh(event).map { ($0, event) }
  }

  /// When it happened, if it is new.
  mutating func fresh(_ event: ClusterEvent) -> Date? {
    let id = event.metadata.uid ?? event.metadata.name
    let version = event.metadata.resourceVersion ?? ""
    guard let time = event.time, seen[id] != version else { return nil }
    // Far more than a namespace keeps for an hour; then it starts over.
    if seen.count >= Self.mostSeen { seen = [:] }
    seen[id] = version
    return time
  }

  /// As lines, oldest first.
  static func lines(_ events: [(time: Date, event: ClusterEvent)]) -> [UInt8] {
    events.sorted { $0.time < $1.time }.flatMap { line($0.event, at: $0.time) }
  }

  /// `2026-11-23T12:04:31.000000000Z WRN FailedMount object=pod/x count=3 message="…"`.
  static func line(_ event: ClusterEvent, at time: Date) -> [UInt8] {
    let level = event.type == "Warning" ? "WRN" : "INF"
    var text = "\(LogTime(time).rfc3339) \(level) \(event.reason ?? "Event")"
    if let object = event.involvedObject {
      text += " object=\((object.kind ?? "").lowercased())/\(object.name ?? "")"
    }
    if let count = event.count, count > 1 { text += " count=\(count)" }
    if let message = event.message { text += " message=\(KeyValueQuoting.quote(message))" }
    return Array((text + "\n").utf8)
  }
}

/// What this console did, as lines like those of the events.
enum JournalLines {
  /// A line when it began, one when it ended.
  static func lines(of entry: JournalEntry) -> [(time: Date, line: [UInt8])] {
    let what = entry.step.isEmpty ? "read" : entry.step
    let argv = KeyValueQuoting.quote(ShellQuoting.quote(entry.argv))
    let kind = entry.kind.rawValue
    var lines = [line(entry.time, "INF \(what) begun kind=\(kind) argv=\(argv)")]
    guard let seconds = entry.seconds, let exit = entry.exit else { return lines }
    var text = exit == 0 ? "INF \(what) done" : "ERR \(what) failed exit=\(exit)"
    text += " seconds=\(seconds) argv=\(argv)"
    if exit != 0, let last = entry.stderrTail.split(separator: "\n").last {
      text += " error=\(KeyValueQuoting.quote(String(last)))"
    }
    lines.append(line(entry.time + seconds, text))
    return lines
  }

  private static func line(_ time: Date, _ text: String) -> (time: Date, line: [UInt8]) {
    (time, Array("\(LogTime(time).rfc3339) \(text)\n".utf8))
  }
}

enum KeyValueQuoting {
  /// As Go quotes, so that the grammar of provider-services reads it back.
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension ClusterEvent {
  /// When it happened last. Newer reporters fill in `eventTime` only, with a fraction.
  var time: Date? {
    if let lastTimestamp { return lastTimestamp }
    let bytes = Array((eventTime ?? "").utf8)
    let time = bytes.withUnsafeBytes { LineTime.parse(LineBytes($0))?.time }
    return time?.date ?? metadata.creationTimestamp
  }
}
