import Execution
import Foundation
import TestSupport
import Testing

@testable import ip_leases

/// What others have written, in files and arguments, does not control a terminal.
struct HostileOutputTests {
  private let program = ProgramCall()
  private static let word = "a\u{1B}[2J\u{1B}]52;c;eA==\u{7}\r\nb\u{9B}31m\u{202E}\u{7F}"

  private func expectHarmless(
    _ result: CommandResult, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for text in [result.outputText, result.errorText] {
      let bad = text.unicodeScalars.first { scalar in
        scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
          || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0x202E
      }
      #expect(bad == nil, "\(text.debugDescription)", sourceLocation: sourceLocation)
    }
  }

  @Test func aJournalOfAnotherHandIsShownAsText() async throws {
    let steps = await program.run(["apply", "--yes", "namespace", "--rehearse", "fresh"])
    #expect(steps.exit == .code(0), "\(steps.transcript)")
    let names = FileManager.default.enumerator(atPath: program.state)?.compactMap { $0 as? String }
    let journal = try #require(names?.first { $0.hasSuffix("activity.jsonl") })
    let path = "\(program.state)/\(journal)"
    let word = String(decoding: try JSONEncoder().encode(Self.word), as: UTF8.self)
    let line = """
      {"id":"x","event":"start","time":"2026-01-01T00:00:00.000Z","context":\(word),"step":\(word),\
      "argv":["kubectl",\(word)],"changes":true}
      {"id":"x","event":"end","time":"2026-01-01T00:00:01.000Z","exit":0,"seconds":1,\
      "stdoutTail":\(word),"stderrTail":\(word)}

      """
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
    for options in [[], ["-o", "json"]] {
      let shown = await program.run(["activity", "--rehearse", "fresh"] + options)
      #expect(shown.exit == .code(0), "\(shown.transcript)")
      expectHarmless(shown)
    }
  }

  @Test(arguments: ["a,b.yaml", "a\u{1B}[2J.yaml", "a\nb.yaml", "a\u{202E}.yaml"])
  func aValuesFileThatHelmOrAShellWouldTakeForAnotherIsRefused(name: String) async {
    let path = "\(program.folder)/\(name)"
    let result = await program.run([
      "apply", "--yes", "--rehearse", "fresh", "--pool", "203.0.113.0/28", "--provider-file", path,
    ])
    #expect(result.exit == .code(2), "\(result.transcript)")
    #expect(result.errorText.contains("cannot hold the provider's values"))
    expectHarmless(result)
  }

  @Test func theFileThatAKilledRunLeftIsRemovedAtTheNextStart() async throws {
    let left = "\(program.folder)/.provider.yaml.\(getpid())-7.tmp"
    #expect(FileManager.default.createFile(atPath: left, contents: Data("key: x".utf8)))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: left)
    _ = await program.run([
      "steps", "--rehearse", "fresh", "--provider-file", "\(program.folder)/provider.yaml",
    ])
    #expect(!FileManager.default.fileExists(atPath: left))
  }

  @Test func whatComesToNoEndIsNoFileOfRanges() throws {
    let pipe = "\(program.folder)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/stdin", "/dev/tty", "/dev/zero"] {
      guard case .failure = ImportedFile.pool(in: path, called: "default") else {
        Issue.record("\(path) was read")
        continue
      }
    }
  }
}
