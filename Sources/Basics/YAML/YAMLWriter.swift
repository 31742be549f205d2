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
      case .string(let text) where text.contains("\n"):
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

  /// Plain where a reader would take it for text, else in double quotes.
  private static func quoted(_ text: String) -> String {
    let reserved: Set<String> = [
      "", "true", "false", "yes", "no", "on", "off", "null", "~", "y", "n",
    ]
    let isPlain =
      !reserved.contains(text.lowercased()) && Double(text) == nil
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 }
      && text.first.map { !"!&*-?:[]{},#|>@`\"'% =".contains($0) } ?? false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && !text.hasSuffix(" ")
    return isPlain ? text : JSONText.compact(.string(text))
  }
}
