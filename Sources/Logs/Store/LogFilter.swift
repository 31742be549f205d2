import Algorithms

/// Which lines the list shows.
package struct LogFilter: Hashable, Sendable {
  package var hiddenSources: Set<LogSource.ID> = []
  /// Lines without a level count as info.
  package var minimumLevel: LogLevel?
  /// Where there are any: lines that match one of them.
  package var keep: [LogPattern] = []
  package var hide: [LogPattern] = []
  package var isProblemsOnly = false
  /// The same line again and again stands there once, with a count.
  package var isFolding = true

  package init() {}

  /// Whether there is anything a line can fail.
  package var isOpen: Bool {
    hiddenSources.isEmpty && minimumLevel == nil && keep.isEmpty && hide.isEmpty && !isProblemsOnly
  }
}

/// A filter made ready for many lines.
struct CompiledFilter {
  private let isHidden: [Bool]
  private let minimumLevel: LogLevel
  private let isProblemsOnly: Bool
  private let keep: [CompiledPattern]
  private let hide: [CompiledPattern]
  let isFolding: Bool

  init(_ filter: LogFilter, sources: [LogSource]) {
    isHidden = sources.map { filter.hiddenSources.contains($0.id) }
    minimumLevel = filter.minimumLevel ?? .trace
    isProblemsOnly = filter.isProblemsOnly
    // A pattern that does not compile was never made.
    keep = filter.keep.compactMap { try? CompiledPattern($0) }
    hide = filter.hide.compactMap { try? CompiledPattern($0) }
    isFolding = filter.isFolding
  }

  /// By the record alone.
  private func passes(_ record: LogRecord) -> Bool {
    if isHidden[record.source] { return false }
    if record.isNote { return !isProblemsOnly }
    if isProblemsOnly, !record.isProblem { return false }
    return record.level ?? .info >= minimumLevel
  }

  /// Which of the records pass, texts looked at.
  func marks(_ records: ArraySlice<LogRecord>, _ arena: LogArena) -> [Bool] {
    var isPassing = records.map(passes)
    if !keep.isEmpty {
      var isKept = records.map(\.isNote)
      for pattern in keep { pattern.mark(records, arena, &isKept) }
      for index in isPassing.indices where !isKept[index] { isPassing[index] = false }
    }
    if !hide.isEmpty {
      var isHidden = [Bool](repeating: false, count: records.count)
      for pattern in hide { pattern.mark(records, arena, &isHidden) }
      for (index, record) in records.enumerated() where isHidden[index] && !record.isNote {
        isPassing[index] = false
      }
    }
    return isPassing
  }
}

extension CompiledPattern {
  /// Sets the places of the records whose text matches. Lines that lie one behind the other are
  /// read as one text.
  func mark(_ records: ArraySlice<LogRecord>, _ arena: LogArena, _ isFound: inout [Bool]) {
    var start = records.startIndex
    while start < records.endIndex {
      var end = start + 1
      while end < records.endIndex, records[end].place.follows(records[end - 1].place) { end += 1 }
      let offset = start - records.startIndex
      arena.read(from: records[start].place, through: records[end - 1].place) { text in
        if isPlain {
          search(text, records[start..<end], offset, &isFound)
        } else {
          match(text, records[start..<end], offset, &isFound)
        }
      }
      start = end
    }
  }

  /// Line by line.
  private func match(
    _ text: LineBytes, _ records: ArraySlice<LogRecord>, _ offset: Int, _ isFound: inout [Bool]
  ) {
    let base = records[records.startIndex].place.offset
    for (index, record) in records.enumerated() where !isFound[offset + index] {
      let start = record.place.offset - base
      isFound[offset + index] = matches(text[start..<start + record.place.length])
    }
  }

  /// The plain text in all lines at once.
  private func search(
    _ text: LineBytes, _ records: ArraySlice<LogRecord>, _ offset: Int, _ isFound: inout [Bool]
  ) {
    let base = records[records.startIndex].place.offset
    var index = records.startIndex
    var position = 0
    while index < records.endIndex, let match = firstPlace(in: text, from: position) {
      index = (index..<records.endIndex).partitioningIndex { candidate in
        let place = records[candidate].place
        return place.offset + place.length - base >= match
      }
      guard index < records.endIndex else { return }
      isFound[offset + index - records.startIndex] = true
      let place = records[index].place
      position = place.offset + place.length - base + 1
      index += 1
    }
  }
}

extension LogPlace {
  /// Stands directly behind the other, with the line feed between them.
  func follows(_ other: LogPlace) -> Bool {
    chunk == other.chunk && offset == other.offset + other.length + 1
  }
}
