/// Quoted texts of Go and JSON.
enum QuotedText {
  /// Behind the closing quote of the text that opens at `start`; nil where it does not close.
  static func end(in text: LineBytes, from start: Int) -> Int? {
    var index = start + 1
    while let quote = text.firstIndex(of: UInt8(ascii: "\""), from: index) {
      var slash = quote - 1
      while slash > start, text[slash] == UInt8(ascii: "\\") { slash -= 1 }
      if (quote - 1 - slash).isMultiple(of: 2) { return quote + 1 }
      index = quote + 1
    }
    return nil
  }

  /// The text between the quotes with its escapes undone; an unknown escape stays as it is.
  static func unquoted(_ text: LineBytes) -> [UInt8] {
    guard text.firstIndex(of: UInt8(ascii: "\\")) != nil else { return text.bytes }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < text.count else {
        result.append(byte)
        continue
      }
      let kind = text[index]
      index += 1
      switch kind {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "x"): appendNumber(text, &index, digits: 2, kind, to: &result)
      case UInt8(ascii: "u"): appendNumber(text, &index, digits: 4, kind, to: &result)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
      default: result += [byte, kind]
      }
    }
    return result
  }

  private static func appendNumber(
    _ text: LineBytes, _ index: inout Int, digits: Int, _ kind: UInt8, to result: inout [UInt8]
  ) {
    guard var value = hexadecimal(text, index, digits) else {
      result += [UInt8(ascii: "\\"), kind]
      return
    }
    index += digits
    // A byte of a text that is no UTF-8, as Go writes it.
    if kind == UInt8(ascii: "x") {
      result.append(UInt8(truncatingIfNeeded: value))
      return
    }
    if (0xD800..<0xDC00).contains(value), text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u"), let low = hexadecimal(text, index + 2, 4),
      (0xDC00..<0xE000).contains(low)
    {
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      index += 6
    }
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    result += Array(Character(scalar).utf8)
  }

  private static func hexadecimal(_ text: LineBytes, _ start: Int, _ digits: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in start..<start + digits {
      let byte = text[index]
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte | 0x20) - 0x57)
      default: return nil
      }
    }
    return value
  }

  /// Behind the bracket that closes the one at `start`, texts in quotes skipped; nil where it does
  /// not close soon, so that a line full of open brackets is not read to its end for each of them.
  static func endOfBrackets(in text: LineBytes, from start: Int, limit: Int = 2_000) -> Int? {
    var depth = 0
    var index = start
    while index < min(text.count, start + limit) {
      switch text[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: "\""):
        guard let end = end(in: text, from: index) else { return nil }
        index = end
        continue
      default: break
      }
      index += 1
    }
    return nil
  }
}
