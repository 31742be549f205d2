import Basics
import Foundation
import Testing
import Yams

@testable import ip_leases

/// `-o yaml` says what `-o json` says.
@Suite(.inTurn)
struct DocumentFormTests {
  private let program = ProgramCall()

  @Test(arguments: [
    ["status"], ["steps"], ["plan", "--pool", "203.0.113.0/28"], ["verify", "--read-only"],
    ["pools", "show"],
    ["pools", "check", "192.0.2.0/99"], ["pools", "usage"], ["remedy", "list"],
    ["pools", "plan", "--add", "203.0.113.64/28"], ["config", "show"], ["version"],
  ])
  func aDocumentIsTheSameInBothForms(_ arguments: [String]) async throws {
    // Read in one second: ages are in it.
    for attempt in 1...5 {
      let json = await program.run(arguments + ["-o", "json", "--rehearse", "enabled"])
      let yaml = await program.run(arguments + ["-o", "yaml", "--rehearse", "enabled"])
      #expect(json.exit == yaml.exit)
      let told = try value(json: json.outputText)
      let same = try value(yaml: yaml.outputText)
      if told == same { return }
      #expect(attempt < 5, "\(arguments): \(yaml.outputText)")
    }
  }

  @Test func whatGoesOnIsAStreamOfDocuments() async throws {
    _ = await program.run(["apply", "--yes", "namespace", "--rehearse", "fresh"])
    let json = await program.run(["activity", "-o", "json", "--rehearse", "fresh"])
    let yaml = await program.run(["activity", "-o", "yaml", "--rehearse", "fresh"])
    let lines = try json.outputText.split(separator: "\n").map { try value(json: String($0)) }
    #expect(lines.count > 1)
    #expect(yaml.outputText.hasPrefix("---\n"))
    let parts = yaml.outputText.components(separatedBy: "---\n").dropFirst()
    #expect(try parts.map { try value(yaml: $0) } == lines)
  }

  @Test func logLinesAreDocumentsToo() async throws {
    let yaml = await program.run(
      ["logs", "operator", "--max-lines", "3", "-o", "yaml", "--rehearse", "enabled"])
    let parts = yaml.outputText.components(separatedBy: "---\n").dropFirst()
    #expect(parts.count == 3, "\(yaml.transcript)")
    for part in parts {
      let value = try value(yaml: part)
      #expect(value["source"].text == "operator")
      #expect(value["message"].text?.isEmpty == false)
    }
  }

  @Test(arguments: [
    "", "yes", "0x1F", "1_000", "12:30:00", "2026-11-30", "2026-11-30T20:00:00Z", ".inf", "1e3",
    "- a", "a: b", "#x", " lead", "trail ", "two\nlines", "\n first", "  lead\nnext", "tab\there",
    "cr\rhere", "esc\u{1B}[0m", "\u{85}\u{2028}", "\u{9B}31m", "\"quoted\"", "<&>", "a\n\n\nb\n",
    "key:", "%x", "@x", "null", "~", "203.0.113.0/28", "\u{1F600}", "a\u{7F}b", "---", "...",
  ])
  func anyTextComesBackFromYAML(_ text: String) throws {
    let value: JSONValue = ["list": [.string(text)], "key": .string(text), "n": 1]
    #expect(try self.value(yaml: YAMLWriter.text(value)) == value)
    let asKey: JSONValue = .object([text: "value", "other": ["inner": .string(text)]])
    #expect(try self.value(yaml: YAMLWriter.text(asKey)) == asKey)
  }

  // MARK: Helpers

  private func value(json text: String) throws -> JSONValue { try JSONText.parse(text) }

  /// By Yams, which knows nothing of our writer.
  private func value(yaml text: String) throws -> JSONValue {
    Self.value(try #require(try Yams.compose(yaml: text)))
  }

  private static func value(_ node: Node) -> JSONValue {
    switch node {
    case .mapping(let mapping):
      return .object(
        Dictionary(uniqueKeysWithValues: mapping.map { ($0.key.string ?? "", value($0.value)) }))
    case .sequence(let items): return .array(items.map(value))
    case .scalar(let scalar):
      // What is quoted is text, whatever it looks like.
      guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
      if let flag = node.bool { return .bool(flag) }
      if let number = node.int { return .int(number) }
      if let number = node.float { return .double(number) }
      if node.null != nil { return .null }
      // A date would be something else to other readers.
      return node.timestamp == nil ? .string(scalar.string) : .array([.string("date")])
    case .alias: return .string("alias")
    }
  }
}
