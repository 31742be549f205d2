/// Edits of a document written in blocks. Each gives the text with only its own lines changed,
/// proved by reading it again; nil where the layout does not allow that.
extension YAMLText {
  package func node(at path: [String]) -> YAMLNode? {
    path.reduce(root as YAMLNode?) { $0?[$1] }
  }

  /// The document with `value` under `path`. What lies above it and is missing is made; a scalar is
  /// replaced, a list gets exactly the items of `value`.
  package func setting(_ path: [String], to value: YAMLNode) -> YAMLText? {
    guard hasPlainLineEnds, let key = path.last, !isTakenOverElsewhere(path) else { return nil }
    let parent = Array(path.dropLast())
    guard let holder = node(at: parent) else {
      return parent.isEmpty ? nil : setting(parent, to: .holding(key, value))
    }
    if holder.says(.empty) || holder.isNull {
      return parent.isEmpty ? nil : filling(parent, with: .holding(key, value))
    }
    guard let pairs = holder.pairs else { return nil }
    guard let index = pairs.firstIndex(where: { $0.key.string == key }) else {
      return inserting(key, value, into: parent)
    }
    let old = pairs[index].value
    if old.says(value) { return self }
    if !usedAnchors(in: pairs[index].key.line...lastLine(of: path)).isEmpty { return nil }
    switch (old.content, value.content) {
    case (.scalar, .scalar(let text, .plain)):
      guard let edit = replacing(old, with: text) else { return nil }
      return proved([edit], at: path, value)
    case (.sequence(let items), .sequence) where !items.isEmpty:
      return replacingItems(of: path, with: value)
    case (_, .sequence), (_, .mapping):
      return old.isNull || old.says(.empty) || old.items?.isEmpty == true
        ? filling(path, with: value) : nil
    case (_, .scalar): return nil
    }
  }

  /// The last line of the pair at `path`, less the comments and blank lines behind it; the key's own
  /// where another pair begins on that line, as in `{a: 1, b: 2}`.
  package func lastLine(of path: [String]) -> Int {
    guard let pair = pair(at: path) else { return lines.count }
    var line = max(limit(of: path) - 1, pair.key.line)
    while line > pair.key.line, isSilent(line) { line -= 1 }
    return line
  }

  // MARK: Places

  /// What lies above the path has an anchor, and an alias leads to it: another place would change too.
  private func isTakenOverElsewhere(_ path: [String]) -> Bool {
    (1...path.count).contains { count in
      guard let pair = pair(at: Array(path.prefix(count))) else { return false }
      let last = max(pair.key.line, pair.value.line - 1)
      return !usedAnchors(in: pair.key.line...last).isEmpty
    }
  }

  private func pair(at path: [String]) -> YAMLNode.Pair? {
    path.last.flatMap { node(at: path.dropLast())?.pair($0) }
  }

  /// The line at which something else than the pair begins.
  private func limit(of path: [String]) -> Int {
    guard let key = path.last else { return lines.count + 1 }
    let parent = Array(path.dropLast())
    let pairs = node(at: parent)?.pairs ?? []
    guard let index = pairs.firstIndex(where: { $0.key.string == key }), index + 1 < pairs.count
    else { return limit(of: parent) }
    return pairs[index + 1].key.line
  }

  /// Blank, or a comment.
  private func isSilent(_ line: Int) -> Bool {
    let text = scalars(ofLine: line).drop { $0 == " " || $0 == "\t" }
    return text.first == nil || text.first == "#"
  }

  private func proved(_ edits: [LineEdit], at path: [String], _ value: YAMLNode) -> YAMLText? {
    proved(edits, says: root.setting(path, to: value))
  }

  // MARK: New pairs

  /// A new pair goes behind the last one whose name begins alike, else to the end, else to the top.
  private func inserting(_ key: String, _ value: YAMLNode, into parent: [String]) -> YAMLText? {
    guard let pairs = node(at: parent)?.pairs, let first = pairs.first,
      first.key.line > (pair(at: parent)?.key.line ?? 0)
    else { return nil }
    let family = key.prefix { $0 != "_" } + "_"
    let relative = pairs.lastIndex { $0.key.string?.hasPrefix(family) ?? false }
    let indent = String(repeating: " ", count: first.key.column - 1)
    let new = value.lines(under: key, indent: indent)
    var places = [relative, pairs.count - 1].compactMap(\.self).map { index in
      (line: lastLine(of: parent + [pairs[index].key.string ?? ""]), index: index + 1)
    }
    places.append((line: first.key.line - 1, index: 0))
    for place in places {
      var changed = pairs
      changed.insert(YAMLNode.Pair(key: .plain(key), value: value), at: place.index)
      let holder = YAMLNode(content: .mapping(changed), tag: node(at: parent)?.tag ?? "")
      let edit = LineEdit.insert(after: place.line, lines: new)
      if let edited = proved([edit], at: parent, holder) { return edited }
    }
    return nil
  }

  /// Gives a key that has nothing (`{}`, `[]`, null, or nothing at all) a block of its own.
  private func filling(_ path: [String], with value: YAMLNode) -> YAMLText? {
    guard let pair = pair(at: path) else { return nil }
    let indent = String(repeating: " ", count: pair.key.column - 1)
    let insertion = LineEdit.insert(
      after: pair.key.line, lines: Array(value.lines(under: "", indent: indent).dropFirst()))
    if pair.value.string?.isEmpty == true { return proved([insertion], at: path, value) }
    return removingEmpty(pair).flatMap { proved([$0, insertion], at: path, value) }
  }

  // MARK: Lists

  private func replacingItems(of path: [String], with value: YAMLNode) -> YAMLText? {
    guard let node = node(at: path), let old = node.items, let new = value.items else { return nil }
    if rest(from: node).first == "[" { return replacingFlow(node, at: path, with: value) }
    guard rest(from: node).first == "-", let first = old.first else { return nil }
    let gap = first.line == node.line ? max(first.column - node.column - 1, 1) : 1
    let head =
      String(repeating: " ", count: node.column - 1) + "-" + String(repeating: " ", count: gap)
    // What is in both lists keeps its line, whichever way it is quoted.
    let difference = new.map(\.string).difference(from: old.map(\.string))
    var edits: [LineEdit] = []
    var kept = Array(old.indices)
    for case .remove(let offset, _, _) in difference.removals {
      guard old[offset].line > 0, isAlone(old[offset], head) else { return nil }
      edits.append(.remove(line: old[offset].line))
      kept.removeAll { $0 == offset }
    }
    var items = kept.map { old[$0] }
    var line = node.line - 1
    for case .insert(let offset, _, _) in difference.insertions {
      if offset > 0, items[offset - 1].line > 0 { line = items[offset - 1].line }
      edits.append(.insert(after: line, lines: [head + new[offset].flowText]))
      items.insert(new[offset], at: offset)
    }
    return proved(edits, at: path, YAMLNode(content: .sequence(items)))
  }

  /// The item is all there is on its line, a comment apart.
  private func isAlone(_ item: YAMLNode, _ head: String) -> Bool {
    guard let length = length(of: item), item.column == head.count + 1 else { return false }
    let tail = scalars(ofLine: item.line).dropFirst(item.column - 1 + length).drop { $0 == " " }
    return tail.first == nil || tail.first == "#"
  }

  /// `[a, b]` on one line.
  private func replacingFlow(
    _ node: YAMLNode, at path: [String], with value: YAMLNode
  ) -> YAMLText? {
    let rest = rest(from: node)
    guard let items = value.items, let close = rest.firstIndex(of: "]"),
      !rest[..<close].contains("#")
    else { return nil }
    let line = scalars(ofLine: node.line)
    let text = "[" + items.map(\.flowText).joined(separator: ", ") + "]"
    let new =
      Array(line[..<(node.column - 1)]) + Array(text.unicodeScalars)
      + line[(node.column + close)...]
    return proved([.replace(line: node.line, with: Self.string(new))], at: path, value)
  }
}

extension YAMLNode {
  static let empty = YAMLNode(content: .mapping([]))

  package static func quoted(_ text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, .doubleQuoted))
  }

  static func holding(_ key: String, _ value: YAMLNode) -> YAMLNode {
    YAMLNode(content: .mapping([Pair(key: .plain(key), value: value)]))
  }

  /// The document with `value` in the place of what is at `path`, which is there or whose parent is.
  func setting(_ path: [String], to value: YAMLNode) -> YAMLNode {
    guard let key = path.first else { return value }
    var result = self
    var pairs = self.pairs ?? []
    let rest = Array(path.dropFirst())
    if let index = pairs.firstIndex(where: { $0.key.string == key }) {
      pairs[index].value = pairs[index].value.setting(rest, to: value)
    } else {
      pairs.append(Pair(key: .plain(key), value: YAMLNode.empty.setting(rest, to: value)))
    }
    result.content = .mapping(pairs)
    return result
  }

  /// As a scalar of a line; only for texts that need no escape.
  fileprivate var flowText: String {
    switch content {
    case .scalar(let text, .plain): text
    case .scalar(let text, _): "\"\(text)\""
    case .mapping, .sequence: ""
    }
  }

  /// The lines of a block: the key's own first.
  fileprivate func lines(under key: String, indent: String) -> [String] {
    switch content {
    case .scalar: ["\(indent)\(key): \(flowText)"]
    case .sequence(let items): ["\(indent)\(key):"] + items.map { "\(indent)  - \($0.flowText)" }
    case .mapping(let pairs):
      ["\(indent)\(key):"]
        + pairs.flatMap { $0.value.lines(under: $0.key.string ?? "", indent: indent + "  ") }
    }
  }
}
