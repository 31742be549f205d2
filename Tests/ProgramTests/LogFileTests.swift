import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import ip_leases

/// `ip-leases logs --file`: a saved log by the grammars of all programs, without a cluster.
struct LogFileTests {
  private let program = ProgramCall()

  private static let log = """
    2026-11-23T15:16:45.000000000Z <nil> INF ip operator start operator=ip
    2026-11-23T15:17:45.000000000Z {"caller":"a.go:1","level":"error","msg":"it broke","ts":"2026-11-23T15:17:45Z"}
    2026-11-23T15:18:45.000000000Z E1123 15:18:45.955898       1 reflector.go:147] "it failed" err=<
    2026-11-23T15:18:45.000000001Z \tfirst "line"
    2026-11-23T15:18:45.000000002Z \tsecond
    2026-11-23T15:18:45.000000003Z  > node="node1"
    2026-11-23T15:19:45.000000000Z panic: runtime error: index out of range
    2026-11-23T15:20:45.000000000Z 2024/01/01 12:00:00 BGP: [ABCDE-FGHIJ] up
    3:04PM WRN no date here key=value

    """

  private struct Line: Decodable {
    var time: String?
    var source: String
    var level: String?
    var message: String
    var fields: [String: String]
    var raw: String
  }

  private func run(_ arguments: [String], _ text: String = log) async throws -> CommandResult {
    let path = "\(program.folder)/saved.log"
    try Data(text.utf8).write(to: URL(filePath: path))
    return await program.run(["logs", "--file", path] + arguments)
  }

  private func lines(_ arguments: [String], _ text: String = log) async throws -> [Line] {
    let result = try await run(["-o", "json"] + arguments, text)
    #expect(result.exit == .code(0), "\(result.transcript)")
    return try result.standardOutput.split(separator: 0x0A).map {
      try JSONDecoder().decode(Line.self, from: Data($0))
    }
  }

  @Test func everyLineIsReadByTheGrammarOfItsProgramInItsOrder() async throws {
    let found = try await lines([])
    #expect(
      found.map(\.message) == [
        "ip operator start", "it broke", "it failed", "panic: runtime error: index out of range",
        "[ABCDE-FGHIJ] up", "no date here",
      ])
    #expect(found.map(\.level) == ["info", "error", "error", "fatal", nil, "warn"])
    #expect(found.map(\.source) == Array(repeating: "file", count: 6))
    #expect(found[2].fields == ["err": "first \"line\" second", "node": "node1"])
  }

  @Test func levelAndPatternChooseLines() async throws {
    #expect(try await lines(["--level", "error"]).count == 3)
    #expect(try await lines(["--grep", "second"]).map(\.message) == ["it failed"])
    #expect(try await lines(["--max-lines", "2"]).map(\.level) == [nil, "warn"])
  }

  @Test func boundsOfTimeChooseLines() async throws {
    let text = Self.log.replacing("3:04PM WRN no date here key=value\n", with: "")
    let found = try await lines(
      ["--since", "2026-11-23T15:17:00Z", "--until", "2026-11-23T15:19:00Z"], text)
    #expect(found.map(\.message) == ["it broke", "it failed"])
    // What has no time at all is not dropped in silence.
    let result = try await run(["--since", "1h"], "<nil> INF one operator=ip\n")
    #expect(result.outputText.contains("one"))
    #expect(result.errorText.contains("1 line(s) hold no date and time"))
  }

  @Test func oneSourceSaysWhoseLinesTheyAre() async throws {
    let found = try await lines(["hostname"], "Error: it failed\n")
    #expect(found.map(\.source) == ["hostname"])
    #expect(found.map(\.level) == ["error"])
  }

  @Test(arguments: [[], ["-f"]])
  func standardInputIsRead(more: [String]) async {
    let streams = RecordedStreams(input: "\u{FEFF}<nil> ERR it broke operator=ip\r\n")
    let result = await program.run(["logs", "--file", "-"] + more, streams)
    #expect(result.exit == .code(0), "\(result.transcript)")
    #expect(result.outputText.contains("error it broke  operator=ip\n"), "\(result.outputText)")
  }

  @Test(arguments: [
    ["a-pod-0"], ["speaker", "controller"], ["-f"], ["--until", "later"],
  ])
  func whatDoesNotGoWithAFileIsWrongUsage(arguments: [String]) async throws {
    #expect(try await run(arguments).exit == .code(64))
  }

  @Test func aFileThatIsNotThereIsSaid() async {
    let result = await program.run(["logs", "--file", "/no/such/file"])
    #expect(result.errorText.contains("/no/such/file is not there"))
  }
}
