import TestSupport
import Testing

@testable import Console

/// That a new pane is a file and a line, and a new overlay a file and the place that opens it.
struct ConsoleRulesTests {
  private static func files() throws -> [ProjectTree.File] {
    try ProjectTree.files(below: "Sources/Console", endings: ["swift"])
  }

  /// The types of one kind, each with the folder it is declared in.
  private static func types(of kinds: Set<Substring>) throws -> [(name: String, folder: String)] {
    try files().flatMap { file in
      file.text.matches(
        of: #/struct (?<name>\w+): (?<kind>Pane|Overlay|ScrolledText)\b/#
      ).filter { kinds.contains($0.output.kind) }.map { match in
        let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
        return (String(match.output.name), folder)
      }
    }
  }

  @Test func aPaneIsNamedInItsFolderAndInTheListOfAllOnly() throws {
    let panes = try Self.types(of: ["Pane"])
    #expect(panes.count == AllPanes.make().count)
    for (name, folder) in panes {
      for file in try Self.files() where !file.path.hasPrefix(folder + "/") {
        if file.path == "Sources/Console/Panes/AllPanes.swift" { continue }
        // To show it is the one thing others may ask for.
        let named = file.codeLines.filter {
          $0.replacing(#/\.show\(\w+Pane\.id\)/#, with: "").contains(name)
        }
        #expect(named.isEmpty, "\(file.path): \(named)")
      }
    }
  }

  @Test func noOverlayIsToldFromOthersByItsType() throws {
    let overlays = try Self.types(of: ["Overlay", "ScrolledText"]).map(\.name)
    #expect(overlays.count > 8)
    for file in try Self.files() {
      let told = file.codeLines.filter { line in
        line.matches(of: #/\b(?:as[?!]?|is) (\w+)/#).contains { overlays.contains(String($0.1)) }
      }
      #expect(told.isEmpty, "\(file.path): \(told)")
    }
  }

  @Test func panesAndOverlaysAreHandedPartsAndNeverTheState() throws {
    for folder in ["Facts", "Keys", "Overlays", "Panes", "Scene"] {
      let files = try Self.files().filter { $0.path.hasPrefix("Sources/Console/\(folder)/") }
      #expect(!files.isEmpty)
      for file in files {
        let found = file.codeLines.filter { $0.contains(#/: (?:inout )?State\b/#) }
        #expect(found.isEmpty, "\(file.path): \(found)")
      }
    }
  }

  @Test func oneFileLetsAPlanRun() throws {
    let found = try Self.files().filter { file in
      file.codeLines.contains { $0.contains("[.run(plan)]") || $0.contains("Effect.run(") }
    }
    #expect(found.map(\.path) == ["Sources/Console/PlanGate.swift"])
  }
}
