/// An HTTP/1.1 answer, taken apart while it comes (RFC 9112 §6 and §7.1).
struct HTTPResponse {
  /// The answer is none of HTTP.
  struct Malformed: Error, Hashable {}

  private(set) var status: Int?
  /// The whole body came. A connection that ends before cut it off.
  private(set) var isComplete = false

  private enum Part: Hashable {
    case head
    /// So many bytes are still to come.
    case body(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailer
    /// Whatever comes until the connection ends.
    case rest
    case over
  }

  private var part = Part.head
  /// Of the head, or of a line between two chunks.
  private var pending: [UInt8] = []

  /// Bytes of a head. A server's own limit is as large.
  private static let largestHead = 64 << 10
  private static let longestLine = 1 << 10

  /// - Parameter emit: gets the status and bytes of the body.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, emit: (Int, UnsafeRawBufferPointer) -> Void
  ) throws(Malformed) {
    var rest = bytes[...]
    func emitting(_ count: Int) -> Int {
      let taken = min(count, rest.count)
      emit(status ?? 0, UnsafeRawBufferPointer(rebasing: rest.prefix(taken)))
      rest = rest.dropFirst(taken)
      return count - taken
    }
    while !rest.isEmpty {
      switch part {
      case .head:
        guard let line = try line(&rest, limit: Self.largestHead) else { return }
        try takeHead(line)
      case .body(let count):
        let left = emitting(count)
        move(to: left == 0 ? .over : .body(left))
      case .chunk(let count):
        let left = emitting(count)
        part = left == 0 ? .chunkEnd : .chunk(left)
      case .rest: _ = emitting(rest.count)
      case .chunkSize:
        guard let line = try line(&rest, limit: Self.longestLine) else { return }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
          throw Malformed()
        }
        part = size == 0 ? .trailer : .chunk(size)
      case .chunkEnd:
        guard let line = try line(&rest, limit: Self.longestLine) else { return }
        guard line.isEmpty else { throw Malformed() }
        part = .chunkSize
      case .trailer:
        guard let line = try line(&rest, limit: Self.longestLine) else { return }
        if line.isEmpty { move(to: .over) }
      case .over: return
      }
    }
  }

  /// The connection ended.
  mutating func end() {
    if part == .rest { isComplete = true }
  }

  // MARK: Helpers

  private var headLines: [[UInt8]] = []
  private var headSize = 0

  private mutating func move(to next: Part) {
    part = next
    isComplete = next == .over
  }

  /// A line without its end; nil as long as its end did not come.
  private mutating func line(
    _ rest: inout Slice<UnsafeRawBufferPointer>, limit: Int
  ) throws(Malformed) -> [UInt8]? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      pending += rest
      rest = rest.suffix(0)
      guard pending.count <= limit else { throw Malformed() }
      return nil
    }
    var line = pending + rest[..<end]
    pending = []
    rest = rest[rest.index(after: end)...]
    guard line.count <= limit else { throw Malformed() }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  private mutating func takeHead(_ line: [UInt8]) throws(Malformed) {
    guard line.isEmpty else {
      headSize += line.count + 2
      guard headSize <= Self.largestHead else { throw Malformed() }
      headLines.append(line)
      return
    }
    defer {
      headLines = []
      headSize = 0
    }
    let texts = headLines.map { String(decoding: $0, as: UTF8.self) }
    guard let words = texts.first?.split(separator: " "), words.count >= 2,
      words[0].hasPrefix("HTTP/1."), let code = Int(words[1]), 100..<600 ~= code
    else { throw Malformed() }
    // What comes before the answer.
    if code < 200 { return }
    status = code
    var fields: [String: String] = [:]
    for text in texts.dropFirst() {
      guard let colon = text.firstIndex(of: ":") else { throw Malformed() }
      let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields[text[..<colon].lowercased()] = String(value).lowercased()
    }
    if code == 204 || code == 304 {
      move(to: .over)
    } else if let coding = fields["transfer-encoding"] {
      guard coding == "chunked" else { throw Malformed() }
      part = .chunkSize
    } else if let length = fields["content-length"] {
      guard let count = Int(length), count >= 0 else { throw Malformed() }
      move(to: count == 0 ? .over : .body(count))
    } else {
      part = .rest
    }
  }
}
