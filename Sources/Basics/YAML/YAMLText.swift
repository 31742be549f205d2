import Yams

/// One YAML document read under bounds, with its text kept, so that single places of it can be
/// changed and every other byte stays. Errors never quote the text: it may hold secrets.
package struct YAMLText: Hashable, Sendable {
  package let lines: FileLines
  package let root: YAMLNode
  private let allowsAliases: Bool
  /// The names of anchors that an alias of the text leads to.
  private let usedNames: Set<String>

  package static let mostBytes = 1 << 20
  static let mostNodes = 100_000

  /// - Parameters:
  ///   - name: what the text is, for messages ("provider.yaml").
  ///   - allowsAliases: takes an alias for a word of its own, not for what it stands for.
  package init(parsing text: String, name: String, allowsAliases: Bool = false) throws(UserMessage)
  {
    self.allowsAliases = allowsAliases
    guard text.utf8.count <= Self.mostBytes else {
      throw UserMessage(
        "\(name) is too large.", reason: "it has \(text.utf8.count) bytes; 1 MiB is the most",
        advice: "check that it is the right file")
    }
    lines = FileLines(text)
    var body = lines.body
    let uses = YAMLAliases(body).uses
    usedNames = Set(uses.map(\.name))
    if allowsAliases {
      body = Self.hiding(uses, in: body)
    } else if let alias = uses.first?.name {
      throw UserMessage(
        "\(name) cannot be edited safely.",
        reason: "it uses the YAML alias *\(SafeText.line(alias, limit: 40))",
        advice: "write the value out in both places")
    }
    do {
      guard let node = try Yams.compose(yaml: body, .default, .default, .utf8) else {
        throw UserMessage(
          "\(name) is empty.", advice: "check the command that wrote it, and that it succeeded")
      }
      var budget = Self.mostNodes
      root = try YAMLNode(node, budget: &budget)
    } catch {
      throw Self.message(for: error, name: name)
    }
  }

  /// Lines as libyaml counts them are lines as editors count them. Not so with a lone CR, NEL, LS
  /// or PS.
  package var hasPlainLineEnds: Bool {
    !lines.lines.contains { line in
      line.unicodeScalars.contains { ["\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
    }
  }

  /// The line of the text, from 1, as code points; empty where there is none.
  package func scalars(ofLine line: Int) -> [Unicode.Scalar] {
    guard (1...max(lines.count, 1)).contains(line), lines.count > 0 else { return [] }
    return Array(lines.lines[line - 1].unicodeScalars)
  }

  /// The code points from where the node begins to the end of its line.
  package func rest(from node: YAMLNode) -> [Unicode.Scalar] {
    let line = scalars(ofLine: node.line)
    guard (1...line.count + 1).contains(node.column) else { return [] }
    return Array(line[(node.column - 1)...])
  }

  /// How many code points a scalar takes on its line; nil where it is not wholly on one line.
  package func length(of node: YAMLNode) -> Int? {
    guard case .scalar(let text, let style) = node.content, node.tag.isEmpty else { return nil }
    let rest = rest(from: node)
    switch style {
    case .block: return nil
    case .plain:
      let wanted = Array(text.unicodeScalars)
      return rest.starts(with: wanted) ? wanted.count : nil
    case .singleQuoted:
      guard rest.first == "'" else { return nil }
      var index = 1
      while index < rest.count {
        if rest[index] == "'" {
          guard index + 1 < rest.count, rest[index + 1] == "'" else { return index + 1 }
          index += 1
        }
        index += 1
      }
      return nil
    case .doubleQuoted:
      guard rest.first == "\"" else { return nil }
      var index = 1
      while index < rest.count {
        if rest[index] == "\"" { return index + 1 }
        index += rest[index] == "\\" ? 2 : 1
      }
      return nil
    }
  }

  /// The line of a scalar with another plain scalar in its place; nil where the scalar is not
  /// wholly on one line.
  package func replacing(_ node: YAMLNode, with plain: String) -> LineEdit? {
    guard let length = length(of: node) else { return nil }
    var line = scalars(ofLine: node.line)
    let start = node.column - 1
    // After a key without a value a blank is missing: `key:`.
    let gap = length == 0 && start > 0 && line[start - 1] != " " ? " " : ""
    line.replaceSubrange(start..<(start + length), with: (gap + plain).unicodeScalars)
    return .replace(line: node.line, with: Self.string(line))
  }

  /// The line of an empty value (`[]`, `{}`, `null`) without it and the blanks around it; nil where
  /// it is none or not wholly on the line of its key.
  package func removingEmpty(_ pair: YAMLNode.Pair) -> LineEdit? {
    guard pair.value.line == pair.key.line else { return nil }
    let rest = rest(from: pair.value)
    let length: Int
    switch pair.value.content {
    case .scalar:
      guard pair.value.isNull, let scalar = self.length(of: pair.value) else { return nil }
      length = scalar
    case .sequence(let items):
      guard items.isEmpty, rest.first == "[", let close = rest.firstIndex(of: "]") else {
        return nil
      }
      length = close + 1
    case .mapping(let pairs):
      guard pairs.isEmpty, rest.first == "{", let close = rest.firstIndex(of: "}") else {
        return nil
      }
      length = close + 1
    }
    let line = scalars(ofLine: pair.value.line)
    var head = Array(line[..<(pair.value.column - 1)])
    while head.last == " " || head.last == "\t" { head.removeLast() }
    var whole = head + line[(pair.value.column - 1 + length)...]
    while whole.last == " " || whole.last == "\t" { whole.removeLast() }
    return .replace(line: pair.value.line, with: Self.string(whole))
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The edited text, if it says exactly what is expected; else nil.
  package func proved(_ edits: [LineEdit], says expected: YAMLNode) -> YAMLText? {
    guard let edited = try? lines.applying(edits),
      let text = try? YAMLText(parsing: edited.text, name: "", allowsAliases: allowsAliases),
      text.root.says(expected)
    else { return nil }
    return text
  }

  // MARK: Bounds

  /// The text with the star of each alias made a letter, so that nothing is taken over by it and
  /// every line and column stays.
  private static func hiding(_ uses: [YAMLAliases.Use], in text: String) -> String {
    if uses.isEmpty { return text }
    var bytes = Array(text.utf8)
    for use in uses { bytes[use.start] = UInt8(ascii: "_") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The anchors that begin in these lines, from 1, and that an alias of the text leads to.
  func usedAnchors(in range: ClosedRange<Int>) -> Set<String> {
    if usedNames.isEmpty { return [] }
    let part = lines.lines[(range.lowerBound - 1)...(range.upperBound - 1)]
    return YAMLAliases(part.joined(separator: "\n")).anchors.intersection(usedNames)
  }

  private static func message(for error: any Error, name: String) -> UserMessage {
    if let message = error as? UserMessage { return message }
    guard let error = error as? YamlError else {
      return UserMessage(
        "\(name) is too large.", reason: "it has more than \(mostNodes) values",
        advice: "check that it is the right file")
    }
    return UserMessage(
      "\(name) is not one readable YAML document.", reason: reason(of: error),
      advice: "correct the line, or capture the values again")
  }

  /// What the reader found wrong, and where; nothing of the text but names of keys.
  package static func reason(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return "line \(mark.line): \(problem)"
    case .reader(let problem, _, _, _): return problem
    case .duplicatedKeysInMapping(let keys, let context):
      let shown = keys.filter(isShowable).joined(separator: ", ")
      return "the key \(shown) is there twice in the mapping of line \(context.mark.line)"
    case .dataCouldNotBeDecoded: return "it is not UTF-8"
    case .no, .memory, .writer, .emitter, .representer: return "the YAML reader failed"
    }
  }

  /// Looks like a key of a configuration, not like a secret at its place.
  package static func isShowable(_ key: String) -> Bool {
    (1...40).contains(key.utf8.count)
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "."), UInt8(ascii: "/"):
          true
        default: false
        }
      }
  }
}
