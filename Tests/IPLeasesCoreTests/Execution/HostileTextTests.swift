import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution

/// Texts made to be obeyed: by a terminal, a shell, a tool.
struct HostileTextTests {
  private static let pieces = [
    "\u{1B}[2J", "\u{1B}]0;x\u{7}", "\u{1B}]52;c;eA==\u{1B}\\", "\u{9B}31m", "\r", "\n", "\r\n",
    "\u{85}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{200B}", "\u{7F}", "\u{8}", "\u{0}", "\t",
    "\u{FEFF}", "\u{E0041}", "'", "\\", "\"", "$(touch x)", "`touch x`", "; touch x #", "x", "é",
    "日", "👍", " ", "--kubeconfig=/x", "..", "/", "-n", "\u{1B}", "\u{10FFFF}", "\u{FFFE}",
  ]

  private static func text(_ random: inout SeededRandom) -> String {
    (0...random.below(8)).map { _ in pieces[random.below(pieces.count)] }.joined()
  }

  private static func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar == "\t"
        || scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
          && !SafeText.isUnseen(scalar)
    }
  }

  @Test(.seeded) func noTextThatIsWrittenControlsATerminal() throws {
    var random = SeededRandom(stream: 21_101)
    for _ in 0..<Amount(3_000, large: 1_000_000).count {
      let text = Self.text(&random)
      #expect(Self.isHarmless(SafeText.shown(text)), "\(text.debugDescription)")
      #expect(Self.isHarmless(SafeText.line(text)), "\(text.debugDescription)")
      #expect(SafeText.lines(text).allSatisfy { !$0.contains("\n") })
      #expect(Self.isHarmless(Redaction().redacting(SafeText.shown(text))))
      let quoted = ShellQuoting.quote(text)
      #expect(Self.isHarmless(quoted) && !quoted.contains("\n"), "\(text.debugDescription)")
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      let json = SafeText.shownJSON(String(decoding: try encoder.encode([text]), as: UTF8.self))
      #expect(Self.isHarmless(json) && !json.contains("\n"), "\(text.debugDescription)")
      #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
    }
  }

  /// A shell reads what is shown as what it was.
  @Test(.seeded, .enabled(if: access("/bin/bash", X_OK) == 0))
  func whatIsQuotedIsOneWordForAShell() async throws {
    var random = SeededRandom(stream: 21_102)
    let texts = (0..<Amount(150, large: 5_000).count).map { _ in
      Self.text(&random).replacing("\u{0}", with: "")
    }
    let folder = TemporaryFolder()
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: ["HELM": "/bin/bash"])
    for part in stride(from: 0, to: texts.count, by: 50) {
      let some = Array(texts[part..<min(part + 50, texts.count)])
      let script = "printf '%s\\0' " + some.map { ShellQuoting.quote($0) }.joined(separator: " ")
      let result = try await executor.run(
        Command(.helm, ["-c", script], purpose: "", timeLimit: .seconds(600)))
      let words = result.standardOutput.split(separator: 0, omittingEmptySubsequences: false)
      #expect(words.dropLast().map { String(decoding: $0, as: UTF8.self) } == some)
    }
  }

  @Test(arguments: [
    "--kubeconfig=/x", "-n", "--namespace=x", "..", "a/../b", "a b", "a\u{1B}", "A", "", "a..b",
    "-a", "a-", "a\n", "é", "%2e",
  ])
  func whatIsNoNameIsNotTaken(name: String) throws {
    let text = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
    #expect(!ClusterName.isName(name))
    func refuses<Value: Decodable>(_ type: Value.Type, _ json: String) {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(type, from: Data(json.utf8)) }
    }
    refuses(Pod.self, "{\"metadata\":{\"name\":\(text),\"namespace\":\"a\"}}")
    if !name.isEmpty { refuses(Pod.self, "{\"metadata\":{\"name\":\"a\",\"namespace\":\(text)}}") }
    refuses(Workload.Container.self, "{\"name\":\(text)}")
    for key in ["name", "namespace", "revision"] {
      var row = [
        "name": "a", "namespace": "b", "revision": "1", "status": "deployed", "chart": "c-1",
        "app_version": "1",
      ]
      row[key] = name
      let json = String(decoding: try JSONEncoder().encode(row), as: UTF8.self)
      refuses(Release.self, json)
    }
    let groups = """
      {"groups":[{"name":"apps","versions":[{"version":\(text)},{"version":"v1"}],\
      "preferredVersion":{"version":\(text)}}]}
      """
    let known = try JSONDecoder().decode(APIGroups.self, from: Data(groups.utf8))
    #expect(known.versions(of: "apps") == ["v1"])
  }

  @Test(arguments: ["a", "akash-provider-0", "sh.helm.release.v1.x.v12", "0a", "a.b-c.d"])
  func aNameIsTaken(name: String) { #expect(ClusterName.isName(name)) }
}
