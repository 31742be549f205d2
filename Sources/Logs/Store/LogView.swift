import Algorithms

/// The store at one moment, for drawing and searching. Rows are counted from the top of the list:
/// the lines that pass the filter, folded ones left out, and the notes between them.
package struct LogView: Sendable {
  let contents: LogContents
  /// The row each block begins with, and the number of all at the end.
  let rowStarts: [Int]

  init(_ contents: LogContents) {
    self.contents = contents
    var starts = [0]
    starts.reserveCapacity(contents.blocks.count + 1)
    for block in contents.blocks { starts.append(starts[starts.count - 1] + block.rows.count) }
    rowStarts = starts
  }

  /// Nothing taken in yet.
  package init() { self.init(LogContents(limits: LogLimits(lines: 0, bytes: 0), seed: 0)) }

  // MARK: Counts

  package var limits: LogLimits { contents.limits }
  /// Of two views of one store, the newer has the greater one.
  package var version: Int { contents.version }
  package var filter: LogFilter { contents.filter }
  /// Lines kept, whether shown or not.
  package var lineCount: Int { contents.counts.keptLines }
  package var keptBytes: Int { contents.counts.keptBytes }
  package var rowCount: Int { rowStarts[rowStarts.count - 1] }
  /// Ever taken in: what was not seen is the difference of two views.
  package var takenLines: Int { contents.counts.takenLines }
  package var takenProblems: Int { contents.counts.takenProblems }
  package var letGoLines: Int { contents.counts.letGoLines }
  package var letGoBytes: Int { contents.counts.letGoBytes }
  /// Kept lines that need attention; repeats count once.
  package var problemCount: Int { contents.counts.keptProblems }
  /// Lines that pass the filter, folded ones included.
  package var passingLines: Int { contents.blocks.reduce(0) { $0 + $1.tally.lines } }

  /// The oldest lines are still being filtered.
  package var isFiltering: Bool { contents.unfilteredBlocks > 0 }

  /// Kept lines of a level; nil: of none.
  package func count(of level: LogLevel?) -> Int {
    contents.counts.levels[Int(level?.rawValue ?? 0)]
  }

  package struct SourceCount: Hashable, Sendable {
    package var source: LogSource
    package var lines: Int
    package var problems: Int
    package var latest: LogTime?
    /// Where its clock is ahead of this machine's.
    package var clockAhead: Duration
  }

  /// In the order in which they were first heard of.
  package var sources: [SourceCount] {
    contents.sources.map {
      SourceCount(
        source: $0.source, lines: $0.lines, problems: $0.problems, latest: $0.latest,
        clockAhead: $0.clockAhead)
    }
  }

  package func findings(now: LogTime) -> [(finding: LogFinding, state: LogFinding.State)] {
    contents.findings.values.sorted { $0.lastLine < $1.lastLine }.map { finding in
      let owner = contents.sources.first { $0.source.id == finding.source.id }
      return (finding, finding.state(owner?.waiting ?? LogDetector(), now: now))
    }
  }

  // MARK: Rows

  /// The row at that place, counted from 0.
  package func row(at row: Int) -> LogRow {
    let (block, index) = place(ofRow: row)
    let record = contents.blocks[block].records[index]
    return LogRow(
      id: record.id, source: contents.sources[record.source].source, level: record.level,
      isProblem: record.isProblem, isTimed: record.isTimed,
      note: record.isNote ? contents.notes[record.place] : nil, isRepeat: record.isRepeat,
      repeats: contents.filter.isFolding ? Int(record.repeats) : 0,
      isUnfolded: record.isUnfolded)
  }

  /// Text, fields and meaning of a line; nil for a note, and for what is no longer kept.
  package func line(_ id: LogLineID) -> LogLine? {
    guard let (block, index) = contents.place(of: id) else { return nil }
    let record = contents.blocks[block].records[index]
    guard !record.isNote else { return nil }
    let source = contents.sources[record.source].source
    return contents.arena.read(record.place) { text in
      LogParser.line(text, record, source, cutBytes: contents.cuts[record.place] ?? 0)
    }
  }

  /// Whether the line or note is still there, shown or not.
  package func isKept(_ id: LogLineID) -> Bool { contents.place(of: id) != nil }

  /// When the last of the lines folded into this one came.
  package func lastRepeat(of id: LogLineID) -> LogTime? {
    guard let (start, index) = contents.place(of: id) else { return nil }
    let record = contents.blocks[start].records[index]
    var left = record.repeats
    guard left > 0 else { return nil }
    if let head = contents.sources[record.source].head, head.id == id { return head.latest }
    var first = index + 1
    for block in start..<contents.blocks.count {
      for other in contents.blocks[block].records[first...]
      where other.source == record.source && other.isRepeat {
        left -= 1
        if left == 0 { return other.time }
      }
      first = 0
    }
    return nil
  }

  /// The row of a line; where it is folded, filtered out or gone, the row that is nearest before
  /// it, else the first.
  package func row(of id: LogLineID) -> Int {
    let after = firstRow { $0 > id }
    return max(0, after - 1)
  }

  /// The first row not before that time; the number of rows where there is none.
  package func row(at time: LogTime) -> Int { firstRow { $0.time >= time } }

  private func firstRow(where isReached: (LogLineID) -> Bool) -> Int {
    let blocks = contents.blocks
    let block = (0..<blocks.count).partitioningIndex { isReached(blocks[$0].last) }
    guard block < blocks.count else { return rowCount }
    let rows = blocks[block].rows
    return rowStarts[block]
      + (0..<rows.count).partitioningIndex { isReached(blocks[block].records[Int(rows[$0])].id) }
  }

  func place(ofRow row: Int) -> (block: Int, index: Int) {
    precondition(row >= 0 && row < rowCount, "there is no such row")
    // The last block that begins at or before the row and has one.
    let block = (0..<contents.blocks.count).partitioningIndex { rowStarts[$0 + 1] > row }
    return (block, Int(contents.blocks[block].rows[row - rowStarts[block]]))
  }
}

/// One row of the list, without its text.
package struct LogRow: Hashable, Sendable {
  package var id: LogLineID
  package var source: LogSource
  package var level: LogLevel?
  package var isProblem: Bool
  /// Its time is its own; else that of the line before it.
  package var isTimed: Bool
  /// What happened to the stream here; nil for a line.
  package var note: LogNote?
  package var isRepeat: Bool
  /// How many lines are folded into it.
  package var repeats: Int
  /// Those lines are shown, too.
  package var isUnfolded: Bool

  package var time: LogTime { id.time }
}
