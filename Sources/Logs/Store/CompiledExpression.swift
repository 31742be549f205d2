import Basics
import Glibc

/// A regular expression made ready by the C library. An object, because the library's memory is
/// given back once.
final class CompiledExpression {
  /// For lines of ASCII, where bytes are characters: several times as fast in a UTF-8 locale.
  private let ofBytes: UnsafeMutablePointer<regex_t>
  /// In the locale's own characters.
  private let ofCharacters: UnsafeMutablePointer<regex_t>

  /// A nested star on a long line takes minutes.
  private static let longestLine = 4096

  init(_ text: String, ignoresCase: Bool) throws(UserMessage) {
    let pattern = Self.translated(text)
    ofCharacters = try Self.compiled(pattern, ignoresCase, shown: text)
    // A copy of the plain locale; what the thread had is put back.
    let plain = newlocale(1 << LC_CTYPE, "C", nil)
    let before = uselocale(plain)
    defer {
      uselocale(before)
      if let plain { freelocale(plain) }
    }
    do {
      ofBytes = try Self.compiled(pattern, ignoresCase, shown: text)
    } catch {
      Self.free(ofCharacters)
      throw error
    }
  }

  deinit {
    Self.free(ofBytes)
    Self.free(ofCharacters)
  }

  func matches(_ line: LineBytes) -> Bool {
    let part = line[0..<Self.longestLine]
    // With REG_STARTEND this says how long the text is.
    var extent = regmatch_t(rm_so: 0, rm_eo: regoff_t(part.count))
    guard let base = part.buffer.baseAddress else { return false }
    let text = base.assumingMemoryBound(to: CChar.self)
    let expression = part.isASCII ? ofBytes : ofCharacters
    return regexec(expression, text, 1, &extent, REG_STARTEND) == 0
  }

  private static func compiled(
    _ pattern: String, _ ignoresCase: Bool, shown: String
  ) throws(UserMessage) -> UnsafeMutablePointer<regex_t> {
    let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
    expression.initialize(to: regex_t())
    // Where a match ends is not asked, and finding it takes most of the time.
    let flags = REG_EXTENDED | REG_NOSUB | (ignoresCase ? REG_ICASE : 0)
    let status = regcomp(expression, pattern, flags)
    if status == 0 { return expression }
    var reason = [CChar](repeating: 0, count: 200)
    regerror(status, expression, &reason, reason.count)
    expression.deallocate()
    let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw UserMessage(
      "The pattern \"\(shown)\" cannot be used.",
      reason: String(decoding: bytes, as: UTF8.self), advice: "write \\ before . * + ? ( [ {")
  }

  private static func free(_ expression: UnsafeMutablePointer<regex_t>) {
    regfree(expression)
    expression.deallocate()
  }

  /// `\d` and `\D`, which POSIX does not know.
  private static func translated(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    // Inside brackets the digits stand without brackets of their own.
    var brackets: Substring?
    for character in text {
      if isEscaped {
        switch character {
        case "d": result += brackets == nil ? "[0-9]" : "0-9"
        case "D" where brackets == nil: result += "[^0-9]"
        default: result += "\\\(character)"
        }
        isEscaped = false
        // POSIX knows no escape there: the bracket ends all the same.
        if brackets != nil { brackets = character == "]" ? nil : "x" }
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
        brackets = Self.brackets(brackets, after: character)
      }
    }
    return isEscaped ? result + "\\" : result
  }

  /// What stands in the brackets that are open; nil outside of them.
  private static func brackets(_ open: Substring?, after character: Character) -> Substring? {
    guard let open else { return character == "[" ? "" : nil }
    let isClass = open.contains("[:") && !open.hasSuffix(":")
    let isFirst = open.isEmpty || open == "^"
    if character == "]", !isFirst, !isClass {
      // The end of [:class:], which the brackets around it outlive.
      return open.contains("[:") ? "x" : nil
    }
    return open + String(character)
  }
}
