/// Long values in JSON, shortened for the eye.
package enum LongValues {
  /// Quoted texts longer than this are shortened; their beginning tells which they are.
  private static let limit = 160
  private static let kept = 40

  /// The line with every long quoted text cut and its length said.
  package static func shortened(_ line: String) -> String {
    guard line.utf8.count > limit else { return line }
    var result = ""
    var value: [Character] = []
    var isInside = false
    var isEscaped = false
    for character in line {
      guard isInside else {
        result.append(character)
        isInside = character == "\""
        continue
      }
      if character == "\"", !isEscaped {
        result += shown(value) + "\""
        value = []
        isInside = false
        continue
      }
      isEscaped = character == "\\" && !isEscaped
      value.append(character)
    }
    return result + shown(value)
  }

  private static func shown(_ value: [Character]) -> String {
    guard value.count > limit else { return String(value) }
    var start = value.prefix(kept)
    // Half an escape sequence would read as something else.
    while start.last == "\\" { start.removeLast() }
    return String(start) + "… (\(value.count) characters)"
  }
}
