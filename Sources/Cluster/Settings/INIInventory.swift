import Basics

/// An inventory in INI form, read into the tree that the same inventory in YAML has: groups with
/// `hosts`, `vars` and `children`; a group whose sections stand apart is there more than once
/// (ansible-core: plugins/inventory/ini.py@v2.14.18).
enum INIInventory {
  static func tree(_ text: String, _ path: String) throws(UserMessage) -> YAMLNode {
    var groups: [YAMLNode.Pair] = []
    var group = "ungrouped"
    var section = "hosts"
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = Substring(line.trimmingWhitespace)
      if words.isEmpty || words.hasPrefix("#") || words.hasPrefix(";") { continue }
      if words.hasPrefix("["), let head = head(words) {
        (group, section) = head
        groups.append(pair(group, .mapping([:])))
        continue
      }
      guard let entry = entry(words, section) else {
        throw UserMessage(
          "\(SafeText.line(path, limit: 200)) is no inventory that can be read.",
          reason: "line \(index + 1) fits neither YAML nor the section \(section) of an INI file",
          advice: "See what ansible-inventory -i FILE --list says of it.")
      }
      groups.append(pair(group, node([pair(section, node([entry]))])))
    }
    return node(groups)
  }

  /// `[name]`, `[name:vars]`, `[name:children]`.
  private static func head(_ line: Substring) -> (group: String, section: String)? {
    guard let close = line.firstIndex(of: "]") else { return nil }
    let rest = line[line.index(after: close)...].drop(while: \.isWhitespace)
    guard rest.isEmpty || rest.hasPrefix("#") else { return nil }
    let parts = line[..<close].dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, !name.contains(where: \.isWhitespace) else {
      return nil
    }
    if parts.count == 1 { return (String(name), "hosts") }
    let sections = ["hosts", "children", "vars"]
    return parts.count == 2 && sections.contains(String(parts[1]))
      ? (String(name), String(parts[1])) : nil
  }

  private static func entry(_ line: Substring, _ section: String) -> YAMLNode.Pair? {
    switch section {
    case "vars":
      guard let sign = line.firstIndex(of: "=") else { return nil }
      return pair(
        String(line[..<sign]).trimmingWhitespace,
        PythonLiteral.value(String(line[line.index(after: sign)...]).trimmingWhitespace))
    case "children":
      let name = line.prefix { $0 != "#" }
      let word = String(name).trimmingWhitespace
      return word.contains(where: \.isWhitespace) || word.contains(":")
        ? nil : pair(word, .plain(""))
    default:
      guard let words = words(of: line), let pattern = words.first, pattern != "---" else {
        return nil
      }
      var variables: [YAMLNode.Pair] = []
      for word in words.dropFirst() {
        guard let sign = word.firstIndex(of: "=") else { return nil }
        variables.append(
          pair(String(word[..<sign]), PythonLiteral.value(String(word[word.index(after: sign)...])))
        )
      }
      return pair(pattern, node(variables))
    }
  }

  /// The words of a line as a shell splits them, up to a comment; nil where a quote stays open.
  private static func words(of line: Substring) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    loop: for character in line {
      if isEscaped {
        // Within double quotes a backslash counts only before what it can hide.
        if quote == "\"", character != "\"", character != "\\" { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
        isEscaped = false
        continue
      }
      switch (character, quote) {
      case ("\\", nil), ("\\", "\""): isEscaped = true
      case (let sign, .some(let open)) where sign == open: quote = nil
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case ("#", nil): break loop
      case (let blank, nil) where blank.isWhitespace:
        if let done = word { words.append(done) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if quote != nil || isEscaped { return nil }
    return words + [word].compactMap(\.self)
  }

  private static func node(_ pairs: [YAMLNode.Pair]) -> YAMLNode {
    YAMLNode(content: .mapping(pairs))
  }

  private static func pair(_ key: String, _ value: YAMLNode) -> YAMLNode.Pair {
    YAMLNode.Pair(key: .plain(key), value: value)
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Substring {
  fileprivate var trimmingWhitespace: String { String(self).trimmingWhitespace }
}
