import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct ProviderEditTests {
  private static let required = ProviderValuesTests.required

  /// A text, and the same with the switch and the attribute ip-lease on.
  static let shapes: [(String, String)] = [
    // As helm prints it.
    (
      "attributes:\n- key: region\n  value: eu\n" + required,
      "attributes:\n- key: region\n  value: eu\n- key: ip-lease\n  value: true\n" + required
        + "ipoperator: true\n"
    ),
    // Indented by two and by four, wide dashes, comments and blank lines behind the last item.
    (
      required + "attributes:  # on chain\n  # where\n  - key: region\n    value: eu # e\n\n# n\n"
        + "node: x\n",
      required + "attributes:  # on chain\n  # where\n  - key: region\n    value: eu # e\n"
        + "  - key: ip-lease\n    value: true\n\n# n\nnode: x\nipoperator: true\n"
    ),
    (
      required + "attributes:\n    -   key: region\n        value: eu\n",
      required + "attributes:\n    -   key: region\n        value: eu\n    -   key: ip-lease\n"
        + "        value: true\nipoperator: true\n"
    ),
    // The switch in its place, with its comment.
    (
      "ipoperator: false # off\n" + required + "attributes:\n- {key: ip-lease, value: true}\n",
      "ipoperator: true # off\n" + required + "attributes:\n- {key: ip-lease, value: true}\n"
    ),
    (
      "\"ipoperator\": \"false\"\t# tab\there\n" + required
        + "attributes:\n- \"key\": 'ip-lease'\n  value: 'false'  # é\n",
      "\"ipoperator\": true\t# tab\there\n" + required
        + "attributes:\n- \"key\": 'ip-lease'\n  value: true  # é\n"
    ),
    ("ipoperator:\n" + required + items, "ipoperator: true\n" + required + items),
    ("ipoperator: # none\n" + required + items, "ipoperator: true # none\n" + required + items),
    ("ipoperator: ~\n" + required + items, "ipoperator: true\n" + required + items),
    ("ipoperator:\n  no\n" + required + items, "ipoperator:\n  true\n" + required + items),
    // Nothing to do.
    (required + items + "ipoperator: true", required + items + "ipoperator: true"),
    // No attributes, or none in the list.
    (required, required + "attributes:\n- key: ip-lease\n  value: true\nipoperator: true\n"),
    (
      "attributes: []  # none\n" + required,
      "attributes:  # none\n- key: ip-lease\n  value: true\n" + required + "ipoperator: true\n"
    ),
    (
      "attributes: [ ]\n" + required,
      "attributes:\n- key: ip-lease\n  value: true\n" + required + "ipoperator: true\n"
    ),
    (
      "attributes:\n" + required,
      "attributes:\n- key: ip-lease\n  value: true\n" + required + "ipoperator: true\n"
    ),
    (
      "attributes: null\n" + required,
      "attributes:\n- key: ip-lease\n  value: true\n" + required + "ipoperator: true\n"
    ),
    // Block scalars before and after, also at the end without a newline.
    (
      "bidpricescript: |\n  attributes:\n  - key: x\n  ipoperator: false\n" + required + items
        + "note: |+\n  text\n\n",
      "bidpricescript: |\n  attributes:\n  - key: x\n  ipoperator: false\n" + required + items
        + "note: |+\n  text\n\nipoperator: true\n"
    ),
    (
      required + items + "note: |\n  text",
      "ipoperator: true\n" + required + items + "note: |\n  text"
    ),
    (
      required + "attributes:\n- key: region\n  value: |\n    eu\n    # no comment\n",
      required + "attributes:\n- key: ip-lease\n  value: true\n- key: region\n  value: |\n"
        + "    eu\n    # no comment\nipoperator: true\n"
    ),
    // Document marks, a root that is indented, unicode, a byte order mark.
    (
      "---\n" + required + items + "...\n",
      "---\nipoperator: true\n" + required + items + "...\n"
    ),
    (
      "  from: a\n  domain: b\n  key: k\n  keysecret: s\n",
      "  from: a\n  domain: b\n  key: k\n  keysecret: s\n  attributes:\n  - key: ip-lease\n"
        + "    value: true\n  ipoperator: true\n"
    ),
    (
      "\u{FEFF}ipoperator: false\nname: 提供者 e\u{301}\n" + required + items,
      "\u{FEFF}ipoperator: true\nname: 提供者 e\u{301}\n" + required + items
    ),
  ]

  private static let items = "attributes:\n- key: ip-lease\n  value: true\n"

  @Test(arguments: shapes)
  func onlyTheIntendedLinesChange(text: String, edited: String) throws {
    for isReturned in [false, true] {
      for isCut in [false, true] where !isCut || text.last == edited.last {
        var (text, edited) = (text, edited)
        if isCut, text.last == "\n", !text.hasSuffix("\n\n"), !text.contains("# no comment") {
          text.removeLast()
          edited.removeLast()
        }
        if isReturned {
          text = text.replacing("\n", with: "\r\n")
          edited = edited.replacing("\n", with: "\r\n")
        }
        try expect(text, becomes: edited)
      }
    }
  }

  private func expect(_ text: String, becomes edited: String) throws {
    let values = try ProviderValues(parsing: text)
    let edit = try values.enabling(attributes: ["ip-lease"])
    #expect(Array(edit.text.utf8) == Array(edited.utf8), "\(edit.text)")
    #expect(Array(try LineEdit.apply(edit.edits, to: text).utf8) == Array(edited.utf8))
    #expect(edit.diff.isEmpty == (text == edited))
    for secret in values.secretValues where secret.count > 3 {
      #expect(!edit.diff.contains(secret))
    }
    let again = try ProviderValues(parsing: edit.text)
    #expect(again.isEnabled(attributes: ["ip-lease"]))
    #expect(try again.enabling(attributes: ["ip-lease"]).edits == [])
  }

  @Test func severalAttributesAreAddedInOrderAndOnce() throws {
    let values = try ProviderValues(
      parsing: "attributes:\n- key: feat-endpoint-ip\n  value: \"no\"\n" + Self.required)
    let edit = try values.enabling(
      attributes: ["ip-lease", "feat-endpoint-ip", "capabilities/ip-lease", "ip-lease"])
    #expect(
      edit.text == "attributes:\n- key: feat-endpoint-ip\n  value: true\n- key: ip-lease\n"
        + "  value: true\n- key: capabilities/ip-lease\n  value: true\n" + Self.required
        + "ipoperator: true\n")
  }

  @Test func theSwitchAloneCanBeLeftOut() throws {
    let values = try ProviderValues(parsing: Self.required)
    #expect(try values.enabling(ipOperator: false, attributes: []).edits == [])
  }

  @Test(arguments: [
    "attributes: [{key: region, value: eu}]\n", "attributes: [\n]\n", "attributes: text\n",
    "attributes: {ip-lease: true}\n", "attributes:\n- region\n", "attributes:\n- value: x\n",
    "attributes:\n- key: ip-lease\n", "attributes:\n- key: ip-lease\n  value: [a]\n",
    "attributes:\n- key: ip-lease\n  value: |\n    a\n", "ipoperator: [true]\n",
    "ipoperator: |\n  false\n", "ipoperator: {a: b}\n", "ipoperator: !!str false\n",
    "attributes:\n- key: ip-lease\n  value: a\n    b\n", "x: 'a\u{85}b'\n",
    "attributes:\n- key: ip-lease\n  value: a\n- key: ip-lease\n  value: b\n",
  ])
  func whatCannotBeEditedIsRefusedWithWhatToWrite(shape: String) throws {
    let values = try ProviderValues(parsing: Self.required + shape)
    #expect {
      try values.enabling(attributes: ["ip-lease"])
    } throws: { error in
      let message = error as? UserMessage
      return message?.advice != nil && message?.text().contains("hunter2") == false
    }
  }

  @Test func aFileOnOneLineIsNeverPutIntoAnEdit() throws {
    let values = try ProviderValues(
      parsing: "{from: a, domain: b, key: k-1234, keysecret: s-1234, ipoperator: false}\n")
    #expect(throws: UserMessage.self) { try values.enabling(attributes: []) }
  }

  @Test(arguments: ["", "1ip", "a", "ip lease", "ip\nlease", "ip:lease", "é-lease"])
  func anAttributeTheChainRefusesIsRefusedHere(name: String) throws {
    let values = try ProviderValues(parsing: Self.required)
    #expect(throws: UserMessage.self) { try values.enabling(attributes: [name]) }
  }

  @Test func theDiffShowsHarmlessLinesOnly() throws {
    let text = """
      attributes:
      - key: region
        value: eu
      keysecret: ZmFrZS1wYXNzd29yZA==
      # was hunter2 before
      from: akash1abc
      domain: x.y
      key: |
        LS0tLS1C
        RUdJTiBG
      other: thing
      ipoperator: false # off

      """
    let edit = try ProviderValues(parsing: text).enabling(attributes: ["ip-lease"])
    #expect(
      edit.diff == """
        --- provider.yaml
        +++ provider.yaml
        @@ -1,6 +1,8 @@
         attributes:
         - key: region
           value: eu
        +- key: ip-lease
        +  value: true
         keysecret: (hidden)
         # (hidden)
         from: akash1abc
        @@ -9,4 +11,4 @@
         (hidden)
         (hidden)
         other: (hidden)
        -ipoperator: false # off
        +ipoperator: true # off

        """)
  }

  /// Damaged texts are refused or edited, and an edit is always exact, proved and free of secrets.
  @Test(.seeded) func damagedTextsNeverBreakAPromise() throws {
    var random = SeededRandom(stream: 11)
    let texts = Self.shapes.map(\.0) + [ProviderValuesTests.captured]
    var edits = 0
    let count = Amount(1_000, large: 4_000).count
    for _ in 0..<count {
      var text = texts.randomElement(using: &random) ?? ""
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        text = Self.damaged(text, using: &random)
      }
      guard let values = try? ProviderValues(parsing: text),
        let edit = try? values.enabling(attributes: ["ip-lease", "feat-endpoint-ip"])
      else { continue }
      edits += 1
      let applied = try LineEdit.apply(edit.edits, to: text)
      #expect(Array(applied.utf8) == Array(edit.text.utf8))
      let again = try ProviderValues(parsing: edit.text)
      #expect(again.isEnabled(attributes: ["ip-lease", "feat-endpoint-ip"]))
      #expect(again.secretValues == values.secretValues)
      for secret in values.secretValues where secret.count > 7 {
        #expect(!edit.diff.contains(secret), "\(text.debugDescription)")
      }
    }
    #expect(edits > count / 8)
  }

  private static func damaged(_ text: String, using random: inout SeededRandom) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = Int.random(in: 0..<lines.count, using: &random)
    let pieces = [
      ":", "#", "- ", "  ", "\t", "'", "\"", "|", "[", "]", "{", "}", "&a ", "*a", "\r", "é", "---",
      "!!str ", "? ", ",", "~", "\u{FEFF}", "\u{2028}", "\0", "true", "%",
    ]
    let piece = pieces.randomElement(using: &random) ?? ":"
    switch Int.random(in: 0..<6, using: &random) {
    case 0: lines.remove(at: place)
    case 1: lines.insert(lines[place], at: place)
    case 2: lines.swapAt(place, Int.random(in: 0..<lines.count, using: &random))
    case 3: lines.insert(piece, at: place)
    default:
      var scalars = Array(lines[place].unicodeScalars)
      let at = Int.random(in: 0...scalars.count, using: &random)
      if Bool.random(using: &random), at < scalars.count {
        scalars.remove(at: at)
      } else {
        scalars.insert(contentsOf: piece.unicodeScalars, at: at)
      }
      lines[place] = YAMLText.string(scalars)
    }
    return lines.joined(separator: "\n")
  }
}
