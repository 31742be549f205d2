import Foundation

/// One way in which a secret may be written.
struct SecretForm: Hashable, Sendable {
  var bytes: [UInt8]
  /// Words of a language stand in it, of which each by itself is no secret.
  var hasWords: Bool

  /// Every form of a secret that is looked for: the value, what it is the base64 of, the base64 of
  /// both wherever in a longer text they stand, the longer lines and the keys inside.
  static func all(of secret: String) -> [SecretForm] {
    let whole = secret.trimmingCharacters(in: .whitespacesAndNewlines)
    guard whole.utf8.count >= SecretMatcher.shortest else { return [] }
    let packed = String(whole.unicodeScalars.filter { !$0.properties.isWhitespace })
    var texts = [Array(whole.utf8)]
    if packed != whole { texts.append(Array(packed.utf8)) }
    if let inner = SecretEncodings.decoded(packed), inner.count >= SecretMatcher.shortest {
      texts.append(inner)
    }
    return texts.flatMap { plain($0) + encoded($0) }
  }

  private static func plain(_ text: [UInt8]) -> [SecretForm] {
    let words = text.split(whereSeparator: isBlank)
    guard words.count > 1 else { return [SecretForm(bytes: text, hasWords: false)] }
    let lines = text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    return [SecretForm(bytes: text, hasWords: true)]
      + lines.filter { $0.count >= 8 }.map { SecretForm(bytes: Array($0), hasWords: true) }
      + words.filter(isKey).map { SecretForm(bytes: Array($0), hasWords: false) }
  }

  /// A key, a token, a line of PEM: letters, digits and no word.
  private static func isKey(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 16, let text = String(validating: word, as: UTF8.self) else { return false }
    let letters = text.filter(\.isLetter)
    let isMixed = letters.contains(where: \.isUppercase) && letters.contains(where: \.isLowercase)
    return text.allSatisfy { $0.isLetter || $0.isNumber || "+/=_-".contains($0) }
      && text.contains(where: \.isNumber) && (isMixed || !text.contains { "+/_-".contains($0) })
  }

  /// The base64 at the three places a text may have in a longer one: without the letters at its
  /// ends that also hold bits of its neighbours.
  private static func encoded(_ text: [UInt8]) -> [SecretForm] {
    (0..<3).compactMap { shift in
      let code = Array(Data([UInt8](repeating: 0, count: shift) + text).base64EncodedString().utf8)
      let first = (8 * shift + 5) / 6
      let end = 8 * (shift + text.count) / 6
      guard end - first >= 6 else { return nil }
      return SecretForm(bytes: Array(code[first..<end]), hasWords: false)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }
}
