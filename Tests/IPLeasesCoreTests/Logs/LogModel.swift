import Foundation

@testable import IPLeasesCore
@testable import Logs

/// The store as plain arrays, sorted and counted anew for every question.
struct LogModel {
  struct Entry {
    var arrival: Int
    var time: Int64
    var source: LogSource
    var level: LogLevel?
    var text: String
    var isNote: Bool
    /// The arrival of the line that begins the fold.
    var fold: Int

    var isProblem: Bool { level == .error }
  }

  struct Row: Equatable, CustomStringConvertible {
    var time: Int64
    var tag: String
    var text: String
    var repeats: Int
    var isProblem: Bool

    var description: String { "\(time) \(tag) \(text) x\(repeats) \(isProblem)" }
  }

  var limits: LogLimits
  var entries: [Entry] = []
  var letGo = 0
  var arrivals = 0
  var lastOfSource: [String: Entry] = [:]
  var filter = LogFilter()
  var unfolded: Set<Int> = []

  mutating func take(_ time: Int64, _ source: LogSource, _ level: LogLevel?, _ text: String) {
    var entry = Entry(
      arrival: arrivals, time: time, source: source, level: level, text: text, isNote: false,
      fold: arrivals)
    if let last = lastOfSource[source.tag], !last.isNote, last.text == text,
      (0...10).contains(time - last.time), entries.contains(where: { $0.fold == last.fold })
    {
      entry.fold = last.fold
    }
    add(entry)
  }

  mutating func note(_ time: Int64, _ source: LogSource) {
    add(
      Entry(
        arrival: arrivals, time: time, source: source, level: nil, text: "", isNote: true,
        fold: arrivals))
  }

  private mutating func add(_ entry: Entry) {
    arrivals += 1
    lastOfSource[entry.source.tag] = entry
    entries.append(entry)
  }

  mutating func settle() {
    entries.sort { ($0.time, $0.arrival) < ($1.time, $1.arrival) }
    while lines.count > limits.lines || bytes > limits.bytes {
      if !entries.removeFirst().isNote { letGo += 1 }
    }
  }

  var lines: [Entry] { entries.filter { !$0.isNote } }
  var bytes: Int { lines.reduce(0) { $0 + $1.text.utf8.count + 1 } }
  var problems: Int { Set(lines.filter(\.isProblem).map(\.fold)).count }

  var passing: [Entry] {
    entries.filter { entry in
      if filter.hiddenSources.contains(entry.source.id) { return false }
      if entry.isNote { return !filter.isProblemsOnly }
      if filter.isProblemsOnly, !entry.isProblem { return false }
      guard entry.level ?? .info >= filter.minimumLevel ?? .trace else { return false }
      return (filter.keep.isEmpty || filter.keep.contains { Self.matches($0, entry.text) })
        && !filter.hide.contains { Self.matches($0, entry.text) }
    }
  }

  static func matches(_ pattern: LogPattern, _ text: String) -> Bool {
    let options: String.CompareOptions = pattern.ignoresCase ? [.caseInsensitive] : []
    switch pattern.kind {
    case .plain: return text.range(of: pattern.text, options: options) != nil
    case .regex:
      return text.range(of: pattern.text, options: options.union(.regularExpression)) != nil
    }
  }

  func isHead(_ entry: Entry) -> Bool {
    entries.first { $0.fold == entry.fold }?.arrival == entry.arrival
  }

  var rowEntries: [Entry] {
    var seen: Set<Int> = []
    return passing.filter {
      seen.insert($0.fold).inserted || !filter.isFolding || unfolded.contains($0.fold)
    }
  }

  var rows: [Row] {
    var sizes: [Int: Int] = [:]
    for entry in entries { sizes[entry.fold, default: 0] += 1 }
    var seen: Set<Int> = []
    return rowEntries.map { entry in
      let isHead = seen.insert(entry.fold).inserted
      return Row(
        time: entry.time, tag: entry.source.tag, text: entry.text,
        repeats: isHead && filter.isFolding ? sizes[entry.fold, default: 1] - 1 : 0,
        isProblem: entry.isProblem)
    }
  }
}
