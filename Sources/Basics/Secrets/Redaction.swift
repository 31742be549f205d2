/// Hides secrets in text that is kept or shown: the known ones wherever they stand and however they
/// are written, those of URLs, and the values of keys whose name says what they hold.
package struct Redaction: Sendable {
  /// The strings it was made from, for handing them to the process that supervises a change.
  package let secrets: [String]
  /// Also hides what only looks like a secret: the known ones are not all.
  package var hidesShapes: Bool
  private let matcher: SecretMatcher

  package static let mark = "(hidden)"

  /// - Parameter secrets: whole values, as they stand in a file. Fewer than 4 characters are not
  ///   searched for: hiding every "1" would hide the text and show the secret.
  package init(secrets: [String] = [], hidesShapes: Bool = false) {
    self.secrets = secrets
    self.hidesShapes = hidesShapes
    matcher = SecretMatcher(Array(Set(Set(secrets).flatMap(SecretForm.all))))
  }

  /// Also without the escape sequences of terminals: they may stand in the middle of a secret.
  package func redacting(_ text: String) -> String {
    var keys = SecretKeys.Scanner()
    return redacting(text, after: &keys)
  }

  /// - Parameter keys: what the text before has left open.
  package func redacting(_ text: String, after keys: inout SecretKeys.Scanner) -> String {
    let clean = SafeText.withoutEscapes(text)
    let rest = keys.hide(URLSecrets.hiding(in: hidingKnown(in: clean)))
    return hidesShapes ? SecretShapes.hiding(in: rest) : rest
  }

  /// What comes next may make a secret of the end of the text.
  package func mayGoOn(after text: [UInt8]) -> Bool { matcher.mayGoOn(after: text) }

  private func hidingKnown(in text: String) -> String {
    if matcher.isEmpty { return text }
    let bytes = Array(text.utf8)
    let hidden = matcher.stretches(in: bytes)
    if hidden.isEmpty { return text }
    var result: [UInt8] = []
    var position = 0
    for range in hidden {
      result += bytes[position..<range.lowerBound]
      result += Self.mark.utf8
      position = range.upperBound
    }
    result += bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }
}
