import Foundation

/// Finds every occurrence of many strings in one pass over a text (Aho-Corasick over UTF-8): the
/// cost is that of the text, however many secrets there are.
struct SecretMatcher: Sendable {
  private struct Node {
    var failure = 0
    /// Length in bytes of the longest secret that ends here; 0 if none does.
    var longest = 0
  }

  private var nodes = [Node()]
  private var edges: [Int: Int] = [:]
  /// The bytes a secret begins with: most bytes of a text are none of them.
  private var begins = [Bool](repeating: false, count: 256)

  init(_ secrets: [String]) {
    var firstLevels: [[(parent: Int, byte: UInt8, child: Int)]] = []
    for secret in secrets where !secret.isEmpty {
      var node = 0
      if let first = secret.utf8.first { begins[Int(first)] = true }
      for (depth, byte) in secret.utf8.enumerated() {
        if firstLevels.count <= depth { firstLevels.append([]) }
        if let next = edges[Self.edge(node, byte)] {
          node = next
        } else {
          nodes.append(Node())
          edges[Self.edge(node, byte)] = nodes.count - 1
          firstLevels[depth].append((node, byte, nodes.count - 1))
          node = nodes.count - 1
        }
      }
      nodes[node].longest = secret.utf8.count
    }
    // Breadth first: a node's failure link is shorter than the node.
    for (depth, level) in firstLevels.enumerated() {
      for (parent, byte, child) in level {
        let failure = depth == 0 ? 0 : step(from: nodes[parent].failure, byte)
        nodes[child].failure = failure
        nodes[child].longest = max(nodes[child].longest, nodes[failure].longest)
      }
    }
  }

  var isEmpty: Bool { nodes.count == 1 }

  /// The text with every covered stretch replaced.
  func replacing(in text: String, with mark: String) -> String {
    if isEmpty { return text }
    let bytes = Array(text.utf8)
    var covered: [Range<Int>] = []
    var node = 0
    for (index, byte) in bytes.enumerated() {
      if node == 0, !begins[Int(byte)] { continue }
      node = step(from: node, byte)
      let length = nodes[node].longest
      if length == 0 { continue }
      var found = index + 1 - length..<index + 1
      while let last = covered.last, last.upperBound >= found.lowerBound {
        found = min(last.lowerBound, found.lowerBound)..<found.upperBound
        covered.removeLast()
      }
      covered.append(found)
    }
    if covered.isEmpty { return text }
    var result: [UInt8] = []
    var position = 0
    for range in covered {
      result += bytes[position..<range.lowerBound] + Array(mark.utf8)
      position = range.upperBound
    }
    result += bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }

  private func step(from start: Int, _ byte: UInt8) -> Int {
    var node = start
    while true {
      if let next = edges[Self.edge(node, byte)] { return next }
      if node == 0 { return 0 }
      node = nodes[node].failure
    }
  }

  private static func edge(_ node: Int, _ byte: UInt8) -> Int { node << 8 | Int(byte) }
}
