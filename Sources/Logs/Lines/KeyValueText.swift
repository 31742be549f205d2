/// `message key=value key="quoted value" key=[…]`: the pairs are the longest end of the line that
/// is nothing but pairs, because a message may hold `=`, too.
enum KeyValueText {
  static func split(_ text: LineBytes) -> LogFields {
    var start = 0
    while start < text.count {
      while text[start] == 0x20 { start += 1 }
      var pairs: [(key: Range<Int>, value: Range<Int>)] = []
      guard let failure = readPairs(text, from: start, into: &pairs) else {
        return LogFields(
          message: trimmed(text[0..<start]),
          fields: pairs.map { pair in
            LogFields.Field(key: text[pair.key].bytes, value: value(text[pair.value]))
          })
      }
      // Every pair read from here ended in the same failure: the next try is behind it.
      start = text.firstIndex(of: 0x20, from: failure) ?? text.count
    }
    return LogFields(message: trimmed(text))
  }

  /// nil when all the rest was pairs; else where it stopped being so.
  private static func readPairs(
    _ text: LineBytes, from start: Int, into pairs: inout [(key: Range<Int>, value: Range<Int>)]
  ) -> Int? {
    var index = start
    while index < text.count {
      guard let equals = text.firstIndex(from: index, where: { !isKey($0) }), equals > index,
        text[equals] == UInt8(ascii: "="), isLetter(text[index])
      else { return index }
      let end = endOfValue(text, from: equals + 1)
      guard end == text.count || text[end] == 0x20 else { return index }
      pairs.append((index..<equals, equals + 1..<end))
      index = end
      while text[index] == 0x20 { index += 1 }
    }
    return nil
  }

  private static func endOfValue(_ text: LineBytes, from start: Int) -> Int {
    switch text[start] {
    // A text that does not close was cut off.
    case UInt8(ascii: "\""): return QuotedText.end(in: text, from: start) ?? text.count
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      if let end = QuotedText.endOfBrackets(in: text, from: start) { return end }
    default: break
    }
    return text.firstIndex(of: 0x20, from: start) ?? text.count
  }

  private static func value(_ text: LineBytes) -> [UInt8] {
    guard text[0] == UInt8(ascii: "\"") else { return text.bytes }
    let isClosed = QuotedText.end(in: text, from: 0) == text.count
    return QuotedText.unquoted(text[1..<(isClosed ? text.count - 1 : text.count)])
  }

  private static func trimmed(_ text: LineBytes) -> [UInt8] {
    var end = text.count
    while end > 0, text[end - 1] == 0x20 { end -= 1 }
    return text[0..<end].bytes
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == 0x5F
  }

  private static func isKey(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2E || byte == 0x2F
  }
}
