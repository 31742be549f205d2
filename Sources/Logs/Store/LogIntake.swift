import Glibc

/// What is read of a line when it comes in.
struct ReadLine {
  var time: LogTime?
  var level: LogLevel?
  var format: LogFormat.ID
  var known: KnownLineID?
  /// Equal for lines that say the same, whatever times they hold.
  var sameness: UInt64
}

package enum LogIntake {
  /// kubectl's time and the text behind it.
  package static func split(_ line: LineBytes) -> (LogTime?, LineBytes) {
    guard let (time, end) = LineTime.parse(line), line[end] == 0x20 || end == line.count else {
      return (nil, line)
    }
    return (time, line.dropFirst(end + 1))
  }

  /// The text as it is kept: no colours, no carriage return at the end, not too long; and how many
  /// bytes of it were cut.
  package static func clean<Result>(_ text: LineBytes, _ body: (LineBytes, Int) -> Result) -> Result
  {
    var text = text
    if text[text.count - 1] == 0x0D { text = text[0..<text.count - 1] }
    guard text.firstIndex(of: 0x1B) != nil else {
      let length = keptLength(text)
      return body(text[0..<length], text.count - length)
    }
    // Enough for the part that is kept, however many colours are in it.
    let plain = EscapeSequences.removed(from: text[0..<4 * LogArena.longestLine])
    return plain.withUnsafeBytes { bytes in
      let plain = LineBytes(bytes)
      let length = keptLength(plain)
      let beyond = max(0, text.count - 4 * LogArena.longestLine)
      return body(plain[0..<length], plain.count - length + beyond)
    }
  }

  /// Not in the middle of a character.
  private static func keptLength(_ text: LineBytes) -> Int {
    guard text.count > LogArena.longestLine else { return text.count }
    var length = LogArena.longestLine
    while length > LogArena.longestLine - 4, text[length] & 0xC0 == 0x80 { length -= 1 }
    return length
  }

  static func read(_ text: LineBytes, time: LogTime?, source: LogSource, seed: UInt64) -> ReadLine {
    let (format, head) = AllLogFormats.read(text, as: source.formats)
    return ReadLine(
      time: time ?? head.time, level: head.level, format: format,
      known: AllKnownLines.recognise(
        text, head, AllLogFormats.vocabulary(of: format), source.role),
      sameness: sameness(text, head, seed &+ UInt64(head.level?.rawValue ?? 0)))
  }

  private static func sameness(_ text: LineBytes, _ head: LogHead, _ seed: UInt64) -> UInt64 {
    guard let clock = head.clock else { return hash(text.dropFirst(head.body), seed) }
    let start = hash(text[head.body..<max(head.body, clock.lowerBound)], seed)
    return hash(text[clock.upperBound..<max(clock.upperBound, text.count)], start)
  }

  /// The seed keeps a stranger from making a line that folds into another.
  private static func hash(_ text: LineBytes, _ seed: UInt64) -> UInt64 {
    var state = seed ^ UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
    let buffer = text.buffer
    var index = 0
    while index + 8 <= buffer.count {
      state =
        (state ^ buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        &* 0xFF51_AFD7_ED55_8CCD
      state ^= state >> 32
      index += 8
    }
    while index < buffer.count {
      state = (state ^ UInt64(buffer[index])) &* 0xFF51_AFD7_ED55_8CCD
      index += 1
    }
    return state ^ state >> 29
  }
}
