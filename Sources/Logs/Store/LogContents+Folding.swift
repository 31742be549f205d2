/// Lines that say the same as the line of their source before them.
extension LogContents {
  mutating func fold(_ record: inout LogRecord, _ sameness: UInt64, _ source: Int) {
    if var head = sources[source].head, head.sameness == sameness,
      head.isProblem == record.isProblem, record.time >= head.latest,
      record.time - head.latest <= LogSourceState.foldGap
    {
      record.isRepeat = true
      record.isUnfolded = head.isUnfolded
      head.latest = record.time
      head.pending += 1
      sources[source].head = head
      return
    }
    finishFold(of: source)
    sources[source].head = .init(
      id: record.id, sameness: sameness, isProblem: record.isProblem, latest: record.time)
  }

  mutating func finishFold(of source: Int) {
    if let head = sources[source].head, head.pending > 0 {
      finishedFolds.append((head.id, head.pending))
    }
    sources[source].head = nil
  }

  mutating func writeFolds() {
    for source in sources.indices {
      guard let head = sources[source].head, head.pending > 0 else { continue }
      finishedFolds.append((head.id, head.pending))
      sources[source].head?.pending = 0
    }
    for (id, count) in finishedFolds {
      guard let (block, index) = place(of: id) else { continue }
      blocks[block].records[index].repeats += count
    }
    finishedFolds.removeAll(keepingCapacity: true)
  }

  /// Shows or hides the lines folded into one.
  mutating func setFolding(of id: LogLineID, isFolded: Bool) {
    guard let (start, index) = place(of: id) else { return }
    version += 1
    let source = blocks[start].records[index].source
    var left = blocks[start].records[index].repeats
    blocks[start].records[index].isUnfolded = !isFolded
    if sources[source].head?.id == id { sources[source].head?.isUnfolded = !isFolded }
    var block = start
    var first = index + 1
    while left > 0, block < blocks.count {
      for index in first..<blocks[block].records.count where left > 0 {
        let record = blocks[block].records[index]
        guard record.source == source, record.isRepeat else { continue }
        blocks[block].records[index].isUnfolded = !isFolded
        left -= 1
      }
      block += 1
      first = 0
    }
    let compiled = compiledFilter()
    for changed in start..<block { refilter(changed, compiled) }
    if block == start { refilter(start, compiled) }
  }
}
