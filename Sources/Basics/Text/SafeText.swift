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

  /// Several lines, each made harmless.
  package static func lines(_ text: some StringProtocol, limit: Int = 2_000) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0, limit: limit) }
  }
}
