import Foundation

/// Words of a text that may stand for other bytes: hexadecimal and decimal numbers, base64.
enum SecretEncodings {
  struct Word {
    var range: Range<Int>
    /// What it may stand for.
    var readings: [[UInt8]]
  }

  /// A word for eight bytes or more.
  static func words(in text: [UInt8]) -> [Word] {
    hexadecimal(in: text) + decimal(in: text) + base64(in: text)
  }

  /// Of both alphabets, with padding and without.
  static func decoded(_ text: String) -> [UInt8]? {
    var code = text.replacing("-", with: "+").replacing("_", with: "/")
    while code.hasSuffix("=") { code.removeLast() }
    code += String(repeating: "=", count: (4 - code.utf8.count % 4) % 4)
    return Data(base64Encoded: code).map(Array.init)
  }

  private static func base64(in text: [UInt8]) -> [Word] {
    runs(in: text, of: isBase64).filter { $0.count >= 12 }.map { run in
      let readings = (0..<4).compactMap { shift -> [UInt8]? in
        var code = text[run].dropFirst(shift)
        code = code.prefix(code.count / 4 * 4)
        return decoded(String(decoding: code, as: UTF8.self))
      }
      return Word(range: run, readings: readings)
    }
  }

  /// "6162", "61 62", "61:62", "0x61, 0x62", "\x61\x62".
  private static func hexadecimal(in text: [UInt8]) -> [Word] {
    runs(in: text) { digit($0) != nil || " ,:x\\[]{}\n".utf8.contains($0) }.compactMap { run in
      var digits: [UInt8] = []
      for byte in text[run] {
        if let digit = digit(byte) {
          digits.append(digit)
        } else if byte == UInt8(ascii: "x"), digits.last == 0 {
          digits.removeLast()
        }
      }
      guard digits.count >= 16 else { return nil }
      let readings = (0..<2).map { shift in
        stride(from: shift, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
      }
      return Word(range: run, readings: readings)
    }
  }

  /// "[97 98 99]", "97, 98, 99".
  private static func decimal(in text: [UInt8]) -> [Word] {
    runs(in: text) { isDigit($0) || " ,[]{}\n".utf8.contains($0) }.compactMap { run in
      let numbers = text[run].split { !isDigit($0) }
      let bytes = numbers.compactMap { UInt8(String(decoding: $0, as: UTF8.self)) }
      guard bytes.count >= 8, bytes.count == numbers.count else { return nil }
      return Word(range: run, readings: [bytes])
    }
  }

  private static func runs(in text: [UInt8], of belongs: (UInt8) -> Bool) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for (index, byte) in text.enumerated() {
      if belongs(byte) {
        if start == nil { start = index }
      } else if let begin = start {
        if index - begin >= 12 { found.append(begin..<index) }
        start = nil
      }
    }
    if let start, text.count - start >= 12 { found.append(start..<text.count) }
    return found
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
