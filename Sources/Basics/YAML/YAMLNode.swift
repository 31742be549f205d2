import Yams

/// A YAML document as a value: what it says and where in the text it says it.
package struct YAMLNode: Hashable, Sendable {
  package enum Style: Hashable, Sendable {
    case plain
    case singleQuoted
    case doubleQuoted
    /// Literal or folded, over several lines.
    case block
  }

  package struct Pair: Hashable, Sendable {
    package var key: YAMLNode
    package var value: YAMLNode

    package init(
      key: YAMLNode, value: YAMLNode
    ) {
      self.key = key
      self.value = value
    }
  }

  package enum Content: Hashable, Sendable {
    case scalar(String, Style)
    case mapping([Pair])
    case sequence([YAMLNode])
  }

  package var content: Content
  /// An explicit tag (`!!str`); "" where there is none.
  package var tag = ""
  /// From 1, in the text as libyaml counts.
  package var line = 0
  /// From 1, in code points.
  package var column = 0

  package init(
    content: Content, tag: String = "", line: Int = 0, column: Int = 0
  ) {
    self.content = content
    self.tag = tag
    self.line = line
    self.column = column
  }

  package var string: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  package var pairs: [Pair]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  package var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  package var isNull: Bool {
    guard case .scalar(let text, .plain) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// As helm reads it: the words of YAML 1.1, unquoted.
  package var bool: Bool? {
    guard case .scalar(let text, .plain) = content else { return nil }
    switch text {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return false
    default: return nil
    }
  }

  package func pair(_ key: String) -> Pair? { pairs?.first { $0.key.string == key } }

  package subscript(key: String) -> YAMLNode? { pair(key)?.value }

  package static func plain(_ text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, .plain))
  }

  package static func mapping(_ pairs: KeyValuePairs<String, YAMLNode>) -> YAMLNode {
    YAMLNode(content: .mapping(pairs.map { Pair(key: plain($0.key), value: $0.value) }))
  }

  /// The same document, wherever it stands. A plain scalar and a quoted one are not the same.
  package func says(_ other: YAMLNode) -> Bool {
    guard tag == other.tag else { return false }
    switch (content, other.content) {
    case (.scalar(let a, let x), .scalar(let b, let y)):
      return a == b && (x == .plain) == (y == .plain)
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.says($1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && zip(a, b).allSatisfy { $0.key.says($1.key) && $0.value.says($1.value) }
    case (.scalar, _), (.sequence, _), (.mapping, _): return false
    }
  }
}

extension YAMLNode {
  package struct TooManyNodes: Error {
    /// The outermost key below which the limit was passed.
    package var key: String?
    package var line = 0
  }

  package init(_ node: Yams.Node, budget: inout Int) throws {
    budget -= 1
    if budget < 0 { throw TooManyNodes() }
    line = node.mark?.line ?? 0
    column = node.mark?.column ?? 0
    switch node {
    case .scalar(let scalar):
      let style: Style =
        switch scalar.style {
        case .any, .plain: .plain
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal, .folded: .block
        }
      content = .scalar(scalar.string, style)
      tag = Self.explicit(scalar.tag) {
        style == .plain ? Resolver.default.resolveTag(of: Self.untagged(scalar)) : .str
      }
    case .mapping(let mapping):
      var pairs: [Pair] = []
      for (key, value) in mapping {
        let name = try YAMLNode(key, budget: &budget)
        do {
          pairs.append(Pair(key: name, value: try YAMLNode(value, budget: &budget)))
        } catch is TooManyNodes {
          throw TooManyNodes(key: name.string, line: name.line)
        }
      }
      content = .mapping(pairs)
      tag = Self.explicit(mapping.tag) { .map }
    case .sequence(let sequence):
      var items: [YAMLNode] = []
      for item in sequence { items.append(try YAMLNode(item, budget: &budget)) }
      content = .sequence(items)
      tag = Self.explicit(sequence.tag) { .seq }
    case .alias:
      throw TooManyNodes()
    }
  }

  /// A tag that says no more than what the text says without it counts as none: composing puts
  /// such tags on the keys of mappings.
  private static func explicit(_ tag: Tag, _ implied: () -> Tag.Name) -> String {
    let name = "\(tag)"
    return name.isEmpty || name == implied().rawValue ? "" : name
  }

  private static func untagged(_ scalar: Yams.Node.Scalar) -> Yams.Node {
    .scalar(Yams.Node.Scalar(scalar.string, .implicit, scalar.style))
  }
}
