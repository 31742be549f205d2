/// What the most serious thing in a stretch of the list is.
package enum LogTick: Int, Comparable, Hashable, Sendable {
  case nothing
  /// A restart, a gap.
  case note
  case warning
  case problem

  package static func < (one: LogTick, other: LogTick) -> Bool { one.rawValue < other.rawValue }
}

extension LogView {
  /// The whole list in so many stretches of equal length, from its top. Costs what its blocks cost:
  /// only those that reach into several stretches are looked into.
  package func ticks(_ count: Int) -> [LogTick] {
    var ticks = [LogTick](repeating: .nothing, count: max(0, count))
    guard count > 0, rowCount > 0 else { return ticks }
    func stretch(_ row: Int) -> Int { row * count / rowCount }
    for (index, block) in contents.blocks.enumerated() where !block.rows.isEmpty {
      let first = stretch(rowStarts[index])
      let last = stretch(rowStarts[index + 1] - 1)
      if first == last {
        ticks[first] = max(ticks[first], block.tally.tick)
        continue
      }
      guard block.tally.tick > .nothing else { continue }
      for (place, record) in block.rows.enumerated() {
        let at = stretch(rowStarts[index] + place)
        ticks[at] = max(ticks[at], block.records[Int(record)].tick)
      }
    }
    return ticks
  }
}

extension LogTally {
  fileprivate var tick: LogTick {
    if problemRows > 0 { return .problem }
    if warnings > 0 { return .warning }
    return noteRows > 0 ? .note : .nothing
  }
}

extension LogRecord {
  fileprivate var tick: LogTick {
    if isNote { return .note }
    if isProblem { return .problem }
    return level == .warn ? .warning : .nothing
  }
}
