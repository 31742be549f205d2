import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

struct RedactionTests {
  /// Keys, tokens and PEM as a log may print them.
  @Test(arguments: [
    ("got LS0tLS1CRUdJTiBURU5ERVJNSU5U now", "got (hidden) now"),
    (
      "x=-----BEGIN TENDERMINT PRIVATE KEY-----\\nkdf: b\\nAbC=\\n-----END X KEY----- y",
      "(hidden)"
    ),
    ("x -----BEGIN CERTIFICATE-----", "x (hidden)"),
    ("x=-----BEGIN CERTIFICATE-----\\nAbC=\\n-----END CERTIFICATE----- y", "x=(hidden) y"),
    (
      "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj end",
      "(hidden) end"
    ),
    ("t=Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MEFCQ0RFRkdISUo== u", "t=(hidden) u"),
    ("jwt eyJhbGciOiJSUzI1NiIsImtpZCI6IkRvZXNOb3RNYXR0ZXIx-_k", "jwt (hidden)"),
  ])
  func whereSecretsAreNotKnownTheirShapeIsHidden(line: String, want: String) {
    #expect(KnownSecrets().redaction.redacting(line) == want)
    #expect(
      KnownSecrets(["other"]).redaction.redacting("jwt eyJhbGciOiJSUzI1NiIsImtpZCI6IkRvZXNO")
        == "jwt eyJhbGciOiJSUzI1NiIsImtpZCI6IkRvZXNO")
  }

  @Test func usualLinesKeepTheirShape() {
    let lines = [
      "txhash=9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08 height=12",
      "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "provider akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63 order 12/1/1",
      "GET https://rpc.akashnet.net:443/Blocks/v1beta3/LatestBlock0/ResultsOfTheBlock done",
      "/var/lib/kubelet/pods/8f14e45f-ceea-467f-9575-0f0d7a5d6b3c/volumes/Kubernetes-io~x",
      "pod/akash-provider-0 Created container provider-services-v0-6-10-in-Namespace-akash-services",
    ]
    for line in lines { #expect(KnownSecrets().redaction.redacting(line) == line) }
    for sample in LogSample.all {
      #expect(KnownSecrets().redaction.redacting(sample.line) == Redaction().redacting(sample.line))
    }
  }

  @Test func onceTheSecretsAreReadNothingElseIsHidden() {
    var known = KnownSecrets()
    #expect(known.redaction.hidesShapes)
    known.add(KnownSecrets(["hunter22"]))
    #expect(!known.redaction.hidesShapes)
  }

  /// As JSON and Go write a text: each of the signs by itself.
  @Test(arguments: ["hun\"ter22", "hun\\ter22", "hun\nter22"])
  func theEscapedFormOfASecretIsHiddenToo(secret: String) throws {
    let written = String(decoding: try JSONEncoder().encode(secret), as: UTF8.self)
    let shown = Redaction(secrets: [secret]).redacting("said \(written) end")
    #expect(!shown.contains("ter22"), "\(shown)")
  }

  @Test func aKnownSecretIsHiddenWhereverItStands() {
    let redaction = Redaction(secrets: ["hunter22"])
    #expect(redaction.redacting("a hunter22 b:hunter22.") == "a (hidden) b:(hidden).")
  }

  @Test func aNameThatEverybodyKnowsIsNoPieceOfASecret() {
    let redaction = Redaction(secrets: ["akash-provider-2024"])
    #expect(
      redaction.redacting("statefulset akash-provider in akash-services")
        == "statefulset akash-provider in akash-services")
    #expect(!redaction.redacting("it is akash-provider-2024 here").contains("2024"))
    // One that is nothing else is hidden all the same.
    let alone = Redaction(secrets: ["provider-services"])
    #expect(!alone.redacting("it is provider-services here").contains("provider-services"))
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
    func time(_ count: Int) -> Duration {
      let text = String(repeating: "a", count: count)
      return (0..<3).map { _ in processorTime { _ = redaction.redacting(text) } }.min() ?? .zero
    }
    let short = time(20_000)
    #expect(time(80_000) < short * 12)
  }
}
