import Algorithms

/// What a jump in the list looks for.
package enum LogTarget: Hashable, Sendable {
  case pattern(LogPattern)
  /// A line that needs attention.
  case problem
  /// A note: a restart, a gap.
  case note
  case restart
}

/// A target made ready for many blocks.
private enum CompiledTarget {
  case pattern(CompiledPattern)
  case problem, note, restart

  /// nil for a pattern that does not compile: none was made.
  init?(_ target: LogTarget) {
    switch target {
    case .pattern(let pattern):
      guard let compiled = try? CompiledPattern(pattern) else { return nil }
      self = .pattern(compiled)
    case .problem: self = .problem
    case .note: self = .note
    case .restart: self = .restart
    }
  }
}

/// Looking for a pattern reads every text: a task that was cancelled gives it up.
extension LogView {
  /// The nearest row behind `row` (-1: from the top).
  package func row(after row: Int, with target: LogTarget) -> Int? {
    guard row + 1 < rowCount, let target = CompiledTarget(target) else { return nil }
    let start = block(ofRow: max(0, row + 1))
    for block in start..<contents.blocks.count where !Task.isCancelled {
      let found = places(of: target, in: block).first { rowStarts[block] + $0 > row }
      if let found { return rowStarts[block] + found }
    }
    return nil
  }

  /// The nearest row before `row` (the number of rows: from the end).
  package func row(before row: Int, with target: LogTarget) -> Int? {
    guard row > 0, rowCount > 0, let target = CompiledTarget(target) else { return nil }
    let start = block(ofRow: min(row, rowCount) - 1)
    for block in (0...start).reversed() where !Task.isCancelled {
      let found = places(of: target, in: block).last { rowStarts[block] + $0 < row }
      if let found { return rowStarts[block] + found }
    }
    return nil
  }

  /// Lines that pass the filter and match, folded ones included.
  package func count(of pattern: LogPattern) -> Int {
    guard let pattern = try? CompiledPattern(pattern) else { return 0 }
    let filter = contents.filter.isOpen ? nil : contents.compiledFilter()
    var count = 0
    for block in contents.blocks where !Task.isCancelled {
      var isFound = [Bool](repeating: false, count: block.records.count)
      pattern.mark(block.records[...], contents.arena, &isFound)
      guard isFound.contains(true) else { continue }
      let isPassing = filter?.marks(block.records[...], contents.arena)
      for (index, record) in block.records.enumerated() where isFound[index] && !record.isNote {
        if isPassing?[index] ?? true { count += 1 }
      }
    }
    return count
  }

  /// Places among the rows of a block.
  private func places(of target: CompiledTarget, in block: Int) -> [Int] {
    let block = contents.blocks[block]
    switch target {
    case .pattern(let pattern):
      var isFound = [Bool](repeating: false, count: block.records.count)
      pattern.mark(block.records[...], contents.arena, &isFound)
      return block.rows.indices.filter {
        isFound[Int(block.rows[$0])] && !block.records[Int(block.rows[$0])].isNote
      }
    case .problem:
      guard block.tally.problemRows > 0 else { return [] }
      return block.rows.indices.filter {
        let record = block.records[Int(block.rows[$0])]
        return record.isProblem && !record.isRepeat
      }
    case .note:
      guard block.tally.noteRows > 0 else { return [] }
      return block.rows.indices.filter { block.records[Int(block.rows[$0])].isNote }
    case .restart:
      guard block.tally.noteRows > 0 else { return [] }
      return block.rows.indices.filter {
        let record = block.records[Int(block.rows[$0])]
        guard record.isNote, let note = contents.notes[record.place] else { return false }
        if case .containerStarted = note { return true }
        return false
      }
    }
  }

  private func block(ofRow row: Int) -> Int {
    (0..<contents.blocks.count).partitioningIndex { rowStarts[$0 + 1] > row }
  }

  // MARK: Counts over time

  package struct Column: Hashable, Sendable {
    package var lines = 0
    package var warnings = 0
    package var errors = 0
  }

  /// Lines that pass the filter, folded ones included, by columns of equal time.
  package func histogram(from start: LogTime, column: Duration, columns: Int) -> [Column] {
    var result = [Column](repeating: Column(), count: max(0, columns))
    let (seconds, attoseconds) = column.components
    let width = seconds * LogTime.second + attoseconds / LogTime.second
    guard width > 0, columns > 0 else { return result }
    func index(_ time: LogTime) -> Int {
      let offset = time.nanoseconds - start.nanoseconds
      return offset < 0 ? -1 : Int(min(offset / width, Int64(columns)))
    }
    let filter = contents.compiledFilter()
    for block in contents.blocks {
      let first = index(block.first.time)
      let last = index(block.last.time)
      if last < 0 || first >= columns { continue }
      if first == last {
        result[first].add(block.tally)
        continue
      }
      let isPassing = filter.marks(block.records[...], contents.arena)
      for (place, record) in block.records.enumerated() where isPassing[place] {
        let column = index(record.time)
        guard column >= 0, column < columns else { continue }
        var tally = LogTally()
        tally.add(record, isRow: false)
        result[column].add(tally)
      }
    }
    return result
  }
}

extension LogView.Column {
  fileprivate mutating func add(_ tally: LogTally) {
    lines += tally.lines
    warnings += tally.warnings
    errors += tally.errors
  }
}
