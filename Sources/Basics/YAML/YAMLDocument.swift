import Yams

/// A YAML document as a plain value. Mapping keys are text, in the order written.
package indirect enum YAMLValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case sequence([YAMLValue])
  case mapping([Pair])

  package struct Pair: Hashable, Sendable {
    package var key: String
    package var value: YAMLValue

    package init(key: String, value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }

  /// What stands behind a key of a mapping.
  package subscript(key: String) -> YAMLValue? {
    guard case .mapping(let pairs) = self else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }
}

/// Reads YAML text under bounds: 1 MiB, 100 levels, 100,000 nodes after aliases are followed, no
/// alias as a mapping key.
package enum YAMLDocument {
  /// Why a text could not be read. `line` counts from 1, 0 where no line is to blame.
  package struct ReadFailure: Error, Hashable, Sendable {
    package var line: Int
    package var problem: String

    package init(line: Int, problem: String) {
      self.line = line
      self.problem = problem
    }
  }

  /// Every document of the stream, in order.
  package static func read(_ text: String) throws(ReadFailure) -> [YAMLValue] {
    guard text.utf8.count <= 1 << 20 else {
      throw ReadFailure(line: 0, problem: "larger than 1 MiB")
    }
    let named = YAMLAliases.naming(in: text)
    var values: [YAMLValue] = []
    var reader = Reader(token: named.token)
    let (nodes, parser) = try compose(named.text)
    // The nodes know their anchors for as long as the parser lives.
    defer { withExtendedLifetime(parser) {} }
    for node in nodes { values.append(try reader.document(node)) }
    return values
  }

  /// The documents of a stream as JSON has them; empty ones are left out.
  package static func json(in text: String) throws(ReadFailure) -> [JSONValue] {
    try read(text).map { JSONValue($0) }.filter { !$0.isNull }
  }

  /// The aliases of the text are plain words here: what they stand for is taken over by `Reader`.
  private static func compose(_ text: String) throws(ReadFailure)
    -> (nodes: [Yams.Node], parser: Yams.Parser)
  {
    do {
      var nodes: [Yams.Node] = []
      let parser = try Yams.Parser(yaml: text, encoding: .utf8)
      while let node = try parser.nextRoot() { nodes.append(node) }
      return (nodes, parser)
    } catch {
      throw failure(error)
    }
  }

  private static func failure(_ error: any Error) -> ReadFailure {
    switch error as? YamlError {
    case .parser(_, let problem, let mark, _), .scanner(_, let problem, let mark, _):
      ReadFailure(line: mark.line, problem: problem)
    case .composer(_, let problem, let mark, _):
      ReadFailure(line: mark.line, problem: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      ReadFailure(line: context.mark.line, problem: "key \(keys.first ?? "") is set twice")
    default: ReadFailure(line: 0, problem: "not YAML")
    }
  }

  /// Turns nodes into values, following aliases under one budget.
  private struct Reader {
    /// Begins the words that stand for aliases.
    let token: String
    private var anchors: [String: Yams.Node] = [:]
    private var budget = 100_000

    init(token: String) { self.token = token }

    mutating func document(_ node: Yams.Node) throws(ReadFailure) -> YAMLValue {
      anchors = [:]
      return try value(of: node, depth: 0, isFollowed: false)
    }

    /// - Parameter isFollowed: it stands for an alias, and its anchors are known already.
    private mutating func value(
      of node: Yams.Node, depth: Int, isFollowed: Bool
    ) throws(ReadFailure) -> YAMLValue {
      budget -= 1
      guard budget > 0 else { throw ReadFailure(line: 0, problem: "too many nodes") }
      guard depth < 100 else { throw ReadFailure(line: 0, problem: "nested too deep") }
      let value: YAMLValue
      switch node {
      case .scalar(let scalar):
        if scalar.style == .plain, scalar.string.hasPrefix(token) {
          guard let target = anchors[String(scalar.string.dropFirst(token.count))] else {
            throw ReadFailure(line: node.mark?.line ?? 0, problem: "an alias is not known")
          }
          return try self.value(of: target, depth: depth + 1, isFollowed: true)
        }
        value = YAMLDocument.scalar(node, written(scalar.string))
      case .sequence(let sequence):
        var items: [YAMLValue] = []
        for item in sequence {
          items.append(try self.value(of: item, depth: depth + 1, isFollowed: isFollowed))
        }
        value = .sequence(items)
      case .mapping(let mapping):
        var pairs: [YAMLValue.Pair] = []
        for (key, item) in mapping {
          let word = try word(of: key, node)
          if !isFollowed, let anchor = key.anchor { anchors[anchor.rawValue] = key }
          pairs.append(
            YAMLValue.Pair(
              key: word, value: try self.value(of: item, depth: depth + 1, isFollowed: isFollowed)))
        }
        value = .mapping(pairs)
      case .alias: throw ReadFailure(line: node.mark?.line ?? 0, problem: "an alias is not known")
      }
      if !isFollowed, let anchor = node.anchor { anchors[anchor.rawValue] = node }
      return value
    }

    private func word(of key: Yams.Node, _ mapping: Yams.Node) throws(ReadFailure) -> String {
      guard case .scalar(let scalar) = key else {
        throw ReadFailure(line: mapping.mark?.line ?? 0, problem: "a mapping key is not a word")
      }
      guard scalar.style != .plain || !scalar.string.hasPrefix(token) else {
        throw ReadFailure(
          line: key.mark?.line ?? 0, problem: "an alias as a mapping key is not supported")
      }
      return written(scalar.string)
    }

    /// What looked like an alias in a longer or quoted text was none.
    private func written(_ text: String) -> String {
      text.contains(token) ? text.replacing(token, with: "*") : text
    }
  }

  private static func scalar(_ node: Yams.Node, _ text: String) -> YAMLValue {
    switch node.tag.description {
    case "tag:yaml.org,2002:null": .null
    case "tag:yaml.org,2002:bool": node.bool.map { .bool($0) } ?? .string(text)
    case "tag:yaml.org,2002:int": node.int.map { .int($0) } ?? .string(text)
    case "tag:yaml.org,2002:float": node.float.map { .double($0) } ?? .string(text)
    default: .string(text)
    }
  }
}

extension JSONValue {
  fileprivate init(_ value: YAMLValue) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .double(number)
    case .string(let text): self = .string(text)
    case .sequence(let items): self = .array(items.map { JSONValue($0) })
    case .mapping(let pairs):
      var fields: [String: JSONValue] = [:]
      for pair in pairs { fields[pair.key] = JSONValue(pair.value) }
      self = .object(fields)
    }
  }
}
