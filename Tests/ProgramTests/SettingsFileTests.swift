import Basics
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import ip_leases

/// `config`, `completion` and `version`.
@Suite(.inTurn)
struct SettingsFileTests {
  private let program = ProgramCall()

  @Test func theFileThatIsWrittenHasEveryKeyAndChangesNothing() async throws {
    let written = await program.run(["config", "init"])
    #expect(written.exit == .code(0), "\(written.transcript)")
    let path = "\(program.folder)/.config/ip-leases/config.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let commented = try ConfigFile(parsing: text, name: "c")
    #expect(commented == ConfigFile())
    let lines = text.split(separator: "\n").dropFirst().filter { $0.contains(#/^# [a-z-]+: /#) }
      .map { String($0.dropFirst(2)) }
    #expect(lines.map { String($0.prefix { $0 != ":" }) } == ConfigFile.keys)
    let file = try ConfigFile(parsing: lines.joined(separator: "\n"), name: "c")
    #expect(Set(file.values.keys) == Set(ConfigFile.keys))

    let again = await program.run(["config", "init"])
    #expect(again.exit == .code(1))
    #expect(again.errorText.contains("is there already"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func eachSettingTellsWhereItComesFrom() async throws {
    let path = "\(program.folder)/c.yaml"
    try "timeout: 90s\nway: kubespray\n".write(toFile: path, atomically: true, encoding: .utf8)
    let answer = await program.run(
      ["config", "show", "--config", path, "--way", "helm", "-o", "json"])
    let rows = try JSONText.parse(answer.outputText)["settings"].items
    func row(_ key: String) -> [String?] {
      let row = rows.first { $0["key"].text == key }
      return [row?["value"].text, row?["from"].text]
    }
    #expect(row("way") == ["helm", "flag"])
    #expect(row("timeout") == ["90s", path])
    #expect(row("metallb-version") == ["0.14.8", "default"])
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionHasTheValues(_ shell: String) async throws {
    let answer = await program.run(["completion", shell])
    #expect(answer.exit == .code(0))
    for word in ["metrics-service", "enabled+operator-locked-a", "IPL-0704", "openmetrics"] {
      #expect(answer.outputText.contains(word), "\(word)")
    }
    guard FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") else { return }
    let check = try await program.pipe(answer.outputText, into: "/bin/\(shell)", ["-n"])
    #expect(check.exit == .code(0), "\(check.transcript)")
  }

  @Test func theVersionIsThatOfTheOption() async {
    let short = await program.run(["--version"])
    let long = await program.run(["version"])
    #expect(long.outputText.hasPrefix("ip-leases \(short.outputText)"))
  }
}
