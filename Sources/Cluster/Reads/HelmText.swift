import Basics

extension JSONValue {
  /// A map as helm prints it with `-o yaml`; nil if it holds anything whose writing is not beyond
  /// doubt, or nothing.
  var helmText: String? {
    guard case .object(let fields) = self, !fields.isEmpty, isBeyondDoubt else { return nil }
    return YAMLWriter.text(self)
  }

  private var isBeyondDoubt: Bool {
    switch self {
    case .null, .bool: true
    // helm holds a number as a Double, and writes large and small ones with an exponent.
    case .int(let number): abs(number) < 1_000_000
    case .double(let number): "\(number)".wholeMatch(of: /-?\d{1,5}\.\d{1,4}/) != nil
    case .string(let text): text.isEmpty || Self.isPlain(text) || Self.isQuoted(text)
    case .array(let items): items.allSatisfy { $0.items.isEmpty && $0.isBeyondDoubt }
    case .object(let fields): fields.allSatisfy { Self.isPlain($0.key) && $0.value.isBeyondDoubt }
    }
  }

  /// It means itself without quotes in every version of YAML.
  private static func isPlain(_ text: String) -> Bool {
    // A version; or a duration or a size: no number in any notation has such a letter.
    if text.wholeMatch(of: /\d+\.\d+\.\d+/) != nil
      || text.wholeMatch(of: /\d+[A-Za-z\d]*[g-np-wyzG-NP-WYZ][A-Za-z\d]*/) != nil
    {
      return true
    }
    let marks = "_./:@%+=-"
    return text.first.map { $0.isASCII && $0.isLetter } ?? false
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0)) }
      && !text.hasSuffix(":") && !words.contains(text.lowercased())
  }

  /// Without quotes it would be a number or a truth value.
  private static func isQuoted(_ text: String) -> Bool {
    ["true", "false"].contains(text)
      || text.wholeMatch(of: /0|[1-9]\d{0,8}|\d{1,4}\.\d{1,6}/) != nil
  }

  private static let words: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
  ]
}
