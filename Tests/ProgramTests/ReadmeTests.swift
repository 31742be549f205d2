import Console
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// The parts of the README that are made from the program: `UPDATE_README=1 swift test --filter
/// ReadmeTests` writes them.
@Suite(.inTurn, .serialized)
struct ReadmeTests {
  @Test func theKeyTableIsTheOneOfTheProgram() throws {
    try expect("keys", holds: Self.keyTable)
  }

  @Test func theCommandsAreTheOnesOfTheProgram() throws {
    let terminal = try PseudoTerminal([Program.underTest, "--help"])
    #expect(terminal.waitExit() == .exited(0))
    let text = String(decoding: terminal.output, as: UTF8.self).replacing("\r\n", with: "\n")
    try expect("commands", holds: Self.block(text))
  }

  @Test func theOptionsAreTheOnesOfTheProgram() async throws {
    let help = await ProgramCall().run(["apply", "--help"])
    #expect(help.exit == .code(0))
    try expect("options", holds: Self.block(help.outputText))
  }

  @Test func theChecksAreTheOnesOfTheProgram() throws {
    try expect("checks", holds: CheckTable.markdown)
  }

  // MARK: Helpers

  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../README.md").standardizedFileURL

  private func expect(_ part: String, holds text: String) throws {
    let readme = try String(contentsOf: Self.path, encoding: .utf8)
    let start = try #require(readme.range(of: "<!-- made from the program: \(part) -->\n"))
    let end = try #require(
      readme.range(of: "<!-- end -->", range: start.upperBound..<readme.endIndex))
    let range = start.upperBound..<end.lowerBound
    if ProcessInfo.processInfo.environment["UPDATE_README"] != nil {
      try readme.replacingCharacters(in: range, with: text)
        .write(to: Self.path, atomically: true, encoding: .utf8)
      return
    }
    #expect(readme[range] == text, "made anew by UPDATE_README=1 swift test --filter ReadmeTests")
  }

  /// Rows of a Markdown table under a heading for each place that has keys of its own.
  private static var keyTable: String {
    KeyPlace.all.filter { !$0.bindings.isEmpty }.map { place in
      let rows = place.bindings.filter { !$0.keys.isEmpty }.map { binding in
        let keys = binding.keys.map { "`\($0.name)`" }.joined(separator: " ")
        return "| \(keys) | \(binding.word) | \(binding.meaning) |"
      }
      return "**\(place.title)**\n\n| Keys | Word | What it does |\n|---|---|---|\n"
        + rows.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func block(_ text: String) -> String {
    "```text\n\(text.trimmingCharacters(in: .newlines))\n```\n"
  }
}
