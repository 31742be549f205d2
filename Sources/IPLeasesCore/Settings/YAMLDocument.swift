import Yams

/// A YAML document as a plain value. Mapping keys are text, in the order written.
package indirect enum YAMLValue: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case sequence([YAMLValue])
  case mapping([(key: String, value: YAMLValue)])
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
    // An alias used as a key is hashed while the text is composed, which a nest of aliases makes
    // endless.
    guard text.firstRange(of: "? *") == nil, text.firstRange(of: "?*") == nil else {
      throw ReadFailure(line: 0, problem: "an alias as a mapping key is not supported")
    }
    var budget = 100_000
    var values: [YAMLValue] = []
    for node in try compose(text) { values.append(try value(of: node, depth: 0, &budget)) }
    return values
  }

  private static func compose(_ text: String) throws(ReadFailure) -> [Yams.Node] {
    do {
      var nodes: [Yams.Node] = []
      let parser = try Yams.Parser(yaml: text, encoding: .utf8)
      while let node = try parser.nextRoot() { nodes.append(node) }
      return nodes
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

  private static func value(of node: Yams.Node, depth: Int, _ budget: inout Int) throws(ReadFailure)
    -> YAMLValue
  {
    budget -= 1
    guard budget > 0 else { throw ReadFailure(line: 0, problem: "too many nodes") }
    guard depth < 100 else { throw ReadFailure(line: 0, problem: "nested too deep") }
    switch node {
    case .scalar(let scalar): return self.scalar(node, scalar.string)
    case .sequence(let sequence):
      var items: [YAMLValue] = []
      for item in sequence { items.append(try value(of: item, depth: depth + 1, &budget)) }
      return .sequence(items)
    case .mapping(let mapping):
      var pairs: [(key: String, value: YAMLValue)] = []
      for (key, item) in mapping {
        guard let key = key.scalar?.string else {
          throw ReadFailure(line: node.mark?.line ?? 0, problem: "a mapping key is not a word")
        }
        pairs.append((key, try value(of: item, depth: depth + 1, &budget)))
      }
      return .mapping(pairs)
    case .alias: throw ReadFailure(line: node.mark?.line ?? 0, problem: "an alias is not known")
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
