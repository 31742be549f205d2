/// Which lines stand in the list.
extension LogContents {
  /// Rows that are enough for the highest screen.
  private static let screen = 200
  /// So much is looked at at once, while those who bring lines wait.
  private static let stretch = 64

  /// Filters the end of the list at once: as far as the row on top of the screen, if there is one,
  /// and a screen beyond. `filterOn` does the rest.
  mutating func setFilter(_ filter: LogFilter, around top: LogLineID? = nil) {
    guard filter != self.filter else { return }
    version += 1
    self.filter = filter
    for index in blocks.indices {
      blocks[index].rows = []
      blocks[index].tally = LogTally()
    }
    unfilteredBlocks = blocks.count
    let compiled = compiledFilter()
    var rows = 0
    while unfilteredBlocks > 0, rows < Self.screen {
      unfilteredBlocks -= 1
      refilter(unfilteredBlocks, compiled)
      let isAbove = top.map { blocks[unfilteredBlocks].last < $0 } ?? true
      if isAbove { rows += blocks[unfilteredBlocks].rows.count }
    }
  }

  /// - Returns: false where all is filtered.
  mutating func filterOn() -> Bool {
    guard unfilteredBlocks > 0 else { return false }
    version += 1
    let compiled = compiledFilter()
    let end = unfilteredBlocks
    unfilteredBlocks = max(0, end - Self.stretch)
    for index in unfilteredBlocks..<end { refilter(index, compiled) }
    return unfilteredBlocks > 0
  }

  func compiledFilter() -> CompiledFilter {
    CompiledFilter(filter, sources: sources.map(\.source))
  }

  mutating func refilter(_ index: Int, _ filter: CompiledFilter) {
    blocks[index].rows.removeAll(keepingCapacity: true)
    blocks[index].tally = LogTally()
    show(index, from: 0, filter)
  }

  mutating func refilter(_ index: Int) { refilter(index, compiledFilter()) }

  /// Takes whole blocks off the front, and records of the one behind them.
  mutating func remove(blocks whole: Int, records: Int) {
    blocks.removeFirst(whole)
    unfilteredBlocks = max(0, unfilteredBlocks - whole)
    guard records > 0 else { return }
    blocks[0].records.removeFirst(records)
    refilter(0)
  }

  /// Adds the rows of the records from `first` on.
  mutating func show(_ index: Int, from first: Int, _ filter: CompiledFilter) {
    let records = blocks[index].records
    let isPassing = filter.marks(records[first...], arena)
    var rows = blocks[index].rows
    var tally = blocks[index].tally
    blocks[index].rows = []
    for place in first..<records.count where isPassing[place - first] {
      let record = records[place]
      let isRow = !record.isRepeat || record.isUnfolded || !filter.isFolding
      if isRow { rows.append(UInt16(place)) }
      tally.add(record, isRow: isRow)
    }
    blocks[index].rows = rows
    blocks[index].tally = tally
  }
}
