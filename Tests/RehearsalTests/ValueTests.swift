import Basics
import Execution
import IPLeasesCore
import Testing

@testable import Rehearsal

struct ValueTests {
  @Test func jsonIsWrittenAsGoWritesIt() throws {
    let value = try JSONText.parse(#"{"b":[1,2.5,null],"a":"x<y>\u0026\n\ud83d\ude00é"}"#)
    #expect(JSONText.compact(value) == #"{"a":"x\u003cy\u003e\u0026\n😀é","b":[1,2.5,null]}"#)
    #expect(try JSONText.parse(JSONText.indented(value)) == value)
  }

  @Test func whatJSONCannotHoldIsEscaped() throws {
    let text = "\u{0}\u{1F}\t\r\"\\ >\u{2028}\u{2029}\u{2027}\u{7F}é界"
    let written = JSONText.compact(.string(text))
    #expect(
      written
        == #""\u0000\u001f\t\r\"\\ \u003e\u2028\u2029"# + "\u{2027}\u{7F}é界\"")
    #expect(try JSONText.parse(written) == .string(text))
  }

  @Test(arguments: ["", "{", "[1,]", "{\"a\"}", "\"\\x\"", "tru", "1 2"])
  func whatIsNotJSONIsRefused(text: String) {
    #expect(throws: JSONText.SyntaxError.self) { try JSONText.parse(text) }
  }

  @Test func aPatchTestsReplacesAddsAndRemoves() throws {
    let object: JSONValue = ["a": ["b": 1, "c": 2], "list": ["x", "z"]]
    let text = """
      [{"op":"test","path":"/a/b","value":1},{"op":"remove","path":"/a/b"},
       {"op":"replace","path":"/a/c","value":3},{"op":"add","path":"/list/1","value":"y"},
       {"op":"add","path":"/a/d~1e","value":true},{"op":"remove","path":"/list/0"}]
      """
    let changed = try JSONPatch.apply(text, to: object)
    #expect(JSONText.compact(changed) == #"{"a":{"c":3,"d/e":true},"list":["y","z"]}"#)
    #expect(throws: JSONPatch.Refusal.self) {
      try JSONPatch.apply(#"[{"op":"test","path":"/a/b","value":2}]"#, to: object)
    }
  }

  @Test func writingNullRemovesAKey() {
    var value: JSONValue = ["a": 1, "b": 2]
    value["a"] = .null
    #expect(JSONText.compact(value) == #"{"b":2}"#)
  }

  @Test func yamlKeepsTypesOnTheWayThereAndBack() throws {
    let value: JSONValue = [
      "text": "plain words", "number": 7, "flag": true, "quoted": "true", "digits": "0644",
      "list": [["key": "a", "value": "b"], "c"], "lines": "one\ntwo\n", "none": [:],
    ]
    #expect(try YAMLDocument.json(in: YAMLWriter.text(value)) == [value])
  }

  @Test func aStreamHasItsDocumentsInOrder() throws {
    let documents = try YAMLDocument.json(in: "a: 1\n---\n---\nb: [x, y]\n")
    #expect(documents == [["a": 1], ["b": ["x", "y"]]])
  }

  @Test func brokenYAMLNamesItsLine() {
    #expect(throws: YAMLDocument.ReadFailure.self) { try YAMLDocument.json(in: "a: 1\na: 2\n") }
    #expect(
      throws: YAMLDocument.ReadFailure(line: 2, problem: "did not find expected node content")
    ) {
      try YAMLDocument.json(in: "a: [\n")
    }
  }

  @Test(arguments: [
    ("144.217.30.192/28", 16), ("194.28.98.217/32", 1), ("194.28.98.219-194.28.98.222", 4),
    ("10.0.0.1 - 10.0.0.2", 2), ("194.28.98.217/29", 8), ("2001:db8::/120", 256),
    ("10.0.0.1-2001:db8::1", 0), ("::ffff:10.0.0.1-::ffff:10.0.0.4", 4), ("10.0.0.0/024", 256),
  ])
  func entriesAreCountedAsMetalLBCountsThem(entry: String, count: Int) throws {
    #expect(try PoolBlocks.blocks(of: entry).reduce(0) { $0 + $1.count } == count)
  }

  @Test(arguments: [
    "194.28.98.217", " 10.0.0.0/24", "10.0.0.0/33", "10.0.0.5-7", "10.0.0.5-10.0.0.1",
    "010.0.0.0/24", "a-b-c", "10.1/16", "fe80::1%eth0/64",
  ])
  func entriesMetalLBRefusesAreRefused(entry: String) {
    #expect(throws: PoolBlocks.Refusal.self) { try PoolBlocks.blocks(of: entry) }
  }

  @Test func momentsAreWrittenAsTheToolsWriteThem() {
    let time = 1_795_444_322.5
    #expect(Timestamp.rfc3339(time) == "2026-11-23T14:32:02Z")
    #expect(Timestamp.goText(time) == "2026-11-23 14:32:02.500000000 +0000 UTC")
    #expect(Timestamp.asctime(time) == "Mon Nov 23 14:32:02 2026")
    #expect(Timestamp.kitchen(time) == "2:32PM")
    #expect(Timestamp.age(305) == "5m5s")
  }

  @Test func addressesOnChainAreChecked() {
    #expect(
      IPOperatorProcess.problem(withProvider: "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx") == nil
    )
    #expect(
      IPOperatorProcess.problem(withProvider: "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfz") != nil
    )
    #expect(IPOperatorProcess.problem(withProvider: "") != nil)
  }
}
