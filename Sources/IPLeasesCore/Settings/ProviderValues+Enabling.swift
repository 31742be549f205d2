import Basics
import Cluster

extension ProviderValues {
  /// The text of a file is this text, or this text as `enabling` edits it.
  package func matchesCapture(_ existing: String, attributes names: [String]) -> Bool {
    if existing.utf8.elementsEqual(yaml.lines.text.utf8) { return true }
    guard let edit = try? enabling(attributes: names) else { return false }
    return existing.utf8.elementsEqual(edit.text.utf8)
  }

  /// An edit that is proved: the edited text, read again, says the old values with only the
  /// intended paths changed.
  package struct Edit: Hashable, Sendable {
    /// The whole edited file, secrets inside.
    package let text: String
    /// By line of the text before; they hold no secret.
    package let edits: [LineEdit]
    /// For people, secrets hidden; "" where nothing is to be changed.
    package let diff: String
  }

  /// Sets `ipoperator: true` and each attribute to `true`.
  ///
  /// - Throws: `UserMessage` where that cannot be done with every other byte kept; says what to
  ///   write by hand.
  package func enabling(
    ipOperator: Bool = true, attributes names: [String]
  ) throws(UserMessage) -> Edit {
    for name in names where !Self.isAttributeName(name) {
      throw UserMessage(
        "\"\(SafeText.line(name, limit: 130))\" cannot be an attribute.",
        reason: "the chain takes a letter and then letters, digits, _ / . or -",
        advice: "give another name, for example ip-lease")
    }
    guard yaml.hasPlainLineEnds else {
      throw byHand("it has line ends that editors do not count as such", names)
    }
    guard yaml.rest(from: yaml.root).first != "{" else {
      throw byHand("it is written in braces, so secrets may share a line with what changes", names)
    }
    let goal = try goal(ipOperator, names)
    for placement in Placement.allCases {
      guard let candidate = candidate(goal, placement),
        let edited = yaml.proved(candidate.edits, says: candidate.expected)
      else { continue }
      guard !candidate.edits.contains(where: holdsSecret) else { continue }
      return Edit(
        text: edited.lines.text, edits: candidate.edits,
        diff: ProviderDiff.make(old: yaml, new: edited, secrets: secretValues))
    }
    throw byHand("its layout is not one that can be edited with every other byte kept", names)
  }

  static func isAttributeName(_ name: String) -> Bool {
    guard (2...127).contains(name.utf8.count), let first = name.utf8.first else { return false }
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isLetter(first)
      && name.utf8.allSatisfy { byte in
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || Array("_/.-".utf8).contains(byte)
      }
  }

  // MARK: What is to be done

  private struct Goal {
    var setsOperator: Bool
    /// Items of `attributes` whose value is not true.
    var corrected: [Int] = []
    /// Attributes that are not there.
    var added: [String] = []
  }

  /// Where new lines go. Tried in this order until the proof holds: an end may lie in a block
  /// scalar or behind an end mark.
  private enum Placement: CaseIterable {
    case end
    case itemsFirst
    case keysFirst
    case allFirst

    var itemsAtEnd: Bool { self == .end || self == .keysFirst }
    var keysAtEnd: Bool { self == .end || self == .itemsFirst }
  }

  private func goal(_ wanted: Bool, _ names: [String]) throws(UserMessage) -> Goal {
    var goal = Goal(setsOperator: wanted && ipOperator != true)
    let node = yaml.root["attributes"]
    if let node, !node.isNull, node.items == nil {
      throw byHand("attributes is not a list", names)
    }
    let items = node?.items ?? []
    let keys = items.map { $0["key"]?.string }
    if keys.contains(nil) {
      throw byHand("an item of attributes has no key", names)
    }
    var seen: Set<String> = []
    for name in names where seen.insert(name).inserted {
      let places = keys.indices.filter { keys[$0] == name }
      if places.count > 1 {
        throw UserMessage(
          "\(Self.name) has the attribute \(name) twice.",
          reason: "the chain refuses a provider with an attribute twice",
          advice: "remove one of the two")
      }
      guard let place = places.first else {
        goal.added.append(name)
        continue
      }
      guard let value = items[place]["value"] else {
        throw byHand("attribute \(name) has no value", names)
      }
      if value.string != "true" { goal.corrected.append(place) }
    }
    return goal
  }

  private func byHand(_ reason: String, _ names: [String]) -> UserMessage {
    let items = names.map { "{key: \($0), value: true}" }.joined(separator: ", ")
    return UserMessage(
      "\(Self.name) was not edited.", reason: reason,
      advice: "write it by hand: ipoperator: true at the top level"
        + (names.isEmpty ? "" : ", and in attributes the items \(items)"))
  }

  private func holdsSecret(_ edit: LineEdit) -> Bool {
    let lines: [String] =
      switch edit {
      case .insert(_, let lines): lines
      case .replace(_, let line): [line]
      case .remove: []
      }
    return lines.contains { ProviderSecrets.isTold(in: $0, secretValues) }
  }

  // MARK: How it is done

  private struct Candidate {
    var edits: [LineEdit] = []
    var expected: YAMLNode
    /// Lines for the top level, in the order they are to stand.
    var topLevel: [String] = []
    var newPairs: [YAMLNode.Pair] = []
  }

  /// nil where this layout cannot be edited this way.
  private func candidate(_ goal: Goal, _ placement: Placement) -> Candidate? {
    guard var pairs = yaml.root.pairs, let firstKey = pairs.first?.key else { return nil }
    let indent = String(repeating: " ", count: firstKey.column - 1)
    var candidate = Candidate(expected: yaml.root)
    guard changeAttributes(goal, placement, indent, &pairs, &candidate) else { return nil }
    if goal.setsOperator {
      if let index = pairs.firstIndex(where: { $0.key.string == "ipoperator" }) {
        guard let edit = yaml.replacing(pairs[index].value, with: "true") else { return nil }
        candidate.edits.append(edit)
        pairs[index].value = .plain("true")
      } else {
        candidate.topLevel.append(indent + "ipoperator: true")
        candidate.newPairs.append(
          YAMLNode.Pair(key: .plain("ipoperator"), value: .plain("true")))
      }
    }
    if !candidate.topLevel.isEmpty {
      let place = placement.keysAtEnd ? yaml.lines.count : firstKey.line - 1
      candidate.edits.append(.insert(after: place, lines: candidate.topLevel))
    }
    pairs = placement.keysAtEnd ? pairs + candidate.newPairs : candidate.newPairs + pairs
    candidate.expected.content = .mapping(pairs)
    return candidate
  }

  private func changeAttributes(
    _ goal: Goal, _ placement: Placement, _ indent: String,
    _ pairs: inout [YAMLNode.Pair], _ candidate: inout Candidate
  ) -> Bool {
    let newItems = goal.added.map { name in
      YAMLNode.mapping(["key": .plain(name), "value": .plain("true")])
    }
    guard let index = pairs.firstIndex(where: { $0.key.string == "attributes" }) else {
      if newItems.isEmpty { return true }
      candidate.topLevel += [indent + "attributes:"] + lines(goal.added, indent: indent)
      candidate.newPairs.append(
        YAMLNode.Pair(
          key: .plain("attributes"), value: YAMLNode(content: .sequence(newItems))))
      return true
    }
    let pair = pairs[index]
    var items = pair.value.items ?? []
    for place in goal.corrected {
      guard var fields = items[place].pairs,
        let field = fields.firstIndex(where: { $0.key.string == "value" }),
        let edit = yaml.replacing(fields[field].value, with: "true")
      else { return false }
      candidate.edits.append(edit)
      fields[field].value = .plain("true")
      items[place].content = .mapping(fields)
    }
    if !newItems.isEmpty {
      guard let edits = insertion(of: goal.added, into: pair, placement, indent) else {
        return false
      }
      candidate.edits += edits
      items = placement.itemsAtEnd ? items + newItems : newItems + items
    }
    if !items.isEmpty { pairs[index].value.content = .sequence(items) }
    return true
  }

  private func lines(_ names: [String], indent: String, gap: Int = 1) -> [String] {
    let blanks = String(repeating: " ", count: gap)
    return names.flatMap { name -> [String] in
      ["\(indent)-\(blanks)key: \(name)", "\(indent) \(blanks)value: true"]
    }
  }

  private func insertion(
    of names: [String], into pair: YAMLNode.Pair, _ placement: Placement, _ indent: String
  ) -> [LineEdit]? {
    let node = pair.value
    guard let items = node.items, let first = items.first else {
      return emptied(pair, lines(names, indent: indent))
    }
    // A flow sequence begins with a bracket.
    guard yaml.rest(from: node).first == "-" else { return nil }
    let gap = first.line == node.line ? max(first.column - node.column - 1, 1) : 1
    let new = lines(
      names, indent: String(repeating: " ", count: node.column - 1), gap: gap)
    let place = placement.itemsAtEnd ? lastLine(of: items, column: node.column) : pair.key.line
    return [.insert(after: place, lines: new)]
  }

  /// `attributes: []`, `attributes: null` or nothing after the colon: what stands there goes, and
  /// the items follow.
  private func emptied(_ pair: YAMLNode.Pair, _ items: [String]) -> [LineEdit]? {
    let insertion = LineEdit.insert(after: pair.key.line, lines: items)
    if pair.value.string?.isEmpty == true { return [insertion] }
    return yaml.removingEmpty(pair).map { [$0, insertion] }
  }

  /// The last line that belongs to a block sequence whose dashes stand in `column`: comments and
  /// blank lines behind it belong to what follows.
  private func lastLine(of items: [YAMLNode], column: Int) -> Int {
    var last = items.last?.line ?? 0
    var line = last + 1
    while line <= yaml.lines.count {
      let scalars = yaml.scalars(ofLine: line)
      let text = scalars.drop { $0 == " " }
      if let first = text.first {
        let isDeeper = scalars.count - text.count >= column
        if isDeeper, first != "#" {
          last = line
        } else if !isDeeper, first != "#" {
          break
        }
      }
      line += 1
    }
    return last
  }
}
