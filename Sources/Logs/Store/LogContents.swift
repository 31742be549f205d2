import Algorithms

/// How much a store keeps.
package struct LogLimits: Hashable, Sendable {
  package var lines: Int
  /// Of texts.
  package var bytes: Int

  package init(lines: Int, bytes: Int) {
    self.lines = lines
    self.bytes = bytes
  }

  package static let console = LogLimits(lines: 50_000, bytes: 64 << 20)
}

/// Everything a store holds, as a value: a copy is a view of that moment.
struct LogContents: Sendable {
  let limits: LogLimits
  private let seed: UInt64
  var arena = LogArena()
  var blocks: [LogBlock] = []
  var sources: [LogSourceState] = []
  private var sourceIndex: [LogSource.ID: Int] = [:]
  var notes: [LogPlace: LogNote] = [:]
  /// Bytes that were not kept of a line.
  var cuts: [LogPlace: Int] = [:]
  var findings: [LogFinding.Key: LogFinding] = [:]
  var filter = LogFilter()
  /// So many blocks at the front still show what an earlier filter left of them: nothing.
  var unfilteredBlocks = 0
  var counts = LogCounts()
  /// Grows with each change: of two views the one with the greater number is the newer.
  var version = 0
  /// Folds of this batch, to be written into their first lines.
  var finishedFolds: [(id: LogLineID, count: UInt32)] = []

  init(limits: LogLimits, seed: UInt64) {
    self.limits = limits
    self.seed = seed
  }

  // MARK: Taking in

  /// - Parameter now: for lines before any time was read.
  mutating func take(_ events: [LogEvent], now: LogTime) {
    version += 1
    var batch: [LogRecord] = []
    for event in events {
      let source = index(of: event.source)
      switch event.content {
      case .lines(let bytes):
        bytes.withUnsafeBytes { take(LineBytes($0), source, now, &batch) }
      case .note(let note, let date): take(note, LogTime(date), source, &batch)
      }
    }
    let isInOrder = zip(batch, batch.dropFirst()).allSatisfy { $0.id < $1.id }
    if !isInOrder { batch.sort { $0.id < $1.id } }
    insert(batch)
    writeFolds()
    letGo()
  }

  private mutating func take(
    _ text: LineBytes, _ source: Int, _ now: LogTime, _ batch: inout [LogRecord]
  ) {
    let owner = sources[source].source
    var start = 0
    while start < text.count {
      // A last line without its end is taken as it is.
      let end = text.firstIndex(of: 0x0A, from: start) ?? text.count
      let (time, rest) = LogIntake.split(text[start..<end])
      LogIntake.clean(rest) { text, cut in
        let line = LogIntake.read(text, time: time, source: owner, seed: seed)
        batch.append(record(line, text, cut, source, now))
      }
      start = end + 1
    }
  }

  private mutating func record(
    _ line: ReadLine, _ text: LineBytes, _ cut: Int, _ source: Int, _ now: LogTime
  ) -> LogRecord {
    let time = line.time ?? sources[source].latest ?? now
    let place = arena.append(text)
    var record = LogRecord(
      time: time, place: place, level: line.level, source: source, format: line.format,
      known: line.known)
    record.isTimed = line.time != nil
    record.isProblem = sources[source].waiting.judge(line.known, line.level, at: time)
    if cut > 0 {
      record.isCut = true
      cuts[place] = cut
    }
    fold(&record, line.sameness, source)
    sources[source].latest = time
    let ahead = time - now
    sources[source].clockAhead =
      line.time != nil && ahead > LogSourceState.clockTolerance ? ahead : .zero
    count(record)
    note(record, owner: source)
    return record
  }

  private mutating func take(
    _ note: LogNote, _ time: LogTime, _ source: Int, _ batch: inout [LogRecord]
  ) {
    let place = [UInt8]().withUnsafeBytes { arena.append(LineBytes($0)) }
    var record = LogRecord(
      time: time, place: place, level: nil, source: source, format: AllLogFormats.plain, known: nil)
    record.isNote = true
    record.isTimed = true
    notes[place] = note
    finishFold(of: source)
    if case .containerStarted = note { sources[source].waiting = LogDetector() }
    counts.keptNotes += 1
    batch.append(record)
  }

  /// The place of a source; one that has no line left makes room for a new one.
  private mutating func index(of source: LogSource) -> Int {
    if let known = sourceIndex[source.id] {
      sources[known].source = source
      return known
    }
    var new = sources.count
    if new < LogRecord.sources {
      sources.append(LogSourceState(source: source))
    } else if let free = sources.firstIndex(where: { $0.lines == 0 && $0.head == nil }) {
      new = free
      sourceIndex[sources[new].source.id] = nil
      sources[new] = LogSourceState(source: source)
    } else {
      // So many containers at once share the last place.
      new -= 1
      sources[new].source = source
    }
    sourceIndex[source.id] = new
    return new
  }

  private mutating func count(_ record: LogRecord) {
    counts.takenLines += 1
    counts.keptLines += 1
    counts.keptBytes += record.place.length + 1
    counts.levels[Int(record.level?.rawValue ?? 0)] += 1
    sources[record.source].lines += 1
    if record.isProblem, !record.isRepeat {
      counts.takenProblems += 1
      counts.keptProblems += 1
      sources[record.source].problems += 1
    }
  }

  /// Known lines that need attention, by what they are and who wrote them.
  private mutating func note(_ record: LogRecord, owner: Int) {
    guard let known = record.known, AllKnownLines.isFinding(known) else { return }
    let source = sources[owner].source
    let key = LogFinding.Key(known: known, source: source.id)
    findings[
      key, default: LogFinding(known: known, source: source, first: record.time, id: record.id)
    ].add(record.id)
  }

  // MARK: Order

  private mutating func insert(_ batch: [LogRecord]) {
    guard let first = batch.first else { return }
    let compiled = compiledFilter()
    guard let end = blocks.last, end.last > first.id else {
      append(batch[...], compiled)
      return
    }
    // The blocks that hold lines between the first and the last of the batch are written anew;
    // what comes behind the last one is appended.
    let start = (0..<blocks.count).partitioningIndex { blocks[$0].last > first.id }
    let stop = (start..<blocks.count).partitioningIndex {
      blocks[$0].first > batch[batch.count - 1].id
    }
    if stop <= start {
      replace(start..<start, with: batch, compiled)
      return
    }
    var merged: [LogRecord] = []
    merged.reserveCapacity(batch.count + (stop - start) * LogBlock.capacity)
    var next = 0
    for block in blocks[start..<stop] {
      for record in block.records {
        while next < batch.count, batch[next].id < record.id {
          merged.append(batch[next])
          next += 1
        }
        merged.append(record)
      }
    }
    merged += batch[next...]
    replace(start..<stop, with: merged, compiled)
  }

  private mutating func append(_ batch: ArraySlice<LogRecord>, _ filter: CompiledFilter) {
    var rest = batch
    while !rest.isEmpty {
      if blocks.last.map({ $0.records.count >= LogBlock.capacity }) ?? true {
        blocks.append(LogBlock([]))
        blocks[blocks.count - 1].records.reserveCapacity(LogBlock.capacity)
      }
      let last = blocks.count - 1
      let old = blocks[last].records.count
      let part = rest.prefix(LogBlock.capacity - old)
      blocks[last].records += part
      rest = rest.dropFirst(part.count)
      show(last, from: old, filter)
    }
  }

  /// Full blocks where the list ends there, so that following fills no memory with room; even ones
  /// elsewhere, so that the next line finds room.
  private mutating func replace(
    _ range: Range<Int>, with records: [LogRecord], _ filter: CompiledFilter
  ) {
    let count = (records.count + LogBlock.capacity - 1) / LogBlock.capacity
    let size =
      range.upperBound == blocks.count
      ? LogBlock.capacity : (records.count + count - 1) / max(1, count)
    var new: [LogBlock] = []
    for start in stride(from: 0, to: records.count, by: max(1, size)) {
      new.append(LogBlock(Array(records[start..<min(start + size, records.count)])))
    }
    blocks.replaceSubrange(range, with: new)
    if range.upperBound >= unfilteredBlocks {
      unfilteredBlocks = min(unfilteredBlocks, range.lowerBound)
    } else {
      unfilteredBlocks += new.count - range.count
    }
    for index in range.lowerBound..<range.lowerBound + new.count { refilter(index, filter) }
  }

  /// Block and index of a line that is kept.
  func place(of id: LogLineID) -> (block: Int, index: Int)? {
    let block = (0..<blocks.count).partitioningIndex { blocks[$0].last >= id }
    guard block < blocks.count else { return nil }
    let index = blocks[block].index(of: id)
    guard index < blocks[block].records.count, blocks[block].records[index].id == id else {
      return nil
    }
    return (block, index)
  }
}
