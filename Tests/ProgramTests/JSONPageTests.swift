import Foundation
import TestSupport
import Testing

/// `.github/JSON.md` is written by hand; what the program prints shows whether it tells all.
@Suite(.inTurn)
struct JSONPageTests {
  private static let runs: [[String]] = [
    ["status"], ["steps"], ["plan", "--pool", "203.0.113.0/28"], ["apply", "--yes", "metallb"],
    ["verify"], ["verify", "--compare"], ["pools", "show"], ["pools", "check", "192.0.2.0/99"],
    ["pools", "usage"], ["pools", "usage", "--at", "2026-11-30 10:00"],
    ["pools", "history", "194.28.98.216"], ["pools", "export"],
    ["pools", "plan", "--add", "203.0.113.64/28"],
    ["remedy", "list"], ["config", "show"], ["version"],
  ]

  @Test func thePageHasTheKeysThatArePrinted() async throws {
    let page = try ProjectTree.text(".github/JSON.md")
    var printed: [String: Set<String>] = [:]
    for scenario in ["enabled", "fresh", "enabled+operator-locked-a+operator-locked-g"] {
      let call = ProgramCall()
      let aside = ["--set-aside", "IPL-0704", "--reason", "known", "--until", "2099-01-31"]
      _ = await call.run(["verify"] + aside + ["--rehearse", scenario])
      for arguments in Self.runs {
        let answer = await call.run(arguments + ["-o", "json", "--rehearse", scenario])
        if answer.outputText.isEmpty { continue }
        let object = try JSONSerialization.jsonObject(with: answer.standardOutput)
        let schema = try #require((object as? [String: Any])?["schema"] as? String)
        printed[schema, default: []].formUnion(Self.keys(object))
      }
    }
    for (schema, keys) in printed {
      let told = Self.keys(of: schema, on: page).union(["schema"])
      #expect(Self.untold(keys, told).isEmpty, "\(schema)")
      #expect(told.subtracting(keys).isEmpty, "\(schema)")
    }
  }

  @Test(arguments: [
    (["logs", "--max-lines", "50"], "Lines of logs"), (["activity"], "Lines of activity"),
    (["watch", "--timeout", "3s"], "Lines of a watch"),
  ])
  func everyKeyOfALineStandsOnThePage(_ arguments: [String], _ title: String) async throws {
    let page = try ProjectTree.text(".github/JSON.md")
    let call = ProgramCall()
    _ = await call.run(["apply", "--yes", "namespace", "--rehearse", "fresh"])
    let answer = await call.run(arguments + ["-o", "json", "--rehearse", "fresh"])
    let lines = answer.outputText.split(separator: "\n")
    #expect(!lines.isEmpty, "\(answer.transcript)")
    let told = Self.keys(of: title, on: page)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      #expect(Self.untold(Self.keys(object), told).isEmpty, "\(line)")
    }
  }

  @Test func thePageHasEachSchemaOfTheSources() throws {
    let sources = try ProjectTree.files(below: "Sources", endings: ["swift"])
    let schemas = Set(
      sources.flatMap { $0.text.matches(of: #/let schema = "([^"]+)"/#).map { String($0.1) } })
    let titles = try ProjectTree.text(".github/JSON.md").matches(of: #/## (ip-leases/\S+)/#)
    #expect(Set(titles.map { String($0.1) }) == schemas)
  }

  // MARK: Helpers

  /// The first cells of the table under a title.
  private static func keys(of title: String, on page: String) -> Set<String> {
    guard let start = page.range(of: "## \(title)\n") else { return [] }
    let section = page[start.upperBound...].prefix { $0 != "#" }
    let cells = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.split(separator: "|").first }
    return Set(cells.flatMap { $0.matches(of: #/`([^`]+)`/#).map { String($0.1) } })
  }

  /// A list that is empty is told by the keys of what may be in it.
  private static func untold(_ keys: Set<String>, _ told: Set<String>) -> Set<String> {
    keys.filter { key in !told.contains { $0 == key || $0.hasPrefix("\(key).") } }
  }

  /// As the page names them: `steps[].id`. What is below `fields` and `undo` has its own names.
  private static func keys(_ value: Any, below path: String = "") -> Set<String> {
    switch value {
    case let object as [String: Any] where path != "fields":
      let start = path.isEmpty ? "" : path + "."
      return object.reduce(into: []) { $0.formUnion(keys($1.value, below: start + $1.key)) }
    case let list as [Any] where path != "steps[].undo":
      let found = list.reduce(into: Set<String>()) { $0.formUnion(keys($1, below: path + "[]")) }
      return found.isEmpty ? [path + "[]"] : found
    case is [Any]: return [path + "[]"]
    default: return [path]
    }
  }
}
