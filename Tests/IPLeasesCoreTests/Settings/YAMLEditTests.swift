import Foundation
import TestSupport
import Testing

@testable import Basics

/// Edits of one value with every other byte kept, whatever the layout: it is edited, or it is not.
struct YAMLEditTests {
  /// What people write, in blocks, in flow and in both.
  private static let texts = [
    "metallb_enabled: true\nmetallb_config:\n  address_pools:\n    default: {ip_range: [198.51.100.0/28], auto_assign: true}\n  layer2: [default]\n",
    "a: {b: 1, c: [x, y], d: {e: f}}\ng: h\n",
    "# top\na:\n  - x # one\n  - y\n\nb: {}\nc: # none\n  d: \"e\"\n  f: 'g'\n",
    "a: &one {b: 1}\nc: *one\nd:\n  <<: *one\n  e: [1, 2,\n      3]\n",
    "{a: 1, b: {c: [d,\n e]}, f: g}\n", "a: |\n  text\n  more\nb: >-\n  x\n",
    "- a: 1\n  b: [2]\n- c\n",
    "a:\n- b\n-   c\nd:\n    e: f\n    g:\n    - h\n", "x: [a, b]\ny: []\nz:\n",
  ]
  private static let pieces = [
    "\n", " ", "  ", "{", "}", "[", "]", ", ", ": ", "- ", "#", "&a ", "*a", "\"", "'", "|\n", "? ",
    "\t", "\r\n", "\u{85}", "\u{2028}", "<<: ", "!!str ", "a", "é", "---\n", "...\n", "%", "~",
  ]
  private static let names = [
    "a", "b", "c", "d", "metallb_config", "address_pools", "default", "x",
  ]
  private static let values: [YAMLNode] = [
    .plain("true"), YAMLNode(content: .sequence([.quoted("203.0.113.0/28")])),
    YAMLNode(content: .sequence([])), .holding("k", .plain("v")),
  ]

  static func mutated(_ random: inout SeededRandom) -> String {
    var scalars = Array(texts[random.below(texts.count)].unicodeScalars)
    for _ in 0...random.below(4) {
      let start = random.below(scalars.count + 1)
      switch random.below(3) {
      case 0: scalars.removeSubrange(start..<min(scalars.count, start + random.below(6)))
      case 1:
        scalars.insert(contentsOf: pieces[random.below(pieces.count)].unicodeScalars, at: start)
      default:
        let end = min(scalars.count, start + random.below(30))
        scalars.insert(contentsOf: scalars[start..<end], at: random.below(scalars.count + 1))
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func paths(_ node: YAMLNode, _ above: [String] = []) -> [[String]] {
    guard above.count < 5 else { return [] }
    return (node.pairs ?? []).flatMap { pair -> [[String]] in
      guard let key = pair.key.string else { return [] }
      return [above + [key]] + paths(pair.value, above + [key])
    }
  }

  @Test(.seeded) func anEditSaysWhatWasAskedForOrIsNotMade() throws {
    var random = SeededRandom(stream: 0x7961_6D6C)
    var edits = 0
    for _ in 0..<Amount(2_000, large: 100_000).count {
      let text = Self.mutated(&random)
      guard let yaml = try? YAMLText(parsing: text, name: "x", allowsAliases: true) else {
        continue
      }
      var path = Self.paths(yaml.root).randomElement(using: &random) ?? []
      if path.isEmpty || random.below(3) == 0 { path.append(Self.names[random.below(8)]) }
      let value = Self.values[random.below(Self.values.count)]
      _ = yaml.lastLine(of: path)
      guard let edited = yaml.setting(path, to: value) else { continue }
      edits += 1
      #expect(
        edited.node(at: path)?.says(value) == true, "\(text.debugDescription) \(path) \(value)")
    }
    #expect(edits > 20)
  }

  @Test func aValueOnALineWithOthersIsReplacedOrLeft() throws {
    let text = "a: {b: 1, c: [x], d: 2}\n"
    let yaml = try YAMLText(parsing: text, name: "x")
    #expect(yaml.lastLine(of: ["a", "b"]) == 1)
    let edited = yaml.setting(["a", "c"], to: YAMLNode(content: .sequence([.plain("y")])))
    #expect(edited?.lines.text == "a: {b: 1, c: [y], d: 2}\n")
    #expect(yaml.setting(["a", "e"], to: .plain("3")) == nil)
  }
}
