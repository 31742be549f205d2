import Glibc

/// What is searched, kept or hidden: plain text, or a regular expression.
package struct LogPattern: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case plain
    /// POSIX extended, with `\d` and `\w` as most people type them.
    case regex
  }

  package let kind: Kind
  package let text: String
  /// Small letters find capitals, too; a capital in the pattern finds only itself.
  package let ignoresCase: Bool

  /// nil for an empty text.
  package init?(plain text: String) {
    guard !text.isEmpty, !text.utf8.contains(0x0A) else { return nil }
    kind = .plain
    self.text = text
    ignoresCase = !text.contains { $0.isUppercase }
  }

  package init(regex text: String) throws(UserMessage) {
    kind = .regex
    self.text = text
    ignoresCase = !text.contains { $0.isUppercase }
    guard !text.isEmpty else { throw UserMessage("An empty pattern finds nothing.") }
    // References back make a search take for ever on a line made for it.
    if text.contains(/\\[1-9]/) {
      throw UserMessage(
        "The pattern \"\(text)\" cannot be used.", reason: "references back are not supported",
        advice: "write the text twice")
    }
    _ = try CompiledPattern(self)
  }
}

/// A pattern made ready for one search; it lives no longer than that.
struct CompiledPattern: ~Copyable {
  private let needle: [UInt8]
  private let ignoresCase: Bool
  private var expression: regex_t?

  /// A nested star on a long line takes minutes.
  static let longestLine = 4096

  init(_ pattern: LogPattern) throws(UserMessage) {
    ignoresCase = pattern.ignoresCase
    switch pattern.kind {
    case .plain:
      needle =
        pattern.ignoresCase ? Array(pattern.text.lowercased().utf8) : Array(pattern.text.utf8)
      expression = nil
    case .regex:
      needle = []
      var compiled = regex_t()
      let flags = REG_EXTENDED | (pattern.ignoresCase ? REG_ICASE : 0)
      let status = regcomp(&compiled, Self.translated(pattern.text), flags)
      guard status == 0 else {
        var reason = [CChar](repeating: 0, count: 200)
        regerror(status, &compiled, &reason, reason.count)
        let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        throw UserMessage(
          "The pattern \"\(pattern.text)\" cannot be used.",
          reason: String(decoding: bytes, as: UTF8.self), advice: "write \\ before . * + ? ( [ {")
      }
      expression = compiled
    }
  }

  deinit {
    if var expression { regfree(&expression) }
  }

  /// Found by looking for these very bytes, so that many lines can be searched at once.
  var isExact: Bool { expression == nil && !ignoresCase }

  borrowing func matches(_ line: LineBytes) -> Bool { firstMatch(in: line) != nil }

  /// Where the first match begins and ends.
  borrowing func firstMatch(in line: LineBytes, from start: Int = 0) -> Range<Int>? {
    if let expression { return Self.match(expression, line, start) }
    return needle.withUnsafeBytes { needle in
      let place =
        ignoresCase
        ? Self.firstIndex(in: line, ofSmall: needle, from: start)
        : line.firstIndex(of: needle, from: start)
      return place.map { $0..<$0 + needle.count }
    }
  }

  private static func match(_ expression: regex_t, _ line: LineBytes, _ start: Int) -> Range<Int>? {
    let part = line[start..<min(line.count, longestLine)]
    guard let base = part.buffer.baseAddress else { return nil }
    var expression = expression
    var match = regmatch_t(rm_so: 0, rm_eo: regoff_t(part.count))
    let text = base.assumingMemoryBound(to: CChar.self)
    guard regexec(&expression, text, 1, &match, REG_STARTEND) == 0 else { return nil }
    return start + Int(match.rm_so)..<start + Int(match.rm_eo)
  }

  /// ASCII only: the capitals of other scripts are found as they are typed.
  private static func firstIndex(
    in line: LineBytes, ofSmall needle: UnsafeRawBufferPointer, from start: Int
  ) -> Int? {
    guard line.count - start >= needle.count else { return nil }
    let first = needle[0]
    for index in start...line.count - needle.count where small(line[index]) == first {
      var length = 1
      while length < needle.count, small(line[index + length]) == needle[length] { length += 1 }
      if length == needle.count { return index }
    }
    return nil
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// `\d` and `\D`, which POSIX does not know.
  private static func translated(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        switch character {
        case "d": result += "[0-9]"
        case "D": result += "[^0-9]"
        default: result += "\\\(character)"
        }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return isEscaped ? result + "\\" : result
  }
}
