import Foundation

/// Hides secrets in text that is kept or shown: the known ones wherever they stand, and the values of
/// keys whose name says what they hold.
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
    matcher = SecretMatcher(Array(Set(secrets.flatMap(Self.forms))))
  }

  package func redacting(_ text: String) -> String {
    let rest = SecretKeys.hiding(in: matcher.replacing(in: text, with: Self.mark))
    return hidesShapes ? SecretShapes.hiding(in: rest) : rest
  }

  /// The value, what it is the base64 of, its own base64, its JSON form, and the longer lines of each.
  private static func forms(of secret: String) -> [String] {
    let whole = secret.trimmingCharacters(in: .whitespacesAndNewlines)
    guard whole.count >= 4 else { return [] }
    var forms = [whole, Data(secret.utf8).base64EncodedString()]
    let packed = String(whole.unicodeScalars.filter { !$0.properties.isWhitespace })
    if let data = Data(base64Encoded: packed), let text = String(validating: data, as: UTF8.self) {
      let inner = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if inner.count >= 4 { forms += [inner, packed] }
    }
    for form in forms {
      let lines = form.split(whereSeparator: \.isNewline)
      if lines.count > 1 {
        forms += lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.count >= 8 }
      }
      if form.contains(where: { $0 == "\"" || $0 == "\\" || $0.isNewline }) {
        forms.append(escaped(form))
      }
    }
    return forms
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
  }
}
