/// The texts of all lines kept, end to end in chunks, each line ended by a line feed. A chunk is
/// let go with its last line.
struct LogArena: Sendable {
  static let chunkBytes = 1 << LogPlace.offsetBits
  /// What is kept of one line.
  static let longestLine = 32 << 10

  private var chunks: [[UInt8]] = []
  private var liveLines: [Int] = []
  /// The number of the first chunk still there.
  private var firstChunk = 0
  private(set) var chunkCount = 0

  /// Memory held by the chunks.
  var bytes: Int { chunkCount * Self.chunkBytes }

  mutating func append(_ text: LineBytes) -> LogPlace {
    let length = min(text.count, Self.longestLine)
    if chunks.isEmpty || chunks[chunks.count - 1].count + length + 1 > Self.chunkBytes {
      // Its lines all went while it was still being written.
      if liveLines.last == 0 {
        chunks[chunks.count - 1] = []
        chunkCount -= 1
      }
      var chunk: [UInt8] = []
      // The array's own header shares the last page.
      chunk.reserveCapacity(Self.chunkBytes - 32)
      chunks.append(chunk)
      liveLines.append(0)
      chunkCount += 1
      dropEmptyFront()
    }
    let last = chunks.count - 1
    let offset = chunks[last].count
    chunks[last].append(contentsOf: text[0..<length].buffer)
    chunks[last].append(0x0A)
    liveLines[last] += 1
    return LogPlace(chunk: firstChunk + last, offset: offset, length: length)
  }

  mutating func letGo(_ place: LogPlace) {
    let index = place.chunk - firstChunk
    liveLines[index] -= 1
    // The last chunk is still being written.
    guard liveLines[index] == 0, index < chunks.count - 1 else { return }
    chunks[index] = []
    chunkCount -= 1
    dropEmptyFront()
  }

  private mutating func dropEmptyFront() {
    let empty = liveLines.prefix(while: { $0 == 0 }).count
    let gone = min(empty, chunks.count - 1)
    guard gone > 0 else { return }
    chunks.removeFirst(gone)
    liveLines.removeFirst(gone)
    firstChunk += gone
  }

  func read<Result>(_ place: LogPlace, _ body: (LineBytes) throws -> Result) rethrows -> Result {
    try chunks[place.chunk - firstChunk].withUnsafeBytes { bytes in
      try body(LineBytes(bytes)[place.offset..<place.offset + place.length])
    }
  }

  /// Reads everything from the start of one line to the end of another of the same chunk.
  func read<Result>(
    from first: LogPlace, through last: LogPlace, _ body: (LineBytes) throws -> Result
  ) rethrows -> Result {
    try chunks[first.chunk - firstChunk].withUnsafeBytes { bytes in
      try body(LineBytes(bytes)[first.offset..<last.offset + last.length])
    }
  }
}
