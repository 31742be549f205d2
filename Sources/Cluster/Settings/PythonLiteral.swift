import Basics

/// A value of an INI inventory: a literal of Python where it is one, else the text as it is
/// (`ast.literal_eval`, with which Ansible reads it).
enum PythonLiteral {
  static func value(_ text: String) -> YAMLNode {
    var reader = Reader(rest: Substring(text))
    guard let value = reader.value(depth: 0) else { return .quoted(text) }
    reader.skipBlanks()
    return reader.rest.isEmpty || reader.rest.first == "#" ? value : .quoted(text)
  }

  private struct Reader {
    var rest: Substring

    mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }

    mutating func value(depth: Int) -> YAMLNode? {
      skipBlanks()
      switch rest.first {
      case "[": return list("]", depth)
      case "(": return tuple(depth)
      case "{": return mapping(depth)
      case "'", "\"": return string().map(YAMLNode.quoted)
      default: return word()
      }
    }

    private mutating func list(_ end: Character, _ depth: Int) -> YAMLNode? {
      items(end, depth).map { YAMLNode(content: .sequence($0.items)) }
    }

    /// Brackets around one value without a comma are no tuple.
    private mutating func tuple(_ depth: Int) -> YAMLNode? {
      guard let (items, commas) = items(")", depth) else { return nil }
      return items.count == 1 && commas == 0 ? items[0] : YAMLNode(content: .sequence(items))
    }

    private mutating func items(_ end: Character, _ depth: Int) -> (items: [YAMLNode], commas: Int)?
    {
      guard depth < 40 else { return nil }
      rest.removeFirst()
      var items: [YAMLNode] = []
      var commas = 0
      while true {
        skipBlanks()
        if rest.first == end {
          rest.removeFirst()
          return (items, commas)
        }
        guard items.count == commas, let item = value(depth: depth + 1) else { return nil }
        items.append(item)
        skipBlanks()
        if rest.first == "," {
          rest.removeFirst()
          commas += 1
        }
      }
    }

    private mutating func mapping(_ depth: Int) -> YAMLNode? {
      guard depth < 40 else { return nil }
      rest.removeFirst()
      var pairs: [YAMLNode.Pair] = []
      var commas = 0
      while true {
        skipBlanks()
        if rest.first == "}" {
          rest.removeFirst()
          return YAMLNode(content: .mapping(pairs))
        }
        guard pairs.count == commas, let key = value(depth: depth + 1) else { return nil }
        skipBlanks()
        guard rest.first == ":" else { return nil }
        rest.removeFirst()
        guard let value = value(depth: depth + 1) else { return nil }
        pairs.append(YAMLNode.Pair(key: key, value: value))
        skipBlanks()
        if rest.first == "," {
          rest.removeFirst()
          commas += 1
        }
      }
    }

    /// With the escapes that stand for one sign each; others make it a text of its own.
    private mutating func string() -> String? {
      let quote = rest.removeFirst()
      var text = ""
      while let sign = rest.popFirst() {
        if sign == quote { return text }
        guard sign == "\\" else {
          text.append(sign)
          continue
        }
        switch rest.popFirst() {
        case .some(let sign) where "\\'\"".contains(sign): text.append(sign)
        case "n": text.append("\n")
        case "t": text.append("\t")
        default: return nil
        }
      }
      return nil
    }

    private mutating func word() -> YAMLNode? {
      let word = rest.prefix { $0.isLetter || $0.isNumber || "+-._".contains($0) }
      rest = rest.dropFirst(word.count)
      switch word {
      case "True": return .plain("true")
      case "False": return .plain("false")
      case "None": return .plain("null")
      default:
        let digits = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word
        guard !digits.isEmpty, digits.allSatisfy({ "0"..."9" ~= $0 || $0 == "." }),
          digits.filter({ $0 == "." }).count <= 1, digits != ".",
          digits == "0" || !digits.hasPrefix("0") || digits.hasPrefix("0.")
        else { return nil }
        return .plain(word.hasPrefix("+") ? String(digits) : String(word))
      }
    }
  }
}
