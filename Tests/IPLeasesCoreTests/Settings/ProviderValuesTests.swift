import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct ProviderValuesTests {
  /// As helm prints it; the secrets are made up.
  static let captured = """
    attributes:
    - key: region
      value: eu-west
    - key: tier
      value: community
    domain: akashtesting.xyz
    from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx
    key: LS0tLS1CRUdJTiBGQUtFIEtFWS0tLS0tCmZha2Uta2V5Cg==
    keysecret: ZmFrZS1wYXNzd29yZA==
    node: http://akash-node-1:26657
    withdrawalperiod: 24h

    """
  /// What a values file must have, as lines to put beside the shape under test.
  static let required =
    "from: a\ndomain: b.c\nkey: c2VjcmV0LWtleS10ZXh0\nkeysecret: hunter2hunter2\n"

  @Test func whatIsThereIsRead() throws {
    let values = try ProviderValues(parsing: Self.captured)
    #expect(values.ipOperator == nil)
    #expect(values.attributes.map(\.key) == ["region", "tier"])
    #expect(values.attributes.map(\.value) == ["eu-west", "community"])
    #expect(values.from == "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx")
    #expect(values.domain == "akashtesting.xyz")
    #expect(values.setting("node") == "http://akash-node-1:26657")
    #expect(values.setting("keysecret") == nil)
    #expect(values.text.reveal() == Self.captured)
  }

  @Test func printingShowsNothing() throws {
    let values = try ProviderValues(parsing: Self.captured)
    var dumped = ""
    dump(values, to: &dumped)
    for text in ["\(values)", String(reflecting: values), dumped] {
      #expect(!text.contains("ZmFrZS1wYXNzd29yZA"))
    }
  }

  @Test(arguments: [
    ("ipoperator: true\n", true), ("ipoperator: yes\n", true), ("ipoperator: off\n", false),
    ("ipoperator: \"true\"\n", nil), ("ipoperator:\n", nil), ("ipoperator: 1\n", nil), ("", nil),
  ])
  func theSwitchIsReadAsHelmReadsIt(line: String, isOn: Bool?) throws {
    #expect(try ProviderValues(parsing: Self.required + line).ipOperator == isOn)
  }

  @Test func everySecretIsKnownForRedaction() throws {
    let values = try ProviderValues(
      parsing: Self.required + """
        bidpricescript: |
          IyEvYmluL3NoCg==
          second-line-of-script
        keyringbackend: test
        rpc_password: "p w"
        nested: {api-token: tok-1, plain: seen, deep: [{client_secret: s-2}]}
        env:
        - name: DB_PASSWORD
          value: db-3
        - name: LEVEL
          value: debug
        attributes:
        - key: region
          value: eu

        """)
    let secrets = Set(values.secretValues)
    let wanted = [
      "c2VjcmV0LWtleS10ZXh0", "secret-key-text", "hunter2hunter2", "IyEvYmluL3NoCg==",
      "second-line-of-script", "p w", "tok-1", "s-2", "db-3",
    ]
    for text in wanted { #expect(secrets.contains(text), "\(text)") }
    let harmless = ["test", "seen", "debug", "region", "eu", "a", "b.c", "LEVEL", "DB_PASSWORD"]
    for text in harmless { #expect(!secrets.contains(text), "\(text)") }
  }

  @Test(arguments: [
    ("", "empty"), ("null", "empty"), ("null\n", "empty"), ("# only a comment\n", "empty"),
    ("---\n", "empty"), ("- a\n- b\n", "Helm values"), ("text", "Helm values"),
    ("from: a\ndomain: b\nkey: c\n", "keysecret"), ("from: a\n", "domain, key, keysecret"),
    ("from: ''\ndomain: ~\nkey: [c]\nkeysecret: x\n", "from, domain, key"),
    (required + "from: b\n", "twice"), (required + "x:\n  y: 1\n  y: 2\n", "twice"),
    (required + "---\na: b\n", "not one readable"), (required + "a: 'open\n", "not one readable"),
    (required + "a: &x [1]\nb: *x\n", "alias"), (required + "\tx: 1\n", "not one readable"),
    (required + "a: \u{1}\n", "not one readable"),
    (required + "a: [\(String(repeating: "1,", count: 100_001))]\n", "too large"),
    (required + "# " + String(repeating: "x", count: 1 << 20), "too large"),
    (required + "a: " + String(repeating: "[", count: 2_000), "not one readable"),
  ])
  func whatIsNoValuesFileIsRefusedWithoutQuotingIt(text: String, word: String) {
    #expect {
      try ProviderValues(parsing: text)
    } throws: { error in
      guard let message = error as? UserMessage else { return false }
      #expect(!message.text().contains("hunter2"))
      #expect(message.text().contains(word), "\(message.text())")
      return message.text().utf8.count < 500
    }
  }

  @Test func aBombOfAliasesIsRefusedAtOnce() {
    var text = Self.required + "a0: &a0 [x]\n"
    for level in 1...12 {
      let before = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(before)]\n"
    }
    text += "? *a12\n: x\n"
    #expect(throws: UserMessage.self) { try ProviderValues(parsing: text) }
  }

  @Test func starsAndAmpersandsInTextAreNoAliases() throws {
    let text = Self.required + "# see *this* & that\nscript: |\n  rm *x & ls *y\nb: '*x &x'\n"
    #expect(throws: Never.self) { try ProviderValues(parsing: text.replacing("&x", with: "&")) }
  }

  @Test func theCaptureAndItsEditAreRecognised() throws {
    let values = try ProviderValues(parsing: Self.captured)
    let edited = try values.enabling(attributes: ["ip-lease"]).text
    #expect(values.matchesCapture(Self.captured, attributes: ["ip-lease"]))
    #expect(values.matchesCapture(edited, attributes: ["ip-lease"]))
    #expect(!values.matchesCapture(edited + "\n", attributes: ["ip-lease"]))
    #expect(!values.matchesCapture("", attributes: ["ip-lease"]))
  }
}
