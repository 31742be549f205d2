import Foundation
import TestSupport
import Testing

@testable import Cluster
@testable import IPLeasesCore

/// What README says of adding a step, a check, a fact or a promise: it is its own file and a line in
/// the list. Whoever switches over them elsewhere, or keeps a table of them, breaks that.
struct OnePlaceTests {
  private static func sources(
    below folder: String = "Sources", except: [String] = []
  ) throws -> [ProjectTree.File] {
    try ProjectTree.files(below: folder, endings: ["swift"]).filter { file in
      !except.contains(where: file.path.hasPrefix)
    }
  }

  /// The files and lines in which the words stand.
  private static func places(
    of words: Regex<Substring>, in files: [ProjectTree.File]
  ) -> [String] {
    files.flatMap { file in
      file.codeLines.filter { $0.contains(words) }.map { "\(file.path): \($0)" }
    }
  }

  // MARK: Steps

  private static let steps = "Sources/IPLeasesCore/Steps/"
  /// The names of the ids, as Swift has them.
  private static func stepNames() throws -> [String] {
    try sources(below: String(steps.dropLast())).flatMap { file in
      file.text.matches(of: #/static let (\w+) = StepID\("/#).map { String($0.1) }
    }
  }

  @Test func aStepIsAFileAndALine() throws {
    let files = try Self.sources(below: String(Self.steps.dropLast()))
      .filter { $0.text.contains(#/struct \w+: Step \{/#) }
    for file in files {
      #expect(file.text.matches(of: #/static let \w+ = StepID\("/#).count == 1, "\(file.path)")
      #expect(file.path.hasSuffix("Step.swift"), "\(file.path)")
    }
    #expect(files.count == AllSteps.inOrder.count)
    #expect(Set(AllSteps.inOrder.map(\.id)).count == files.count)
    #expect(try Self.stepNames().count == files.count)
    let elsewhere = try Self.sources(except: [Self.steps, "Sources/Execution/Plans/StepID.swift"])
    #expect(Self.places(of: #/StepID\("/#, in: elsewhere).isEmpty)
  }

  /// Names that other enumerations have as well are no sign.
  @Test func nobodyElseTellsStepsApart() throws {
    let shared: Set = ["namespace", "metallb", "migrate", "pools", "provider"]
    let names = try Self.stepNames()
    #expect(shared.isSubset(of: names))
    let own = names.filter { !shared.contains($0) }.joined(separator: "|")
    let all = names.joined(separator: "|")
    let signs = try [
      Regex<Substring>(#"\bcase [^:=]*\.(?:\#(own))\b"#),
      Regex<Substring>(#"\b(?:id|step|stepID) (?:==|!=) \.(?:\#(all))\b"#),
      Regex<Substring>(#"\bcase \.(?:step|rollback)\(\.(?:\#(all))\)"#),
    ]
    let elsewhere = try Self.sources(except: ["Sources/Rehearsal/"])
    for sign in signs {
      let found = Self.places(of: sign, in: elsewhere)
      #expect(found.isEmpty, "\(found)")
    }
  }

  // MARK: Checks

  @Test func aCheckIsAnEntryAndALine() throws {
    let families = try Self.sources(below: "Sources/IPLeasesCore/Checks")
      .filter { $0.path.hasSuffix("Checks.swift") }
    let entries = families.flatMap { file in
      file.text.matches(of: #/(?:Check|overlap)\(\s*"(IPL-\d{4})"/#).map { String($0.1) }
    }
    #expect(Set(entries) == Set(AllChecks.inOrder.map(\.code)))
    #expect(entries.count == AllChecks.inOrder.count)
  }

  /// The proof has a family of its own; a known line of a log, and a fault of the rehearsal, say
  /// which check explains and finds them.
  @Test func nobodyElseTellsChecksApartByTheirCodes() throws {
    let elsewhere = try Self.sources(except: ["Sources/Rehearsal/scenarios/"]).filter { file in
      !(file.path.hasPrefix("Sources/IPLeasesCore/Checks/") && file.path.hasSuffix("Checks.swift"))
        && file.path != "Sources/IPLeasesCore/Proof/ProofResults.swift"
        && file.path != "Sources/Logs/Lines/AllKnownLines.swift"
    }
    let found = Self.places(of: #/"IPL-\d{4}"/#, in: elsewhere)
    #expect(found.isEmpty, "\(found)")
  }

  // MARK: Facts

  @Test func aFactIsAFileAndALine() throws {
    let files = try Self.sources(below: "Sources/Cluster/Facts")
      .filter { $0.text.contains("FactName(\"") }
    for file in files {
      #expect(file.text.matches(of: #/FactName\("/#).count == 1, "\(file.path)")
    }
    #expect(files.count == AllFacts.definitions.count)
    #expect(Set(AllFacts.definitions.map(\.name)).count == files.count)
    let elsewhere = try Self.sources(except: ["Sources/Cluster/Facts/"])
    #expect(Self.places(of: #/FactName\("/#, in: elsewhere).isEmpty)
  }

  // MARK: Promises

  @Test func aPromiseIsAFileAndALine() throws {
    let files = try Self.sources(below: "Sources/IPLeasesCore")
    let names = files.map { $0.path.split(separator: "/").last?.dropLast(6) ?? "" }
      .filter { $0.hasSuffix("Promise") && $0 != "Promise" }
    #expect(names.count == AllPromises.inOrder.count)
    #expect(Set(AllPromises.inOrder.map(\.id)).count == names.count)
    for name in names {
      let users = try Self.sources().filter { file in
        file.text.contains("\(name).") && !file.path.hasSuffix("Promise.swift")
      }
      #expect(users.map { $0.path.split(separator: "/").last } == ["AllPromises.swift"])
    }
  }
}
