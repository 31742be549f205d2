import Glibc

/// Complete lines of kubectl with their times.
struct LineTable {
  struct Line {
    /// With its line feed.
    var range: Range<Int>
    /// Nanoseconds since 1970; nil where the line has none.
    var time: Int64?
    /// Where the text begins, behind time and blank.
    var text: Int
  }

  let bytes: [UInt8]
  private(set) var lines: [Line] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    bytes.withUnsafeBytes { buffer in
      let all = LineBytes(buffer)
      var start = 0
      while start < all.count {
        let end = (all.firstIndex(of: 0x0A, from: start) ?? all.count - 1) + 1
        let line = all[start..<end]
        if let (time, behind) = LineTime.parse(line) {
          let text = min(end, start + behind + (line[behind] == 0x20 ? 1 : 0))
          lines.append(Line(range: start..<end, time: time.nanoseconds, text: text))
        } else {
          lines.append(Line(range: start..<end, time: nil, text: start))
        }
        start = end
      }
    }
  }

  func bytes(of indices: [Int]) -> [UInt8] {
    if indices.count == lines.count { return bytes }
    return indices.flatMap { bytes[lines[$0].range] }
  }

  /// FNV-1a of a line's text, without its time.
  func hash(_ index: Int) -> UInt64 {
    let line = lines[index]
    return bytes[line.text..<line.range.upperBound].reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }
}

/// The texts of the last lines, by which they are known again.
struct RecentLines: Sendable {
  private static let count = 8
  private var hashes: [UInt64] = []

  mutating func append(_ table: LineTable) {
    let new = table.lines.indices.suffix(Self.count).map(table.hash)
    hashes = Array((hashes + new).suffix(Self.count))
  }

  /// Behind the last lines given out, where the first `block` lines hold them; nil where not.
  ///
  /// - Parameter given: how many lines there were, if the log was read from its beginning.
  func end(in table: LineTable, block: Int, given: Int) -> Int? {
    guard !hashes.isEmpty, block >= hashes.count else { return nil }
    let texts = (0..<block).map(table.hash)
    func ends(at end: Int) -> Bool {
      end >= hashes.count && end <= block && texts[end - hashes.count..<end].elementsEqual(hashes)
    }
    // Lines may repeat themselves: the place that the count names is the likeliest.
    if ends(at: given) { return given }
    // So few lines are known only where they are the whole log.
    guard hashes.count == Self.count else { return nil }
    return (hashes.count...block).first(where: ends)
  }
}
