import Foundation

/// Joins the streams of one container's log to one sequence without doubles: whatever way a stream
/// ends, the next one is asked to begin a little earlier, and what was given out already is skipped.
///
/// A stream's time is the container runtime's: nanoseconds that stay with the line. They are not
/// strictly rising (standard output and error are stamped apart), so the times of the last two
/// seconds are remembered one by one.
package struct LogJoint: Sendable {
  /// Longer lines are cut; a line is held in memory until it is complete.
  static let longestLine = 1 << 20
  /// Held while it is found out what of a new stream is known.
  private static let mostHeld = 4 << 20
  /// Times remembered one by one; beyond, the older half counts as seen as a whole.
  private static let mostTimes = 1 << 18
  /// No more bytes for so long: what the server had kept is through.
  private static let quiet = Duration.milliseconds(200)
  /// Nothing at all for so long: the stream is open and the container silent.
  private static let silence = Duration.milliseconds(1_500)

  /// The newest time given out.
  package private(set) var newest: LogTime?
  private var seen: [Int64: Int] = [:]
  private var seenCount = 0
  /// Every line before it counts as given out.
  private var seenBefore = Int64.min
  private var recent = RecentLines()
  /// Lines given out since the container's log began, or was begun with.
  private var given = 0

  private var partial: [UInt8] = []
  private var cutBytes = 0

  /// nil: this is the first stream, or it has been joined to the one before.
  private var joining: Joining?

  private struct Joining {
    /// When the stream before ended.
    var lost: Date
    var held: [UInt8] = []
    var begun: Duration
    var newestByte: Duration?
    var isSeamFound = false
    /// How many lines of a moment were skipped.
    var skipped: [Int64: Int] = [:]
    /// That the stream is taken up was said already.
    var isSaid = false
  }

  package init() {}

  package var isJoining: Bool { joining != nil }
  package var hasLines: Bool { given > 0 }

  /// What the next stream must begin with, in whole seconds (kubectl cuts off the rest); nil where
  /// nothing was given out yet.
  package var resumeTime: Date? {
    newest.map { Date(timeIntervalSince1970: Double($0.nanoseconds / LogTime.second - 1)) }
  }

  // MARK: One stream

  /// A stream is opened once more; `lost` is when the one before ended.
  package mutating func resume(lost: Date, at now: Duration) {
    partial = []
    cutBytes = 0
    if hasLines { joining = Joining(lost: lost, begun: now) }
  }

  /// What came from the stream; complete lines that are not known go out.
  package mutating func take(_ bytes: [UInt8], at now: Duration) -> [LogEvent.Content] {
    let lines = complete(bytes)
    guard joining != nil else {
      if lines.isEmpty { return [] }
      remember(LineTable(lines))
      return [.lines(lines)]
    }
    joining?.newestByte = now
    joining?.held += lines
    return joining.map { $0.held.count > Self.mostHeld } == true ? join(at: nil) : []
  }

  /// To be called now and then while joining: gives out what is held when nothing more comes.
  package mutating func settle(at now: Duration, _ date: Date) -> [LogEvent.Content] {
    guard let joining else { return [] }
    if let newest = joining.newestByte {
      return now - newest >= Self.quiet ? join(at: date) : []
    }
    guard now - joining.begun >= Self.silence, !joining.isSaid else { return [] }
    self.joining?.isSaid = true
    return [.note(.streamResumed, at: date)]
  }

  /// The stream has ended. A line without its end is given out only when none can follow it.
  package mutating func end(isLast: Bool, _ date: Date) -> [LogEvent.Content] {
    if isLast, !partial.isEmpty {
      let rest = complete([0x0A])
      if joining == nil {
        remember(LineTable(rest))
        return [.lines(rest)]
      }
      joining?.held += rest
    }
    return joining?.held.isEmpty == false ? join(at: date) : []
  }

  // MARK: Lines

  /// The bytes up to the last line end, with what was waiting for one.
  private mutating func complete(_ bytes: [UInt8]) -> [UInt8] {
    guard let end = bytes.lastIndex(of: 0x0A) else {
      let room = Self.longestLine - partial.count
      partial += bytes.prefix(max(0, room))
      cutBytes += max(0, bytes.count - max(0, room))
      return []
    }
    if partial.isEmpty, end == bytes.count - 1 { return bytes }
    var lines = partial
    var rest = bytes[...end]
    if cutBytes > 0 || lines.count > Self.longestLine {
      let own = rest.prefix { $0 != 0x0A }
      lines += Array(" … \(cutBytes + own.count) bytes left out".utf8)
      rest = rest.dropFirst(own.count)
      cutBytes = 0
    }
    lines += rest
    partial = Array(bytes[(end + 1)...])
    return lines
  }

  private mutating func remember(_ table: LineTable) {
    rememberTimes(table.lines.compactMap(\.time))
    given += table.lines.count
    recent.append(table)
  }

  private mutating func rememberTimes(_ times: [Int64]) {
    guard let latest = times.max() else { return }
    if latest > newest?.nanoseconds ?? .min {
      newest = LogTime(nanoseconds: latest)
      forget(before: (latest / LogTime.second - 1) * LogTime.second)
    }
    for time in times where time >= seenBefore {
      seen[time, default: 0] += 1
      seenCount += 1
    }
    if seenCount > Self.mostTimes { forgetHalf() }
  }

  private mutating func forget(before time: Int64) {
    guard time > seenBefore else { return }
    seenBefore = time
    seen = seen.filter { $0.key >= time }
    seenCount = seen.values.reduce(0, +)
  }

  private mutating func forgetHalf() {
    let times = seen.keys.sorted()
    // One moment only: its count is all there is to remember.
    guard times.count > 1 else { return }
    forget(before: times[times.count / 2])
  }

  // MARK: Joining

  /// - Parameter date: nil while more is known to come.
  private mutating func join(at date: Date?) -> [LogEvent.Content] {
    guard var state = joining else { return [] }
    let table = LineTable(state.held)
    state.held = []
    state.newestByte = nil
    let from = newest
    var new: [Int] = []
    if let start = state.isSeamFound ? nil : endOfReplay(table) {
      state.isSeamFound = true
      new = Array(start..<table.lines.count)
      rememberTimes(table.lines[..<start].compactMap(\.time))
    } else {
      var isKnown = true
      for (index, line) in table.lines.enumerated() {
        // A line without a time shares the fate of the line it stands behind.
        if let time = line.time { isKnown = isGivenOut(time, &state) }
        if !isKnown { new.append(index) }
      }
    }
    joining = state
    let lines = table.bytes(of: new)
    if lines.isEmpty {
      guard let date, !state.isSaid else { return [] }
      joining?.isSaid = true
      return [.note(.streamResumed, at: date)]
    }
    let fresh = LineTable(lines)
    remember(fresh)
    joining = nil
    return [note(fresh, from: from, state), .lines(lines)]
  }

  private mutating func isGivenOut(_ time: Int64, _ state: inout Joining) -> Bool {
    if time < seenBefore { return true }
    guard let count = seen[time], count > 0 else { return false }
    // Counted down: of several lines of one moment, as many are skipped as were given out.
    state.skipped[time, default: 0] += 1
    state.isSeamFound = true
    return state.skipped[time, default: 0] <= count
  }

  private func note(_ fresh: LineTable, from: LogTime?, _ state: Joining) -> LogEvent.Content {
    let times = fresh.lines.compactMap(\.time)
    let start = from?.date ?? state.lost
    guard state.isSeamFound, let last = times.last else {
      let first = times.first.map { LogTime(nanoseconds: $0).date } ?? state.lost
      return .note(.gapUnfilled(from: start, to: max(start, first)), at: start)
    }
    let end = LogTime(nanoseconds: last).date
    return .note(
      .gapFilled(from: start, to: max(start, end), lines: fresh.lines.count), at: start)
  }

  /// A runtime that dates a whole log anew when it is asked again gives it out as one block of one
  /// moment, in which the last lines given out are found by their text. Lines that were written one
  /// after another never share a moment like that.
  private func endOfReplay(_ table: LineTable) -> Int? {
    guard table.lines.count > 1, let time = table.lines[0].time, seen[time] == nil,
      table.lines[1].time == time
    else { return nil }
    let block = table.lines.prefix { $0.time == time }.count
    return recent.end(in: table, block: block, given: given)
  }
}
