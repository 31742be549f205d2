import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

struct JournalTests {
  private let folder = TemporaryFolder()
  private var journal: Journal { Journal(folder: folder.state, context: "prod") }
  private let command = Command(.helm, ["repo", "update"], purpose: "update", changes: true)

  @Test func startAndEndBecomeOneEntry() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000.25)
    let ticket = try journal.begin(command, step: "metallb", at: time, redaction: Redaction())
    #expect(journal.entries().map(\.exit) == [nil])
    try ticket.end(
      CommandResult(
        exit: .code(3), standardOutput: Data("out\n".utf8), standardError: Data("err\n".utf8),
        duration: .milliseconds(1_250)))
    let want = JournalEntry(
      time: time, context: "prod", step: "metallb", argv: ["helm", "repo", "update"],
      changes: true, exit: 3, seconds: 1.25, stdoutTail: "out", stderrTail: "err")
    #expect(journal.entries() == [want])
    #expect(mode(of: folder.state.journal) == 0o600)
    #expect(mode(of: folder.state.path) == 0o700)
  }

  @Test func tornAndStrangeLinesAreSkipped() throws {
    let first = try journal.begin(command, step: "a", redaction: Redaction())
    try first.end(CommandResult(exit: .code(0)))
    let bytes = try #require(try AtomicFile.read(folder.state.journal))
    let garbage = Data("\u{0}\u{1B}[2J\n{\"id\":1}\n\n[]\n".utf8) + Data([0xFF, 0xFE, 0x0A])
    try AtomicFile.write(garbage + bytes + bytes.prefix(40), to: folder.state.journal)
    #expect(journal.entries().map(\.step) == ["a"])
    let second = try journal.begin(command, step: "b", redaction: Redaction())
    try second.end(CommandResult(exit: .signal(9)))
    #expect(journal.entries().map(\.step) == ["a", "b"])
    #expect(journal.entries().map(\.exit) == [0, 137])
  }

  @Test func strangeLinesAreCounted() throws {
    try folder.state.create()
    try AtomicFile.write(Data("nonsense\n{}\n".utf8), to: folder.state.journal)
    #expect(journal.contents().skippedLines == 2)
    #expect(journal.problem == nil)
  }

  @Test func aJournalThatIsNoFileIsSaid() throws {
    #expect(journal.problem == nil)
    try AtomicFile.createFolder(folder.state.journal)
    #expect(journal.problem?.isUntold == true)
    try FileManager.default.removeItem(atPath: folder.state.journal)
    #expect(mkfifo(folder.state.journal, 0o600) == 0)
    #expect(journal.problem?.reason == "it is not a regular file")
  }

  @Test func aDryRunIsATryNoRead() throws {
    let dryRun = Command(.helm, ["install", "--dry-run=server"], purpose: "", changes: false)
    for command in [command, dryRun, Command(.helm, ["list"], purpose: "")] {
      _ = try journal.begin(command, step: "", redaction: Redaction())
    }
    #expect(journal.entries().map(\.kind) == [.change, .trial, .read])
  }

  @Test func whatCannotBeEncodedIsNoEmptyLine() throws {
    #expect(throws: UserMessage.self) {
      try journal.end("a", exit: 0, seconds: .nan, stdoutTail: "", stderrTail: "")
    }
    #expect(try AtomicFile.read(folder.state.journal) == nil)
  }

  @Test func onlyTheEndOfTheOutputIsKeptRedactedAndHarmless() throws {
    let redaction = Redaction(secrets: ["hunter22"])
    let secret = Command(.kubectl, ["create", "x=hunter22"], purpose: "", changes: true)
    let ticket = try journal.begin(secret, step: "a", redaction: redaction)
    let output = String(repeating: "é\n", count: 100_000) + "\u{1B}[31m hunter22\npassword: p\nend"
    try ticket.end(CommandResult(exit: .code(0), standardOutput: Data(output.utf8)))
    let entry = try #require(journal.entries().first)
    #expect(entry.argv == ["kubectl", "create", "x=(hidden)"])
    #expect(entry.stdoutTail.hasSuffix("\n (hidden)\npassword: (hidden)\nend"))
    #expect(entry.stdoutTail.utf8.count <= Journal.tailLimit + 3)
    let text = String(
      decoding: try #require(try AtomicFile.read(folder.state.journal)), as: UTF8.self)
    #expect(!text.contains("hunter22"))
  }

  @Test func aFullFileBecomesTheOlderOneAndEntriesSpanBoth() throws {
    let ticket = try journal.begin(command, step: "old", redaction: Redaction())
    let filler = Data(repeating: UInt8(ascii: "#"), count: Journal.rotationSize)
    let bytes = try #require(try AtomicFile.read(folder.state.journal))
    try AtomicFile.write(filler + Data("\n".utf8) + bytes, to: folder.state.journal)
    try ticket.end(CommandResult(exit: .code(0)))
    #expect(journal.entries().map(\.exit) == [0])
    #expect(try AtomicFile.read(folder.state.journal).map { $0.count < 1_000 } == true)
    #expect(try AtomicFile.read(folder.state.olderJournal, limit: 9 << 20) != nil)
  }

  @Test func readingIsBounded() throws {
    for step in 0..<50 { _ = try journal.begin(command, step: "\(step)", redaction: Redaction()) }
    let few = journal.entries(limit: 2_000)
    #expect(few.count < 20)
    #expect(few.last?.step == "49")
  }

  /// Longer than all that is taken in, at the end, in the middle and in the older file.
  @Test(arguments: [[0], [1], [2], [0, 1, 2]])
  func aLineOfEnormousLengthHidesNoOther(places: [Int]) throws {
    var file = Data()
    for place in 0...2 {
      _ = try journal.begin(command, step: "\(place)", redaction: Redaction())
      file += try #require(try AtomicFile.read(folder.state.journal))
      try AtomicFile.remove(folder.state.journal)
      if places.contains(place) {
        file += Data("{\"id\":\"".utf8) + Data(repeating: UInt8(ascii: "x"), count: 5 << 20) + [10]
      }
    }
    try AtomicFile.write(file, to: folder.state.journal)
    #expect(journal.entries().map(\.step) == ["0", "1", "2"])
    #expect(journal.contents().skippedLines == places.count)
    #expect(rename(folder.state.journal, folder.state.olderJournal) == 0)
    _ = try journal.begin(command, step: "3", redaction: Redaction())
    #expect(journal.entries().map(\.step) == ["0", "1", "2", "3"])
  }

  @Test func aLineThatWasCutOffInTheMiddleIsLeftOut() throws {
    for step in 0..<3 { _ = try journal.begin(command, step: "\(step)", redaction: Redaction()) }
    let whole = try #require(try AtomicFile.read(folder.state.journal))
    try AtomicFile.write(whole.dropLast(20), to: folder.state.journal)
    #expect(journal.entries().map(\.step) == ["0", "1"])
    #expect(journal.contents().skippedLines == 0)
  }

  @Test func writersAtOnceLoseNoLine() async throws {
    let journal = journal
    try await withThrowingTaskGroup(of: Void.self) { group in
      for step in 0..<40 {
        group.addTask {
          let ticket = try journal.begin(command, step: "\(step)", redaction: Redaction())
          try ticket.end(CommandResult(exit: .code(0)))
        }
      }
      try await group.waitForAll()
    }
    #expect(journal.entries().count == 40)
    #expect(journal.entries().allSatisfy { $0.exit == 0 })
  }

  @Test func aJournalThatCannotBeWrittenIsSaid() throws {
    try AtomicFile.createFolder(folder.state.journal)
    let message = #expect(throws: UserMessage.self) {
      try journal.begin(command, step: "a", redaction: Redaction())
    }
    #expect(message?.what == "could not write the journal \(folder.state.journal)")
  }
}
