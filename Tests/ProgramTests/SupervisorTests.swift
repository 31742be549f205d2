import Basics
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// The real supervisor, and a console that dies.
@Suite(.inTurn)
struct SupervisorTests {
  private let root: String
  private let folder: StateFolder

  init() {
    root = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"
    folder = StateFolder(root: root, cluster: "test")
  }

  /// A change that says it is up, waits for the file `go` and then says so.
  private static func command(_ root: String) -> Command {
    let script = "echo up; while [ ! -e \(root)/go ]; do sleep 0.01; done; cat; echo done >&2"
    return Command(
      .helm, ["-c", script], standardInput: "the input", purpose: "test", changes: true,
      timeLimit: patience)
  }

  private static func executor(_ folder: StateFolder) -> LocalExecutor {
    let binary = Bundle.main.bundlePath + "/ip-leases"
    return LocalExecutor(
      folder: folder, supervisor: [binary, "supervise"], environment: ["HELM": "/bin/sh"])
  }

  private func go() { _ = FileManager.default.createFile(atPath: "\(root)/go", contents: nil) }

  private var jobs: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.jobs)) ?? []
  }

  @Test func theConsoleSeesOutputAndEndOfASupervisedChange() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let journal = Journal(folder: folder, context: "prod")
    let command = Self.command(root)
    let ticket = try journal.begin(command, step: "metallb", redaction: Redaction())
    let result = try await Self.executor(folder).run(command, recordedBy: ticket) { chunk in
      if chunk.bytes.starts(with: "up".utf8) { go() }
    }
    #expect(result.exit == .code(0))
    #expect(result.outputText == "up\nthe input")
    #expect(result.errorText == "done\n")
    let entry = try #require(journal.entries().first)
    #expect(entry.exit == 0)
    #expect(entry.stdoutTail == "up\nthe input")
    #expect(entry.stderrTail == "done")
    #expect(jobs.isEmpty)
  }

  @Test(arguments: [SIGKILL, SIGHUP, SIGTERM])
  func aChangeOutlivesItsConsole(signal: Int32) async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    await #expect(processExitsWith: .signal(signal)) {
      [root = root as String, signal = signal as Int32] in
      // The whole group is signalled, as a terminal that goes away does it.
      setpgid(0, 0)
      let folder = StateFolder(root: root, cluster: "test")
      let lock = try Lock.acquire(in: folder, doing: "apply")
      let command = SupervisorTests.command(root)
      let ticket = try Journal(folder: folder, context: "prod")
        .begin(command, step: "metallb", redaction: Redaction(secrets: ["the input"]))
      _ = try await SupervisorTests.executor(folder).run(command, recordedBy: ticket) { _ in
        kill(0, signal)
      }
      withExtendedLifetime(lock) {}
    }
    let journal = Journal(folder: folder, context: "prod")
    #expect(journal.entries().map(\.exit) == [nil])
    let holder = try #require(Lock.holder(in: folder))
    #expect(holder.isOrphan)
    #expect(holder.doing.hasPrefix("helm -c"))
    let message = #expect(throws: UserMessage.self) { try Lock.acquire(in: folder, doing: "x") }
    #expect(message?.reason?.contains("a change of an earlier console still runs") == true)
    // A console that starts now must not clear away what still runs.
    LocalExecutor.recover(folder)
    #expect(journal.entries().map(\.exit) == [nil])
    go()
    let lock = try await Lock.acquire(in: folder, doing: "x", waitingForOrphan: patience)
    // The end is in the journal before the lock is free.
    let entry = try #require(journal.entries().first)
    #expect(entry.exit == 0)
    #expect(entry.stdoutTail == "up\n(hidden)")
    #expect(entry.stderrTail == "done")
    #expect(await eventually { jobs.isEmpty })
    lock.release()
  }

  /// A plan that borrows a file, in the place of a Service, and gives it back.
  private static func borrowing(_ root: String) -> Plan {
    func helm(_ script: String) -> Command {
      Command(.helm, ["-c", script], purpose: "test", changes: true)
    }
    let probe = Command(.helm, ["-c", "exit 1"], purpose: "test")
    let remove = Action.command(helm("rm \(root)/borrowed"))
    var plan = Plan(id: "proof", title: "Borrow")
    plan.actions = [
      .command(helm("echo x > \(root)/borrowed")),
      .wait(
        Wait(
          until: "never", probe: probe, passes: .succeeds,
          // What is lent is taken back after it, whatever the machine is busy with.
          limit: .seconds(86_400), interval: .milliseconds(10))), remove,
    ]
    plan.closingCount = 1
    plan.undo = [remove]
    return plan
  }

  private static func runner(_ folder: StateFolder) -> PlanRunner {
    PlanRunner(
      executor: executor(folder), journal: Journal(folder: folder, context: "prod"),
      undoStore: UndoStore(folder: folder, context: "prod"))
  }

  private var isBorrowed: Bool { FileManager.default.fileExists(atPath: "\(root)/borrowed") }

  @Test(arguments: [SIGKILL, SIGHUP, SIGUSR1, SIGALRM, SIGXCPU])
  func whatIsBorrowedIsGivenBackHoweverTheConsoleEnds(signal: Int32) async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    await #expect(processExitsWith: .signal(signal)) {
      [root = root as String, signal = signal as Int32] in
      setpgid(0, 0)
      let folder = StateFolder(root: root, cluster: "test")
      _ = await SupervisorTests.runner(folder).run(SupervisorTests.borrowing(root)) { event in
        guard case .stillWaiting = event else { return }
        guard FileManager.default.fileExists(atPath: "\(root)/borrowed") else { abort() }
        kill(0, signal)
      }
    }
    #expect(await eventually { !isBorrowed })
    let undo = UndoStore(folder: folder, context: "prod")
    #expect(await eventually { undo.savedIDs.isEmpty && undo.unfinishedSince("proof") == nil })
    let last = try #require(Journal(folder: folder, context: "prod").entries().last)
    #expect(last.argv.last == "rm \(root)/borrowed")
    #expect(last.exit == 0)
  }

  @Test func aKeeperThatIsNotNeededEndsWithItsPlan() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let runner = Self.runner(folder)
    let outcome = await runner.run(Self.borrowing(root)) { event in
      if case .stillWaiting = event { Task { await runner.stop() } }
    }
    #expect(outcome == .stopped)
    #expect(!isBorrowed)
    let removals = Journal(folder: folder, context: "prod").entries()
      .count { $0.argv.last == "rm \(root)/borrowed" }
    #expect(removals == 1)
  }

  /// A disk that is full takes no line of the journal.
  @Test func whatIsBorrowedIsGivenBackWithoutAJournal() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let journal = folder.journal
    let runner = Self.runner(folder)
    let outcome = await runner.run(Self.borrowing(root)) { event in
      guard case .stillWaiting = event else { return }
      // In the place of a file that cannot be written.
      try? FileManager.default.removeItem(atPath: journal)
      try? FileManager.default.createDirectory(
        atPath: journal, withIntermediateDirectories: false)
      Task { await runner.finish() }
    }
    #expect(outcome == .stopped)
    #expect(!isBorrowed)
  }

  @Test func aStoppedChangeIsInterruptedThroughItsSupervisor() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let executor = Self.executor(folder)
    let (starts, started) = AsyncStream<Void>.makeStream()
    let script = "trap 'echo tidy; exit 1' INT; echo up; while :; do sleep 0.01; done"
    let command = Command(.helm, ["-c", script], purpose: "test", changes: true)
    let task = Task { try await executor.run(command) { _ in started.yield() } }
    for await _ in starts { break }
    await executor.stop()
    let result = try await task.value
    #expect(result.exit == .code(1))
    #expect(result.outputText == "up\ntidy\n")
  }

  @Test func theTimeLimitHoldsUnderTheSupervisor() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let command = Command(
      .helm, ["-c", "while :; do sleep 0.01; done"], purpose: "test", changes: true,
      timeLimit: .milliseconds(100))
    #expect(try await Self.executor(folder).run(command).exit == .timedOut)
  }

  @Test func aSupervisorThatCannotBeStartedRunsNothing() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let executor = LocalExecutor(
      folder: folder, supervisor: ["\(root)/none", "supervise"], environment: ["HELM": "/bin/sh"])
    let command = Command(.helm, ["-c", "echo x > \(root)/x"], purpose: "test", changes: true)
    let message = await #expect(throws: UserMessage.self) { try await executor.run(command) }
    #expect(message?.advice?.text().hasPrefix("nothing was run") == true)
    #expect(jobs.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "\(root)/x"))
  }
}
