/// Values as JSON gives them.
enum PlainValue: Hashable, Sendable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case decimal(Double)
  case text(String)
  case list([PlainValue])
  case map([String: PlainValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let decimal = try? value.decode(Double.self) {
      self = .decimal(decimal)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([PlainValue].self) {
      self = .list(list)
    } else {
      self = .map(try value.decode([String: PlainValue].self))
    }
  }

  /// The map as helm prints it with `-o yaml`; nil if it holds anything whose writing is not beyond
  /// doubt, or nothing.
  var helmText: String? {
    guard case .map(let map) = self, !map.isEmpty else { return nil }
    var lines: [String] = []
    guard Self.write(map, indent: "", to: &lines) else { return nil }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func write(
    _ map: [String: PlainValue], indent: String, to lines: inout [String]
  ) -> Bool {
    for key in map.keys.sorted() {
      guard let value = map[key], isPlain(key),
        write(value, after: "\(indent)\(key):", indent: indent, to: &lines)
      else { return false }
    }
    return true
  }

  private static func write(
    _ value: PlainValue, after start: String, indent: String, to lines: inout [String]
  ) -> Bool {
    switch value {
    case .list(let items) where !items.isEmpty:
      lines.append(start)
      return items.allSatisfy { item in
        if case .map(let map) = item, !map.isEmpty {
          let first = lines.count
          guard write(map, indent: "\(indent)  ", to: &lines) else { return false }
          lines[first] = "\(indent)- \(lines[first].dropFirst(indent.count + 2))"
          return true
        }
        guard let word = word(item) else { return false }
        lines.append("\(indent)- \(word)")
        return true
      }
    case .map(let map) where !map.isEmpty:
      lines.append(start)
      return write(map, indent: "\(indent)  ", to: &lines)
    default:
      guard let word = word(value) else { return false }
      lines.append("\(start) \(word)")
      return true
    }
  }

  private static func word(_ value: PlainValue) -> String? {
    switch value {
    case .null: "null"
    case .bool(let bool): String(bool)
    // helm holds a number as a Double, and writes large and small ones with an exponent.
    case .integer(let integer): abs(integer) < 1_000_000 ? String(integer) : nil
    case .decimal(let decimal):
      "\(decimal)".wholeMatch(of: /-?\d{1,5}\.\d{1,4}/).map { String($0.output) }
    case .text(""): "\"\""
    case .text(let text): isPlain(text) ? text : isQuoted(text) ? "\"\(text)\"" : nil
    case .list(let items): items.isEmpty ? "[]" : nil
    case .map(let map): map.isEmpty ? "{}" : nil
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
