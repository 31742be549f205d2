import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

struct UnifiedDiffTests {
  @Test func aChangedLineStandsBetweenItsNeighbours() {
    let diff = UnifiedDiff.make(
      old: "a\nb\nc\nd\ne\n", new: "a\nb\nX\nd\ne\n", name: "f", context: 1)
    #expect(diff == "--- f\n+++ f\n@@ -2,3 +2,3 @@\n b\n-c\n+X\n d\n")
  }

  @Test func theSameTextsHaveNoDiff() {
    #expect(UnifiedDiff.make(old: "a\n", new: "a\n", name: "f") == "")
    #expect(UnifiedDiff.make(old: "", new: "", name: "f") == "")
  }

  @Test func aMissingNewlineIsMarked() {
    let diff = UnifiedDiff.make(old: "a\nb", new: "a\nb\n", name: "f", context: 0)
    #expect(diff == "--- f\n+++ f\n@@ -2 +2 @@\n-b\n\\ No newline at end of file\n+b\n")
  }

  @Test func aNewFileIsAllInsertions() {
    #expect(
      UnifiedDiff.make(old: "", new: "a\nb\n", name: "f")
        == "--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n")
  }

  @Test func farChangesAreSeparateHunks() {
    let old = (1...20).map { "\($0)\n" }.joined()
    let new = old.replacing("2\n3\n", with: "2\nx\n3\n").replacing("18\n", with: "")
    let diff = UnifiedDiff.make(old: old, new: new, name: "f", context: 1)
    #expect(diff.components(separatedBy: "@@ -").count == 3)
  }

  @Test(.seeded) func stepsLeadFromOneListToTheOther() {
    var random = SeededRandom(stream: 3)
    for round in 0..<500 {
      let letters = ["a", "b", "c"]
      func list() -> [String] {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? "a"
        }
      }
      let old = list()
      let new = list()
      let steps = LineDifference.steps(from: old, to: new, most: round % 2 == 0 ? 1_000 : 3)
      let kept = steps.filter { !$0.isInsertion }
      let made = steps.filter { !$0.isRemoval }
      #expect(kept.map { old[$0.oldLine] } == old)
      #expect(made.map { new[$0.newLine] } == new)
      for step in steps where step.isKept { #expect(old[step.oldLine] == new[step.newLine]) }
    }
  }

  @Test func textsThatDifferEverywhereAreReplacedAsAWhole() {
    let old = (0..<5_000).map { "old \($0)\n" }.joined()
    let new = (0..<5_000).map { "new \($0)\n" }.joined()
    let diff = UnifiedDiff.make(old: old, new: new, name: "f")
    #expect(diff.split(separator: "\n").count == 10_003)
  }

  @Test(arguments: [
    ("a\nb\n", "a\nX\nb\n"), ("a\nb", "a\nX\nb"), ("a\r\nb\r\n", "a\r\nX\r\nb\r\n"),
    ("\u{FEFF}a\nb\n", "\u{FEFF}a\nX\nb\n"), ("a", "a\nX"), ("a\r\nb", "a\r\nX\r\nb"),
  ])
  func anInsertedLineEndsAsTheOthers(text: String, edited: String) throws {
    let result = try LineEdit.apply([.insert(after: 1, lines: ["X"])], to: text)
    #expect(Array(result.utf8) == Array(edited.utf8))
  }

  @Test func editsCountInTheTextBeforeAnyEdit() throws {
    let edits: [LineEdit] = [
      .insert(after: 0, lines: ["0"]), .replace(line: 2, with: "B"),
      .insert(after: 2, lines: ["2a", "2b"]), .insert(after: 3, lines: ["4"]),
    ]
    #expect(try LineEdit.apply(edits, to: "a\nb\nc\n") == "0\na\nB\n2a\n2b\nc\n4\n")
    #expect(try LineEdit.apply([.insert(after: 0, lines: ["x"])], to: "") == "x\n")
    #expect(try LineEdit.apply([], to: "a\r\n\rb") == "a\r\n\rb")
  }

  @Test func anEditBesideTheTextIsRefused() {
    for edit in [
      LineEdit.replace(line: 0, with: ""), .replace(line: 3, with: ""),
      .insert(after: 3, lines: []), .insert(after: -1, lines: []),
    ] {
      #expect(throws: UserMessage.self) { try LineEdit.apply([edit], to: "a\nb\n") }
    }
    #expect(throws: UserMessage.self) {
      try LineEdit.apply([.replace(line: 1, with: "x")], to: "")
    }
  }
}
