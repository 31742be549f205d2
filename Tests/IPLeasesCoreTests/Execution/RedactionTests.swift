import Foundation
import IPLeasesCore
import Testing

@testable import IPLeasesCore

struct RedactionTests {
  @Test func aKnownSecretIsHiddenWhereverItStands() {
    let redaction = Redaction(secrets: ["hunter22"])
    #expect(redaction.redacting("a hunter22 b:hunter22.") == "a (hidden) b:(hidden).")
  }

  @Test func theDecodedFormOfASecretIsHiddenToo() {
    let inner = "correct horse battery"
    let redaction = Redaction(secrets: [Data(inner.utf8).base64EncodedString()])
    #expect(redaction.redacting("it was \(inner)!") == "it was (hidden)!")
  }

  @Test func eachLongLineOfASecretIsHidden() {
    let redaction = Redaction(secrets: ["first line\nshort\nanother one"])
    #expect(redaction.redacting("x another one y short") == "x (hidden) y short")
  }

  @Test func aSecretInsideJSONIsHidden() {
    let redaction = Redaction(secrets: ["a\"b\\c\nd\"efgh"])
    #expect(redaction.redacting(#"error: "a\"b\\c\nd\"efgh" bad"#) == #"error: "(hidden)" bad"#)
  }

  @Test func overlappingSecretsLeaveNothing() {
    let redaction = Redaction(secrets: ["abcdef", "defghi", "cdef"])
    #expect(redaction.redacting("xabcdefghiy xcdefy") == "x(hidden)y x(hidden)y")
  }

  @Test func secretsTooShortToSearchForDoNotHideTheText() {
    #expect(Redaction(secrets: ["1", "", "abc"]).redacting("1 abc") == "1 abc")
  }

  @Test(arguments: [
    ("password: x y # z", "password: (hidden)"),
    ("  - keysecret: abc", "  - keysecret: (hidden)"),
    ("bidpricescript: \"a\\\"b\" ", "bidpricescript: \"(hidden)\" "),
    ("+  token: abc", "+  token: (hidden)"),
    (#"{"a":1,"password":"p,q","b":2}"#, #"{"a":1,"password":"(hidden)","b":2}"#),
    (#"msg="{\"token\":\"abc\",\"x\":1}""#, #"msg="{\"token\":\"(hidden)\",\"x\":1}""#),
    ("{user: a, password: b c, x: y}", "{user: a, password: (hidden), x: y}"),
    ("--set ipoperator=true,keysecret=abc,x=1", "--set ipoperator=true,keysecret=(hidden),x=1"),
    ("db-password=abc rest", "db-password=(hidden) rest"),
    ("bgp-pass: abc", "bgp-pass: (hidden)"),
    ("API_TOKEN=abc", "API_TOKEN=(hidden)"),
    ("authorization: Bearer abc", "authorization: (hidden)"),
    ("key: 'a''b'", "key: '(hidden)'"),
    ("Error: parse: keysecret: abc", "Error: parse: keysecret: (hidden)"),
    ("no such user password: abc", "no such user password: (hidden)"),
  ])
  func theValueOfATellingKeyIsHidden(text: String, want: String) {
    #expect(Redaction().redacting(text) == want)
  }

  @Test(arguments: [
    "error: invalid key: not found", "Error: unknown token: foo", "secretName: webhook-server-cert",
    "kind: Secret", "namespace: metallb-system", "keys: 3", "monkey: banana",
    "unexpected key", "secret:", "\"secret\": {\"secretName\": \"x\"}", "imagePullSecrets: []",
  ])
  func wordsAndHarmlessKeysStay(text: String) {
    #expect(Redaction().redacting(text) == text)
  }

  @Test func aBlockOfSeveralLinesIsHiddenToItsEnd() {
    let text = """
      from: akash1x
      key: |
        LS0tLS1CRUdJTg
        AAAA

        BBBB
      domain: example.com
      """
    let want = """
      from: akash1x
      key: (hidden)

      domain: example.com
      """
    #expect(Redaction().redacting(text) == want)
  }

  @Test func aValueOnTheNextLineIsHiddenAndAMappingIsNot() {
    #expect(Redaction().redacting("key:\n  abc\n  def\nb: 1") == "key:\n  (hidden)\nb: 1")
    let mapping = "secret:\n  secretName: x\n  optional: true"
    #expect(Redaction().redacting(mapping) == mapping)
  }

  @Test func aPrivateKeyIsHidden() {
    let text = "x\n-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\ny"
    #expect(Redaction().redacting(text) == "x\n(hidden)\ny")
  }

  @Test func timeGrowsWithTheTextOnly() {
    // Each byte is the beginning of a secret: a search from every place would be quadratic.
    let secrets = (1...200).map { String(repeating: "a", count: $0 * 10) + "b" }
    let redaction = Redaction(secrets: secrets)
    let clock = ContinuousClock()
    func time(_ count: Int) -> Duration {
      let text = String(repeating: "a", count: count)
      return (0..<3).map { _ in clock.measure { _ = redaction.redacting(text) } }.min() ?? .zero
    }
    let short = time(20_000)
    #expect(time(80_000) < short * 12)
  }
}
