import Console
import ConsoleKit
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport

/// Parts of the README and of the pages beside it that are made from the program's own tables, as
/// Markdown.
enum ReferenceTables {
  /// A table for each place that has keys of its own.
  static var keys: String {
    KeyReference.sections.compactMap { place in
      let rows = place.bindings.filter { !$0.keys.isEmpty }
      return titled(
        place.title, ["Keys", "Word", "What it does"],
        rows.map { [$0.keys.map(\.name.code).joined(separator: " "), $0.word, $0.meaning] })
    }.joined(separator: "\n")
  }

  /// A table for each group; the proof is no check, but has rows like one.
  static var checks: String {
    CheckGroup.allCases.compactMap { group in
      let checks = AllChecks.inOrder.filter { $0.group == group }.map { check in
        let remedies = check.remedies.map(\.rawValue.code).joined(separator: " ")
        let faults = StartingFaults.all.filter { $0.code == check.code }.map(\.word.code)
        return [
          "\(check.code) \(check.id.code)", check.title, check.want, remedies, check.guide.rawValue,
          faults.joined(separator: " "),
        ]
      }
      let proof = ProofResults.rows(nil, refusal: nil, canaries: [], at: .distantPast)
        .filter { $0.group == group }
        .map { ["\($0.code) \($0.id.code)", $0.title, $0.want, "", "", ""] }
      return titled(
        "\(group.title) (\(group.rawValue.code))",
        ["Check", "Holds when", "Fails without", "Remedies", "In the guide", "Faults"],
        checks + proof)
    }.joined(separator: "\n")
  }

  /// The settings file: its keys are long names of flags, whose help says what they mean.
  static func settings(_ reference: CommandReference) -> String {
    table(
      ["Key", "Value", "What it sets"],
      ConfigFile.keys.map { key in
        let option = reference.commonOption(key)
        let name = option?.valueName.flatMap { $0 == key ? nil : $0 } ?? "text"
        let value =
          switch (option?.kind, option?.isRepeating, option?.allValues) {
          case ("flag", _, _): "true or false"
          case (_, true, _): "\(name) or a list of them"
          case (_, _, let values?): values.joined(separator: " or ")
          default: name
          }
        return [key.code, value, option?.abstract ?? ""]
      })
  }

  /// Which module imports which; not those that come with another one it imports.
  static func modules() throws -> String {
    var imports: [String: Set<String>] = [:]
    for file in try ProjectTree.files(below: "Sources", endings: ["swift", "c", "h"]) {
      let module = String(file.path.split(separator: "/")[1])
      imports[module, default: []].formUnion(file.imports)
    }
    imports["Benchmarks"] = nil
    let known = Set(imports.keys)
    imports = imports.mapValues { $0.intersection(known) }
    func below(_ module: String) -> Set<String> {
      imports[module, default: []].reduce(into: []) { $0.formUnion(below($1).union([$1])) }
    }
    let width = known.map(\.count).max() ?? 0
    let highestFirst = known.sorted { (below($0).count, $1) > (below($1).count, $0) }
    let rows = highestFirst.compactMap { module -> String? in
      let direct = imports[module, default: []]
      if direct.isEmpty { return nil }
      let shown = direct.filter { one in !direct.contains { below($0).contains(one) } }
      let blanks = String(repeating: " ", count: width - module.count)
      return "  \(module)\(blanks) ─► \(shown.sorted().joined(separator: ", "))\n"
    }
    return "```text\n\(rows.joined())```\n"
  }

  // MARK: Helpers

  private static func titled(_ title: String, _ heads: [String], _ rows: [[String]]) -> String? {
    rows.isEmpty ? nil : "**\(title)**\n\n" + table(heads, rows)
  }

  static func table(_ heads: [String], _ rows: [[String]]) -> String {
    let rule = "|" + String(repeating: "---|", count: heads.count)
    let lines = rows.map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return (["| " + heads.joined(separator: " | ") + " |", rule] + lines)
      .map { $0 + "\n" }.joined()
  }
}

extension String {
  /// As code in Markdown.
  var code: String { "`\(self)`" }
}
