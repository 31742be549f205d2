import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

/// Runs a shell under kubectl's name; no cluster and no kubectl is needed.
@Suite(.inTurn)
struct LocalExecutorTests {
  private let folder = TemporaryFolder()

  private func executor(
    _ environment: [String: String] = ["KUBECTL": "/bin/sh"], outputLimit: Int = 64 << 20
  ) -> LocalExecutor {
    LocalExecutor(
      folder: folder.state, supervisor: nil, environment: environment, outputLimit: outputLimit)
  }

  private func shell(
    _ script: String, input: String? = nil, limit: Duration = patience, changes: Bool = false
  ) -> Command {
    Command(
      .kubectl, ["-c", script], standardInput: input, purpose: "test", changes: changes,
      timeLimit: limit)
  }

  @Test(arguments: [false, true])
  func outputErrorsAndExitCodeComeBack(changes: Bool) async throws {
    let result = try await executor().run(
      shell("cat; echo no >&2; exit 7", input: "hello", changes: changes))
    #expect(result.exit == .code(7))
    #expect(result.outputText == "hello")
    #expect(result.errorText == "no\n")
  }

  @Test func aStopThatCannotBePassedOnIsSaid() async throws {
    let executor = executor()
    let go = folder.file("go")
    let seen = Mutex("")
    let (starts, started) = AsyncStream<Void>.makeStream()
    let command = shell("echo up; while [ ! -e \(go) ]; do sleep 0.01; done", changes: true)
    let task = Task {
      try await executor.run(command) { chunk in
        seen.withLock { $0 += String(decoding: chunk.bytes, as: UTF8.self) }
        started.yield()
      }
    }
    for await _ in starts { break }
    for job in JobFolder.all(in: folder.state) { job.remove() }
    await executor.stop()
    #expect(seen.withLock { $0 }.contains("the running change could not be asked to stop"))
    _ = FileManager.default.createFile(atPath: go, contents: nil)
    _ = try await task.value
  }

  @Test func endingAllReadsEndsWhatTheyStartedAndStartsNoOther() async throws {
    let reads = RunningReads()
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, reads: reads, environment: ["KUBECTL": "/bin/sh"])
    let (starts, started) = AsyncStream<Void>.makeStream()
    let command = shell("trap '' TERM; echo up; sleep 60 & wait; wait")
    let task = Task { try await executor.run(command) { _ in started.yield() } }
    for await _ in starts { break }
    reads.endAll()
    #expect(try await task.value.exit == .signal(SIGKILL))
    #expect(try await !executor.run(shell("echo up")).exit.isSuccess)
  }

  @Test(arguments: [false, true])
  func aSignalIsToldFromACode(changes: Bool) async throws {
    let result = try await executor().run(shell("kill -KILL $$", changes: changes))
    #expect(result.exit == .signal(SIGKILL))
  }

  @Test(arguments: [false, true])
  func outputIsSeenWhileItComes(changes: Bool) async throws {
    // The command waits for what the listener does on its first words.
    let go = folder.file("go")
    let seen = Mutex(Data())
    let script = "echo first; while [ ! -e \(go) ]; do sleep 0.01; done; echo second >&2"
    let result = try await executor().run(shell(script, changes: changes)) { chunk in
      seen.withLock { $0 += chunk.bytes }
      if !chunk.isError { _ = FileManager.default.createFile(atPath: go, contents: nil) }
    }
    #expect(result.exit.isSuccess)
    #expect(seen.withLock { $0 } == Data("first\nsecond\n".utf8))
  }

  @Test func aLineOfTenMegabytesComesWhole() async throws {
    let result = try await executor().run(shell("head -c 10000000 /dev/zero | tr '\\0' x"))
    #expect(result.standardOutput.count == 10_000_000)
    #expect(result.standardOutput.allSatisfy { $0 == UInt8(ascii: "x") })
  }

  @Test func whatAnEndedCommandPrintedLastIsNotLost() async throws {
    // More than a pipe's buffer is read slowly, long after the command has ended.
    let result = try await executor().run(shell("head -c 60000 /dev/zero; echo end")) { _ in
      // A slow listener.
      Thread.sleep(forTimeInterval: 0.02)
    }
    #expect(result.standardOutput.count == 60_004)
  }

  @Test func invalidTextIsKeptAsBytesAndShownWithMarks() async throws {
    let result = try await executor().run(shell("printf 'a\\377b'"))
    #expect(result.standardOutput == Data([0x61, 0xFF, 0x62]))
    #expect(result.outputText == "a\u{FFFD}b")
  }

  @Test
  func commandsThatNeverReadTheirInputDoNoHarm() async throws {
    let executor = executor(["KUBECTL": "true"])
    let input = String(repeating: "manifest\n", count: 20_000)
    let command = Command(.kubectl, [], standardInput: input, purpose: "")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<Amount(50, large: 500).count {
            guard try await executor.run(command).exit.isSuccess else { return false }
          }
          return true
        }
      }
      for try await isFine in group { #expect(isFine) }
    }
  }

  @Test func inputCanBeOpenedByItsDeviceName() async throws {
    let result = try await executor().run(shell("cat /dev/stdin", input: "[]"))
    #expect(result.outputText == "[]")
  }

  @Test func aMissingProgramIsNamedWithAdvice() async throws {
    let missing = executor(["PATH": folder.path, "KUBECTL": ""])
    let message = await #expect(throws: UserMessage.self) { try await missing.run(shell("true")) }
    #expect(message?.what == "kubectl was not found")
    #expect(message?.advice?.text().contains("KUBECTL=") == true)
  }

  @Test func aProgramThatMayNotBeRunIsNamed() async throws {
    try AtomicFile.write(Data("#!/bin/sh\n".utf8), to: folder.file("kubectl"))
    for environment in [
      ["PATH": folder.path, "KUBECTL": ""], ["KUBECTL": folder.file("kubectl")],
      ["KUBECTL": folder.path],
    ] {
      let message = await #expect(throws: UserMessage.self) {
        try await executor(environment).run(shell("true", changes: true))
      }
      #expect(message?.what == "kubectl was not found")
    }
  }

  @Test func aProgramThatIsNoProgramIsSaid() async throws {
    let path = folder.file("kubectl")
    try AtomicFile.write(Data([0x7F, 0x45, 0x4C, 0x46]), to: path)
    chmod(path, 0o700)
    let message = await #expect(throws: UserMessage.self) {
      try await executor(["KUBECTL": path]).run(shell("true"))
    }
    #expect(message?.what == "kubectl could not be run")
    let result = try await executor(["KUBECTL": path]).run(shell("true", changes: true))
    #expect(result.exit == .code(126))
  }

  @Test func wordsAndColoursAreAsWeReadThem() async throws {
    let result = try await executor().run(shell("echo $NO_COLOR $LC_ALL ${HOME:+home}"))
    #expect(result.outputText == "1 C.UTF-8 home\n")
  }

  // MARK: Limits

  @Test(arguments: [false, true])
  func tooMuchOutputEndsTheCommand(changes: Bool) async throws {
    let result = try await executor(outputLimit: 1 << 20)
      .run(
        shell("sleep 6000 & head -c 5000000 /dev/zero; sleep 6000", changes: changes))
    #expect(result.exit == .outputTooLarge)
    // A read that was cut off is no answer: its beginning is enough to see what it is.
    #expect(result.standardOutput.count == (changes ? 1 << 20 : 1 << 16))
  }

  @Test func answersThatFloodHoldTogetherWhatOneMayHold() throws {
    let room = AnswerRoom(bytes: 800)
    let collectors = (1...4).map { _ in OutputCollector(limit: 800, room: room, onOutput: nil) }
    func take(_ collector: OutputCollector, _ count: Int) -> Bool {
      [UInt8](repeating: 0x20, count: count).withUnsafeBytes {
        collector.take($0, isError: false)
      }
    }
    #expect(take(collectors[0], 700))
    #expect(take(collectors[1], 100))
    #expect(take(collectors[2], 200))
    #expect(!take(collectors[1], 1))
    #expect(collectors[1].cause == .outputTooLarge)
    // Its own share is nobody else's.
    #expect(take(collectors[3], 100))
    // What was cut off leaves its room to the others.
    #expect(!take(collectors[0], 101))
    #expect(take(collectors[2], 600))
    #expect(collectors[2].result(.code(0), after: .zero).standardOutput.count == 800)
  }

  @Test func anAnswerThatIsReadLeavesItsRoom() throws {
    let room = AnswerRoom(bytes: 800)
    for _ in 1...3 {
      let collector = OutputCollector(limit: 800, room: room, onOutput: nil)
      let fits = [UInt8](repeating: 0x20, count: 800).withUnsafeBytes {
        collector.take($0, isError: false)
      }
      #expect(fits)
    }
  }

  @Test func aFloodOfErrorsEndsAReadAndNotAChange() async throws {
    let read = try await executor(outputLimit: 1 << 20)
      .run(shell("head -c 3000000 /dev/zero >&2; sleep 6000"))
    #expect(read.exit == .outputTooLarge)
    #expect(read.standardError.count == 1 << 17)
    let change = try await executor(outputLimit: 1 << 20)
      .run(shell("head -c 3000000 /dev/zero >&2; echo end", changes: true))
    #expect(change.exit == .code(0))
    #expect(change.standardError.count == 1 << 17)
    #expect(change.outputText == "end\n")
  }

  /// A shell and its child, both deaf to SIGTERM; their ids are in the file.
  private func deaf(_ file: String) -> String {
    "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >> \(file); while :; do sleep 1; done' & "
      + "echo $$ >> \(file); echo up; while :; do sleep 1; done"
  }

  private func ids(in file: String) throws -> [pid_t] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap {
      pid_t($0)
    }
  }

  @Test func theTimeLimitEndsTheWholeGroup() async throws {
    let file = folder.file("pids")
    let result = try await executor().run(shell(deaf(file), limit: .seconds(3)))
    #expect(result.exit == .timedOut)
    #expect(result.outputText == "up\n")
    let processes = try ids(in: file)
    #expect(processes.count == 2)
    #expect(await eventually { processes.allSatisfy { kill($0, 0) != 0 } })
  }

  @Test func cancellingAReadEndsTheWholeGroup() async throws {
    let file = folder.file("pids")
    let executor = executor()
    let command = shell(
      "sh -c 'trap \"\" TERM; echo $$ >> \(file); while :; do sleep 1; done' & "
        + "echo $$ >> \(file); while :; do sleep 1; done")
    let task = Task { try await executor.run(command) }
    #expect(await eventually { (try? ids(in: file).count) == 2 })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let processes = try ids(in: file)
    #expect(await eventually { processes.allSatisfy { kill($0, 0) != 0 } })
  }

  @Test func aFollowedCommandStreamsUntilItIsCancelled() async throws {
    let executor = executor()
    let (lines, more) = AsyncStream<Int>.makeStream()
    let command = shell("while :; do echo line; sleep 0.01; done", limit: .milliseconds(1))
    let task = Task { try await executor.follow(command) { more.yield($0.bytes.count) } }
    var count = 0
    for await bytes in lines {
      count += bytes
      if count >= 25 { break }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await executor.follow(shell("exit 3")) { _ in } == .code(3))
  }

  // MARK: Changes

  @Test func aChangeGoesOnWhenItsTaskIsCancelled() async throws {
    let executor = executor()
    let (go, done) = (folder.file("go"), folder.file("done"))
    let script = "echo up; while [ ! -e \(go) ]; do sleep 0.01; done; echo ok > \(done)"
    let (starts, started) = AsyncStream<Void>.makeStream()
    let command = shell(script, changes: true)
    let task = Task { try await executor.run(command) { _ in started.yield() } }
    for await _ in starts { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(Lock.holder(in: folder.state)?.isOrphan == true)
    #expect(throws: UserMessage.self) { try Lock.acquire(in: folder.state, doing: "x") }
    try AtomicFile.write(Data(), to: go)
    let lock = try await Lock.acquire(
      in: folder.state, doing: "x", waitingForOrphan: patience)
    #expect(try AtomicFile.read(done) == Data("ok\n".utf8))
    lock.release()
    #expect(await eventually { JobFolder.all(in: folder.state).isEmpty })
  }

  @Test func stopInterruptsAChangeSoThatItCanTidyUp() async throws {
    let executor = executor()
    let (starts, started) = AsyncStream<Void>.makeStream()
    let command = shell(
      "trap 'echo tidy; exit 5' INT; echo up; while :; do sleep 0.01; done", changes: true)
    let task = Task { try await executor.run(command) { _ in started.yield() } }
    for await _ in starts { break }
    await executor.stop()
    let result = try await task.value
    #expect(result.exit == .code(5))
    #expect(result.outputText == "up\ntidy\n")
  }

  @Test func aLateChangeIsInterruptedThenTerminatedThenKilled() async throws {
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: ["KUBECTL": "/bin/sh"],
      afterInterrupt: .seconds(1), afterTerminate: .seconds(1))
    let script = "trap 'echo int' INT; trap 'echo term' TERM; while :; do sleep 0.02; done"
    let result = try await executor.run(
      shell(script, limit: .seconds(1), changes: true))
    #expect(result.exit == .timedOut)
    #expect(result.outputText == "int\nterm\n")
  }

  @Test func aChangeLeavesNoFolderAndNoLock() async throws {
    _ = try await executor().run(shell("echo secret", input: "secret", changes: true))
    #expect(JobFolder.all(in: folder.state).isEmpty)
    #expect(Lock.holder(in: folder.state) == nil)
  }

  // MARK: After a crash

  @Test func recoveryWritesTheMissingEndsAndClearsUp() throws {
    let journal = Journal(folder: folder.state, context: "prod")
    let ticket = try journal.begin(shell("x", changes: true), step: "a", redaction: Redaction())
    let lost = try journal.begin(shell("y"), step: "b", redaction: Redaction())
    let job = JobFolder(newIn: folder.state)
    let spec = JobSpec(
      program: "/bin/sh", argv: ["kubectl"], timeLimit: .seconds(1), ladder: .init(),
      outputLimit: 1, began: Date(), ticket: ticket.id, folder: folder.state, context: "prod")
    let output = try job.create(spec)
    LocalExecutor.recover(folder.state)
    #expect(JobFolder.all(in: folder.state) == [job])
    #expect(journal.entries().map(\.exit) == [nil, Journal.unknownExit])
    // Whoever held the output is gone.
    endChange(output)
    LocalExecutor.recover(folder.state)
    #expect(JobFolder.all(in: folder.state).isEmpty)
    #expect(journal.entries().map(\.exit) == [Journal.unknownExit, Journal.unknownExit])
    #expect(journal.entries().allSatisfy { $0.stderrTail.hasPrefix("cut off") })
    // An end that comes late after all is the better one.
    try lost.end(CommandResult(exit: .code(0)))
    #expect(journal.entries().map(\.exit) == [Journal.unknownExit, 0])
  }

  @Test func recoveryKeepsItsHandsOffWhileAnotherIsAtWork() throws {
    let journal = Journal(folder: folder.state, context: "prod")
    _ = try journal.begin(shell("x", changes: true), step: "a", redaction: Redaction())
    let lock = try Lock.acquire(in: folder.state, doing: "other")
    LocalExecutor.recover(folder.state)
    #expect(journal.entries().map(\.exit) == [nil])
    LocalExecutor.recover(folder.state, holding: lock)
    #expect(journal.entries().map(\.exit) == [Journal.unknownExit])
  }
}
