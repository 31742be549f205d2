import Basics
import Glibc

/// A regular expression made ready: the C library says whether it is one, and what is wrong with it.
/// It does not search, since a pattern or a line made for it takes all time and all memory.
final class CompiledExpression {
  private let search: LinearExpression

  /// The longest part of a line that is searched.
  private static let longestLine = 4096

  init(_ text: String, ignoresCase: Bool) throws(UserMessage) {
    let pattern = Self.translated(text)
    try Self.check(pattern, shown: text)
    search = try LinearExpression(pattern, ignoresCase: ignoresCase)
  }

  func matches(_ line: LineBytes) -> Bool { search.isFound(in: line[0..<Self.longestLine].buffer) }

  private static func check(_ pattern: String, shown: String) throws(UserMessage) {
    var expression = regex_t()
    let status = regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB)
    if status == 0 { return regfree(&expression) }
    var reason = [CChar](repeating: 0, count: 200)
    regerror(status, &expression, &reason, reason.count)
    let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw UserMessage(
      "The pattern \"\(shown)\" cannot be used.",
      reason: String(decoding: bytes, as: UTF8.self), advice: "write \\ before . * + ? ( [ {")
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
