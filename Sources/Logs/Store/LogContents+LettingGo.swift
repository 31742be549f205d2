extension LogContents {
  /// Lets the oldest lines go until what is left is within the limits.
  mutating func letGo() {
    // Chunks hold lines of all sources; where old lines keep many of them alive, these go first.
    let arenaLimit = limits.bytes + limits.bytes / 4 + 2 * LogArena.chunkBytes
    var gone = 0
    var owed: [Int: UInt32] = [:]
    var last: LogLineID?
    var block = 0
    var index = 0
    while block < blocks.count,
      counts.keptLines > limits.lines || counts.keptBytes > limits.bytes || arena.bytes > arenaLimit
    {
      let record = blocks[block].records[index]
      letGo(record, &owed)
      last = record.id
      gone += 1
      index += 1
      if index == blocks[block].records.count {
        block += 1
        index = 0
      }
    }
    guard let last else { return }
    remove(blocks: block, records: index)
    for (source, left) in owed { promote(source, left, after: last) }
  }

  private mutating func letGo(_ record: LogRecord, _ owed: inout [Int: UInt32]) {
    arena.letGo(record.place)
    if record.isCut { cuts[record.place] = nil }
    if record.isNote {
      notes[record.place] = nil
      counts.keptNotes -= 1
      return
    }
    counts.letGo(record)
    sources[record.source].lines -= 1
    if record.isRepeat {
      // Only a line of a fold whose first line went is owed anything.
      if let left = owed[record.source], left > 0 { owed[record.source] = left - 1 }
    } else {
      if record.isProblem { sources[record.source].problems -= 1 }
      owed[record.source] = record.repeats
    }
  }

  /// The first line still there of a fold that lost its first line stands for the rest of it.
  private mutating func promote(_ source: Int, _ left: UInt32, after last: LogLineID) {
    if left == 0 {
      if let head = sources[source].head, head.id <= last { sources[source].head = nil }
      return
    }
    for block in blocks.indices {
      let found = blocks[block].records.firstIndex { $0.source == source && $0.isRepeat }
      guard let found else { continue }
      blocks[block].records[found].isRepeat = false
      blocks[block].records[found].repeats = left - 1
      let record = blocks[block].records[found]
      if let head = sources[source].head, head.id <= last { sources[source].head?.id = record.id }
      if record.isProblem {
        counts.keptProblems += 1
        sources[source].problems += 1
      }
      refilter(block)
      return
    }
  }
}

/// What the store counts.
struct LogCounts: Hashable, Sendable {
  var takenLines = 0
  var takenProblems = 0
  var keptLines = 0
  var keptBytes = 0
  var keptProblems = 0
  var keptNotes = 0
  var letGoLines = 0
  var letGoBytes = 0
  /// By the level's number; 0: none.
  var levels = [Int](repeating: 0, count: 8)

  mutating func letGo(_ record: LogRecord) {
    keptLines -= 1
    keptBytes -= record.place.length + 1
    letGoLines += 1
    letGoBytes += record.place.length + 1
    levels[Int(record.level?.rawValue ?? 0)] -= 1
    if record.isProblem, !record.isRepeat { keptProblems -= 1 }
  }
}
