import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

/// Aliases are followed under one budget, and none becomes a key: composing never takes long.
struct YAMLAliasTests {
  /// Each anchor holds the one before twice, 60 deep: written out it has no end.
  private static let nest =
    "a0: &a0 [x]\n"
    + (1...60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()

  private static let uses = [
    "? *a60\n: b\n", "*a60 : b\n", "{*a60: b}\n", "{*a60}\n", "{a: b, *a60, c: d}\n",
    "? [*a60]\n: b\n", "? - *a60\n: b\n", "? {b: *a60}\n: c\n", "x: [{*a60: 1}]\n",
    "v: *a60\n",
  ]
  private static let ends = ["\n", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"]
  static let bombs: [String] = {
    var bombs: [String] = []
    for use in uses {
      for end in ends {
        bombs.append(nest + "k:\n  - " + use.replacing("\n", with: end) + end + "z: 1\n")
        bombs.append((nest + use).replacing("\n", with: end))
      }
    }
    return bombs
  }()

  @Test(.inTurn) func noNestOfAliasesTakesLong() {
    for bomb in Self.bombs {
      let took = processorTime {
        _ = try? YAMLDocument.read(bomb)
        _ = try? YAMLText(parsing: bomb, name: "x")
        _ = try? YAMLText(parsing: bomb, name: "x", allowsAliases: true)
        _ = try? ConfigFile(parsing: bomb, name: "x")
        _ = LegacyConversionTests.convert(bomb)
      }
      let end = String(bomb.suffix(60))
      #expect(took < .seconds(20), "\(end.debugDescription)")
    }
  }

  @Test(.inTurn) func manyAnchorsTakeNoLonger() {
    let lines = (0..<50_000).map { "a\($0): &a\($0) x\n" }.joined()
    for text in [lines, lines + "b: *a1\n", lines + "metallb_enabled: false\nb: [*a1, *a2]\n"] {
      let took = processorTime {
        _ = try? YAMLDocument.read(text)
        let yaml = try? YAMLText(parsing: text, name: "x", allowsAliases: true)
        _ = yaml?.setting(["metallb_enabled"], to: .plain("true"))
        _ = try? ConfigFile(parsing: text, name: "x")
      }
      #expect(took < .seconds(40))
    }
  }

  @Test func whatAnAliasStandsForIsTakenOver() throws {
    let text = """
      base: &base {image: x, ports: [&port 80, 443]}
      copy: *base
      one: *port
      word: "a *base in quotes"
      block: |
        *port stays
      """
    let value = try #require(try YAMLDocument.read(text).first)
    #expect("\(value["copy"] ?? .null)" == "\(value["base"] ?? .string("none"))")
    #expect("\(value["one"] ?? .null)" == "\(YAMLValue.int(80))")
    #expect("\(value["word"] ?? .null)" == "\(YAMLValue.string("a *base in quotes"))")
    #expect("\(value["block"] ?? .null)" == "\(YAMLValue.string("*port stays"))")
  }

  @Test(arguments: [
    ("a: &a x\n*a : b\n", "an alias as a mapping key is not supported"),
    ("a: &a [*a]\n", "an alias is not known"),
    (nest + "v: *a60\n", "too many nodes"),
  ])
  func whatCannotBeFollowedIsRefused(text: String, problem: String) {
    let failure = #expect(throws: YAMLDocument.ReadFailure.self) { try YAMLDocument.read(text) }
    #expect(failure?.problem == problem)
  }
}
