/// Text from a cluster, a log or a tool, made harmless for a terminal.
package enum SafeText {
  /// One line: control characters, escape sequences and bidirectional overrides become visible
  /// or vanish, line ends become blanks, and what is longer than `limit` characters is cut with
  /// "…".
  package static func line(_ text: some StringProtocol, limit: Int = 2_000) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      if count >= limit {
        result.append("…")
        break
      }
      switch scalar.value {
      case 0x0A, 0x0D, 0x09: result.append(" ")
      case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
      default:
        if isUnseen(scalar) { continue }
        result.append(scalar)
      }
      count += 1
    }
    return String(result)
  }

  /// Takes no cell of its own, and may turn the text around it: marks of direction, joiners,
  /// selectors of a variant.
  package static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x2028, 0x2029, 0xFEFF,
      0xFE00...0xFE0F, 0x1F3FB...0x1F3FF, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// Must not reach a terminal as it is, where a format has an escape for it: controls, what is not
  /// seen, and what is no character.
  package static func wantsEscape(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || isUnseen(scalar)
      || scalar.properties.generalCategory == .format
      || scalar.value >= 0xFFFE && scalar.value < 0x10000
  }

  /// A text of many lines as it may be written to a terminal or a file: only line ends and tabs are
  /// left of what controls it.
  package static func shown(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09
    }
    if isPlain { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x09: result.append(scalar)
      case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
      default: if !isUnseen(scalar) { result.append(scalar) }
      }
    }
    return String(result)
  }

  /// JSON in which what `shown` would take away is written as escapes: inside of strings is the only
  /// place for it.
  package static func shownJSON(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x7F }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x7F, wantsEscape(scalar) {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Without the escape sequences that a terminal would take.
  package static func withoutEscapes(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x1B || $0 == 0xC2 }) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let length = escapeLength(at: index, in: bytes)
      if length == 0 { result.append(bytes[index]) }
      index += max(length, 1)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// How many bytes of UTF-8 a terminal would show nothing for: an escape sequence, or a character
  /// that takes no cell. 0: it shows this one.
  static func unseenLength(at index: Int, in bytes: [UInt8]) -> Int {
    let escape = escapeLength(at: index, in: bytes)
    guard escape == 0, bytes[index] >= 0xC2 else { return escape }
    let length = bytes[index] >= 0xF0 ? 4 : bytes[index] >= 0xE0 ? 3 : 2
    let text = String(decoding: bytes[index..<min(index + length, bytes.count)], as: UTF8.self)
    guard let scalar = text.unicodeScalars.first else { return 0 }
    // U+FFFD is what is left of bytes that are no text.
    return wantsEscape(scalar) || scalar == "\u{FFFD}" ? length : 0
  }

  /// By ECMA-48: CSI with its parameters, strings up to their end, and the short ones.
  private static func escapeLength(at index: Int, in bytes: [UInt8]) -> Int {
    let isShort = bytes[index] == 0xC2 && index + 1 < bytes.count && bytes[index + 1] == 0x9B
    guard isShort || bytes[index] == 0x1B else { return 0 }
    var next = index + (isShort ? 2 : 1)
    guard next < bytes.count else { return next - index }
    if isShort || bytes[next] == UInt8(ascii: "[") {
      if !isShort { next += 1 }
      while next < bytes.count, (0x20...0x3F).contains(bytes[next]) { next += 1 }
      return min(next + 1, bytes.count) - index
    }
    if "]PX^_".utf8.contains(bytes[next]) {
      // One without an end would take the rest of the text along.
      let end = bytes[next...].prefix(longestString).firstIndex { $0 == 0x07 || $0 == 0x1B }
      guard let end else { return 2 }
      return (bytes[end] == 0x1B ? min(end + 2, bytes.count) : end + 1) - index
    }
    while next < bytes.count, (0x20...0x2F).contains(bytes[next]) { next += 1 }
    return min(next + 1, bytes.count) - index
  }

  private static let longestString = 4_096

  /// Several lines, each made harmless.
  package static func lines(_ text: some StringProtocol, limit: Int = 2_000) -> [String] {
    // By scalars: CR LF is one character.
    let scalars = String(text).unicodeScalars
    return scalars.split(separator: "\n", omittingEmptySubsequences: false).map { part in
      line(Substring(part.last == "\r" ? part.dropLast() : part), limit: limit)
    }
  }
}
