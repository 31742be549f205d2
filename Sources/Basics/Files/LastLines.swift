import Foundation

/// The last lines of a file, looked for from its end.
package struct LastLines {
  /// Oldest first, without their line ends. Empty ones are left out.
  package private(set) var lines: [Data] = []
  /// Lines among them that are longer than is taken in.
  package private(set) var skipped = 0
  /// The last one has no line end: its writer was cut off, or is still at it.
  package private(set) var isLastOpen = false

  private let limit: Int
  private let lineLimit: Int
  private var taken = 0
  /// The end of a line whose beginning is not read yet.
  private var rest: [UInt8] = []
  private var isTooLong = false

  private static let blockSize = 1 << 18
  /// A file larger than this is not searched to its beginning.
  private static let searchLimit = 1 << 30

  /// - Parameters:
  ///   - limit: bytes that are taken in; what is skipped does not count.
  ///   - lineLimit: bytes of a line that is taken in.
  package init(of path: String, limit: Int, lineLimit: Int) {
    self.limit = limit
    self.lineLimit = lineLimit
    guard limit > 0, let file = try? OpenFile(path, .readOnly, .nonBlocking), file.isRegular,
      let size = try? Int(file.status.size)
    else { return }
    var position = size
    while position > max(0, size - Self.searchLimit), taken < limit {
      let start = max(0, position - Self.blockSize)
      guard let block = try? file.read(at: start, count: position - start) else { break }
      if position == size { isLastOpen = block.last != UInt8(ascii: "\n") }
      take(Array(block))
      position = start
    }
    if position == 0, taken < limit { finish([]) }
    lines.reverse()
  }

  /// The block that stands before those taken so far.
  private mutating func take(_ block: [UInt8]) {
    var end = block.endIndex
    for newline in Self.newlines(in: block).reversed() {
      finish(block[(newline + 1)..<end])
      guard taken < limit else { return }
      end = newline
    }
    rest = isTooLong ? [] : block[..<end] + rest
    if rest.count > lineLimit {
      isTooLong = true
      rest = []
    }
  }

  /// A line begins here, with these bytes.
  private mutating func finish(_ beginning: ArraySlice<UInt8>) {
    let line = beginning + rest
    let isTooLong = isTooLong || line.count > lineLimit
    rest = []
    self.isTooLong = false
    if isTooLong {
      skipped += 1
    } else if !line.isEmpty {
      taken += line.count
      if taken <= limit { lines.append(Data(line)) }
    }
  }

  private static func newlines(in block: [UInt8]) -> [Int] {
    block.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return [] }
      var found: [Int] = []
      var start = 0
      while let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) {
        found.append(UnsafeRawPointer(newline) - base)
        start = UnsafeRawPointer(newline) - base + 1
      }
      return found
    }
  }
}
