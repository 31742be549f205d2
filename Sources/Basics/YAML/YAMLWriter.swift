/// Writes values as YAML the way helm and kubectl do: keys sorted, a list at the level of its key.
package enum YAMLWriter {
  package static func text(_ value: JSONValue) -> String {
    var lines: [String] = []
    switch value {
    case .object(let fields) where !fields.isEmpty: write(fields, indent: 0, into: &lines)
    case .array(let items) where !items.isEmpty: write(items, indent: 0, into: &lines)
    default: lines.append(scalar(value))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func write(
    _ fields: [String: JSONValue], indent: Int, into lines: inout [String]
  ) {
    let blanks = String(repeating: " ", count: indent)
    for key in fields.keys.sorted() {
      let value = fields[key] ?? .null
      let head = blanks + quoted(key) + ":"
      switch value {
      case .object(let inner) where !inner.isEmpty:
        lines.append(head)
        write(inner, indent: indent + 2, into: &lines)
      case .array(let items) where !items.isEmpty:
        lines.append(head)
        write(items, indent: indent, into: &lines)
      case .string(let text) where isBlock(text):
        lines.append(head + " |" + (text.hasSuffix("\n") ? "" : "-"))
        let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
        for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
          lines.append(line.isEmpty ? "" : blanks + "  " + line)
        }
      default: lines.append(head + " " + scalar(value))
      }
    }
  }

  private static func write(_ items: [JSONValue], indent: Int, into lines: inout [String]) {
    let blanks = String(repeating: " ", count: indent)
    for item in items {
      var inner: [String] = []
      switch item {
      case .object(let fields) where !fields.isEmpty:
        write(fields, indent: indent + 2, into: &inner)
      case .array(let items) where !items.isEmpty: write(items, indent: indent + 2, into: &inner)
      default: inner = [blanks + "  " + scalar(item)]
      }
      let first = inner[0].dropFirst(indent + 2)
      lines.append(blanks + "- " + first)
      lines += inner.dropFirst()
    }
  }

  private static func scalar(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    default: JSONText.compact(value)
    }
  }

  /// Lines that come back as they are: a first blank would be taken for more indentation.
  private static func isBlock(_ text: String) -> Bool {
    guard text.contains("\n"), let first = text.first, !first.isWhitespace else { return false }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isPlain($0) }
  }

  /// Not one that a reader takes for a line end, or refuses.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }

  /// In double quotes, with escapes for what may not stand there.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in JSONText.compact(.string(text)).unicodeScalars {
      if isPlain(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }

  /// Digits as YAML 1.1 counts them, among them times of day and dates.
  private static func isNumberOrTime(_ text: String) -> Bool {
    guard let first = text.first, first.isASCII, first.isNumber || "+-.".contains(first) else {
      return false
    }
    if Double(text.replacing("_", with: "")) != nil || text.hasPrefix("0o") { return true }
    if [".inf", ".nan", "-.inf", "+.inf"].contains(text.lowercased()) { return true }
    let isDate = text.prefixMatch(of: /\d{4}-\d{1,2}-\d{1,2}/) != nil
    return isDate || text.wholeMatch(of: /[-+]?\d+(:[0-5]?\d)+(\.\d*)?/) != nil
  }

  /// Plain where a reader would take it for text, else in double quotes.
  private static func quoted(_ text: String) -> String {
    let reserved: Set<String> = [
      "", "true", "false", "yes", "no", "on", "off", "null", "~", "y", "n",
    ]
    let isPlain =
      !reserved.contains(text.lowercased()) && !isNumberOrTime(text) && Double(text) == nil
      && text.unicodeScalars.allSatisfy(isPlain)
      && text.first.map { !"!&*-?:[]{},#|>@`\"'% =".contains($0) } ?? false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && !text.hasSuffix(" ")
    return isPlain ? text : escaped(text)
  }
}
