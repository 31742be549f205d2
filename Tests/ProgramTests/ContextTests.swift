import Basics
import Execution
import Foundation
import TestSupport
import Testing

@testable import ip_leases

/// Several contexts in one call, by a kubectl that is a script: one cluster is empty, one refuses,
/// and two of them answer only when both are asked at the same time.
@Suite(.inTurn)
struct ContextTests {
  private let program = ProgramCall()

  private func tool() throws -> String {
    let path = "\(program.folder)/kubectl"
    let script = """
      #!/bin/sh
      at='\(program.folder)'
      case "$*" in
        *get-contexts*) printf 'dead\\nempty\\n'; exit 0 ;;
        *"--context dead"*)
          echo 'The connection to the server 10.9.9.9:6443 was refused - did you specify the right host or port?' >&2
          exit 1 ;;
        *"--context left"*)
          : > "$at/left"; while [ ! -e "$at/right" ]; do sleep 0.05; done ;;
        *"--context right"*)
          : > "$at/right"; while [ ! -e "$at/left" ]; do sleep 0.05; done ;;
      esac
      case "$*" in
        *"config view"*) echo '{}' ;;
        *"-o json"*) echo '{"kind":"List","apiVersion":"v1","items":[]}' ;;
      esac
      """
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func run(_ arguments: [String]) async throws -> CommandResult {
    await program.run(arguments, kubectl: try tool())
  }

  @Test func eachContextIsAnObjectOnALine() async throws {
    let answer = try await run(
      ["status", "--context", "empty", "--context", "dead", "-o", "json"])
    let rows = try answer.outputText.split(separator: "\n").map { try JSONText.parse(String($0)) }
    #expect(rows.map(\.["context"].text) == ["empty", "dead"], "\(answer.transcript)")
    #expect(rows.allSatisfy { $0["schema"].text == "ip-leases/status/v1" })
    #expect(rows.first?["now"] != rows.last?["now"])
  }

  @Test func eachContextIsABlockOfText() async throws {
    let answer = try await run(["status", "--all-contexts"])
    #expect(answer.outputText.hasPrefix("# dead\nNOW  "), "\(answer.transcript)")
    #expect(answer.outputText.contains("\n\n# empty\nNOW  "))
    // Of the empty one it is known that nothing is there; the other one could not be told.
    let alone = try await run(["status", "--context", "empty"])
    let code = alone.exit == .code(1) ? 1 : 2
    #expect(answer.exit == .code(Int32(code)))
  }

  @Test func theGaugesCarryTheirContext() async throws {
    let answer = try await run(["verify", "--all-contexts", "-o", "openmetrics"])
    #expect(answer.outputText.contains(#"ip_leases_check{context="dead",code=""#))
    #expect(answer.outputText.contains(#"ip_leases_check{context="empty",code=""#))
    #expect(answer.outputText.components(separatedBy: "# TYPE ip_leases_check gauge").count == 2)
    #expect(answer.outputText.hasSuffix("# EOF\n"))
  }

  /// One after the other they would wait for ever.
  @Test func theyAreReadSideBySide() async throws {
    let answer = try await run(
      ["status", "--context", "left", "--context", "right", "-o", "json"])
    #expect(answer.outputText.split(separator: "\n").count == 2, "\(answer.transcript)")
  }

  @Test(arguments: [
    ["steps", "--context", "a", "--context", "b"],
    ["status", "--all-contexts", "--context", "a"], ["status", "--all-contexts", "-w"],
    ["verify", "--all-contexts", "--proof"], ["verify", "--all-contexts", "-o", "junit"],
    ["status", "--context", "a", "--context", "b", "--rehearse", "enabled"],
    ["status", "--context", "a", "--context", ""],
  ])
  func whatIsAboutOneClusterTakesNoSecond(_ arguments: [String]) async throws {
    let answer = try await run(arguments)
    #expect(answer.exit == .code(64), "\(answer.transcript)")
  }
}
