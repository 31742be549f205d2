import Addresses
import Basics
import Cluster

/// From where an L2Advertisement announces, as it is wanted. nil: as it is.
package struct AnnouncementReach: Hashable, Sendable, Codable {
  package enum Part: String, Hashable, Sendable, CaseIterable {
    case nodes
    case interfaces
  }

  /// Each a label selector as kubectl's `-l` takes it, one of which a node must match; none: every
  /// node.
  package var nodes: [String]?
  /// None: every interface.
  package var interfaces: [String]?

  package init(nodes: [String]? = nil, interfaces: [String]? = nil) {
    self.nodes = nodes
    self.interfaces = interfaces
  }

  /// As the advertisement has it now, in full.
  package init(_ advertisement: L2Advertisement) {
    let selectors = advertisement.spec?.nodeSelectors ?? []
    // One that is empty lets every node in, whatever stands beside it.
    nodes = selectors.contains(where: \.isEmpty) ? [] : selectors.map(\.written)
    interfaces = advertisement.spec?.interfaces ?? []
  }

  package var isEmpty: Bool { nodes == nil && interfaces == nil }
  package var count: Int { [nodes, interfaces].count { $0 != nil } }

  package subscript(part: Part) -> [String]? {
    get {
      switch part {
      case .nodes: nodes
      case .interfaces: interfaces
      }
    }
    set {
      switch part {
      case .nodes: nodes = newValue
      case .interfaces: interfaces = newValue
      }
    }
  }

  /// What `other` wants goes before what was wanted.
  mutating func merge(_ other: AnnouncementReach) {
    for part in Part.allCases { self[part] = other[part] ?? self[part] }
  }

  /// What is left to do over an advertisement as it is now.
  package func missing(in advertisement: L2Advertisement) -> AnnouncementReach {
    let now = AnnouncementReach(advertisement)
    var missing = self
    if let nodes, nodes.map(Self.normal) == now.nodes { missing.nodes = nil }
    if interfaces == now.interfaces { missing.interfaces = nil }
    return missing
  }

  /// - Throws: which of the texts is no selector.
  func selectors() throws(UserMessage) -> [LabelSelector]? {
    guard let nodes else { return nil }
    var selectors: [LabelSelector] = []
    for text in nodes { selectors.append(try LabelSelector(parsing: text)) }
    return selectors
  }

  private static func normal(_ text: String) -> String {
    (try? LabelSelector(parsing: text))?.written ?? text
  }
}

// MARK: As one line of text

extension AnnouncementReach {
  /// The parts of a list as typed in one line: " or " or a semicolon between them.
  package static func list(_ text: String, _ part: Part) -> [String] {
    let pieces =
      switch part {
      case .nodes: text.replacing(" or ", with: ";").split(separator: ";")
      case .interfaces: text.replacing(" or ", with: " ").split { " ,;\t".contains($0) }
      }
    return pieces.map { String(AddressRange.trimmed($0)) }.filter { !$0.isEmpty }
  }

  /// What `list` reads back.
  package static func text(_ list: [String], _ part: Part) -> String {
    list.joined(separator: part == .nodes ? " or " : " ")
  }
}

// MARK: Problems

extension AnnouncementReach {
  /// What would be wrong with the advertisement.
  ///
  /// - Parameters:
  ///   - nodes: labels by the node's name; nil where they are not known.
  ///   - others: the other pools it announces, which it changes for as well.
  package func problems(
    of name: String, nodes: [String: [String: String]]?, others: [String]
  ) -> [PoolProblem] {
    let name = SafeText.line(name, limit: 80)
    var problems: [PoolProblem] = []
    problems += nodeProblems(name, nodes)
    problems += interfaceProblems(name)
    if !isEmpty, !others.isEmpty {
      let names = others.sorted().map { SafeText.line($0, limit: 40) }.joined(separator: ", ")
      problems.append(
        PoolProblem(
          .warning,
          "\(name) announces \(others.count == 1 ? "the pool" : "the pools") \(names) too: "
            + "it changes there as well.",
          fix: "make an advertisement of its own for this pool, if that is not meant"))
    }
    return problems.filter { $0.severity == .error } + problems.filter { $0.severity == .warning }
  }

  private func nodeProblems(
    _ name: String, _ nodes: [String: [String: String]]?
  ) -> [PoolProblem] {
    var problems = twice(self.nodes?.map(Self.normal), "node selector", name)
    var read: [(text: String, selector: LabelSelector)] = []
    for text in self.nodes ?? [] {
      do throws(UserMessage) { read.append((text, try LabelSelector(parsing: text))) } catch {
        problems.append(PoolProblem(.error, error.what, fix: error.advice))
      }
    }
    guard let nodes, !read.isEmpty, read.count == self.nodes?.count else { return problems }
    let idle = read.filter { part in !nodes.values.contains { part.selector.matches($0) } }
    let some = nodes.keys.sorted().prefix(4).joined(separator: ", ")
    let fix: Advice =
      "kubectl get nodes --show-labels; there are \(SafeText.line(some, limit: 120))"
    if idle.count == read.count {
      let which = read.map { SafeText.line($0.text, limit: 80) }.joined(separator: " or ")
      problems.append(
        PoolProblem(
          .error,
          "No node of the cluster matches \(which): nobody would answer for the addresses that "
            + "\(name) announces.", fix: fix))
    } else {
      problems += idle.map {
        PoolProblem(
          .warning, "No node of the cluster matches \(SafeText.line($0.text, limit: 80)).",
          fix: fix)
      }
    }
    return problems
  }

  private func interfaceProblems(_ name: String) -> [PoolProblem] {
    var problems = twice(interfaces, "interface", name)
    problems += (interfaces ?? []).filter { !Self.isInterface($0) }.map { text in
      PoolProblem(
        .error,
        "\"\(SafeText.line(text, limit: 40))\" is no name Linux gives an interface: 1 to 15 bytes, "
          + "no blank, slash or colon.", fix: "ip -br link tells the names on a node")
    }
    if problems.isEmpty, interfaces?.isEmpty == false {
      problems.append(
        PoolProblem(
          .warning,
          "The cluster does not tell which interfaces its nodes have: a node without any of them "
            + "answers for no address.", fix: "ip -br link tells the names on a node"))
    }
    return problems
  }

  /// MetalLB refuses a selector that stands twice.
  private func twice(_ list: [String]?, _ what: String, _ name: String) -> [PoolProblem] {
    let list = list ?? []
    guard let text = list.first(where: { text in list.count { $0 == text } > 1 }) else { return [] }
    return [
      PoolProblem(
        .error, "The \(what) \(SafeText.line(text, limit: 80)) stands twice in \(name).",
        fix: "remove one of the two")
    ]
  }

  /// As the kernel judges a name (linux: net/core/dev.c, dev_valid_name).
  private static func isInterface(_ name: String) -> Bool {
    (1...15).contains(name.utf8.count) && name != "." && name != ".."
      && !name.unicodeScalars.contains {
        $0.value <= 0x20 || $0.value == 0x7F || "/:".contains(Character($0))
      }
  }
}
