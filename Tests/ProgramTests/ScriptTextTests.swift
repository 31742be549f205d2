import Testing

@testable import Execution
@testable import IPLeasesCore
@testable import ip_leases

/// A script runs nothing but the plan's commands, whatever names and labels of the cluster say.
struct ScriptTextTests {
  @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}"])
  func whatAClusterSaysStaysInItsComment(end: String) {
    let word = "x\(end)touch FILE #\(end)#"
    let label = Command(
      .kubectl, ["label", "namespace", "n", "l=\(word)"], purpose: "p", changes: true)
    let plan = Plan(
      id: "namespace", title: word, actions: [.command(Command(.kubectl, ["get"], purpose: "p"))],
      undo: [.command(label)], notes: [Note(word)])
    let script = ScriptText.text([plan])
    // As a shell ends a line, and as other readers do.
    let lines = script.split(whereSeparator: \.isNewline)
    #expect(lines.contains { $0.contains("touch FILE") })
    #expect(lines.allSatisfy { !$0.contains("touch FILE") || $0.hasPrefix("#") }, "\(lines)")
    #expect(!script.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func whatCannotBeShownIsQuotedOnOneLineOrRefused() {
    let word = "a\u{1B}]52;c;eA==\u{7}\r\nb"
    let label = Command(.kubectl, ["label", "l=\(word)"], purpose: "p", changes: true)
    let write = Command(
      .kubectl, ["apply", "-f", "-"], standardInput: "a: \(word)\n", purpose: "p", changes: true)
    let script = ScriptText.text([
      Plan(id: "namespace", title: "t", actions: [.command(label), .command(write)])
    ])
    #expect(script.hasPrefix("#!/usr/bin/env bash\n"))
    #expect(script.contains("\nkubectl label $'l=a\\x1b]52;c;eA==\\x07\\x0d\\nb'\n"))
    #expect(!script.contains("kubectl apply"))
    #expect(!script.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}
