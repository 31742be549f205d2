import Basics
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs the real tools on this machine.
///
/// Reads are our children and end with us. A change runs under a supervisor in a session of its own:
/// it is finished, and its end recorded, also when this process is gone.
package struct LocalExecutor: RecordingExecutor {
  private let folder: StateFolder
  private let supervisor: [String]?
  let environment: [String: String]
  let outputLimit: Int
  let room: AnswerRoom
  private let ladder: JobSpec.Ladder
  private let running = RunningJobs()
  private let reads: RunningReads
  let proxies: SharedProxies

  /// - Parameters:
  ///   - supervisor: program and first arguments of the supervisor; the job's folder is added. nil
  ///     runs changes under this process (they are finished, but their end is not recorded if this
  ///     process is killed).
  ///   - reads: gets to know every read, to end them with this process.
  ///   - proxies: what those who follow share, with other executors too.
  ///   - environment: variables that win over this process's own.
  ///   - outputLimit: bytes of standard output a command may print before it is ended, and that all
  ///     reads of one moment may hold together.
  ///   - afterInterrupt: how long a change that is stopped or late has after SIGINT before SIGTERM.
  ///   - afterTerminate: and after SIGTERM before SIGKILL.
  package init(
    folder: StateFolder, supervisor: [String]?, reads: RunningReads = RunningReads(),
    proxies: SharedProxies = SharedProxies(), environment: [String: String] = [:],
    outputLimit: Int = CommandResult.largestOutput, afterInterrupt: Duration = .seconds(5),
    afterTerminate: Duration = .seconds(10)
  ) {
    self.folder = folder
    self.supervisor = supervisor
    self.reads = reads
    self.proxies = proxies
    self.environment = environment
    self.outputLimit = outputLimit
    room = AnswerRoom(bytes: outputLimit)
    ladder = JobSpec.Ladder(afterInterrupt: afterInterrupt, afterTerminate: afterTerminate)
  }

  package func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    if command.changes { return try await change(command, ticket: nil, onOutput: onOutput) }
    let collector = OutputCollector(limit: outputLimit, room: room, onOutput: onOutput)
    return try await read(command, into: collector, timeLimit: command.timeLimit)
  }

  package func run(
    _ command: Command, recordedBy ticket: JournalTicket,
    onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    if command.changes { return try await change(command, ticket: ticket, onOutput: onOutput) }
    do {
      let result = try await run(command, onOutput: onOutput)
      try? ticket.end(result)
      return result
    } catch is CancellationError {
      try? ticket.end(CommandExit.signal(SIGTERM).journalCode, because: "cancelled")
      throw CancellationError()
    }
  }

  package func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    let collector = OutputCollector(limit: nil, onOutput: onOutput)
    return try await read(command, into: collector, timeLimit: nil).exit
  }

  package func stop() async {
    for (job, tell) in running.all {
      do throws(UserMessage) { try job.requestStop() } catch {
        tell?(OutputChunk(bytes: Array("\(error.text())\n".utf8), isError: true))
      }
    }
  }

  package func keeper(of debt: Debt) throws(UserMessage) -> Keeper? {
    guard let supervisor else { return nil }
    var debt = debt
    debt.environment = environment
    return try Keeper.start(debt, supervisor: supervisor)
  }

  // MARK: Reading

  private func read(
    _ command: Command, into collector: OutputCollector, timeLimit: Duration?
  ) async throws -> CommandResult {
    let program = try Programs(environment: environment).path(of: command.tool)
    let clock = ContinuousClock()
    let start = clock.now
    let exit = try await withThrowingTaskGroup(of: CommandExit?.self) { group in
      group.addTask {
        try await spawn(program, command.arguments, input: input(of: command), into: collector)
      }
      if let timeLimit {
        group.addTask {
          try await Task.sleep(for: timeLimit)
          try await Self.grace(for: collector)
          collector.cause = .timedOut
          return nil
        }
      }
      // Whichever comes first ends the other; cancelling the command ends its process group.
      var exit: CommandExit?
      do {
        exit = try await group.next() ?? nil
        group.cancelAll()
        while let other = try await group.next() { exit = exit ?? other }
      } catch is CancellationError {
        // The clock that was not needed, nothing that was started, or our own task; told apart below.
        group.cancelAll()
      }
      return exit
    }
    try Task.checkCancellation()
    return collector.result(exit ?? .signal(SIGKILL), after: start.duration(to: clock.now))
  }

  /// On a machine that has other work we may be late ourselves: a command that has ended, or that we
  /// did not come to start, is not the one that took too long.
  private static func grace(for collector: OutputCollector) async throws {
    for _ in 0..<100 {
      if let process = collector.process, !ChildProcess.hasEnded(process) { return }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func input(of command: Command) throws(UserMessage) -> FileDescriptor {
    guard let text = command.standardInput else { return try ChildProcess.emptyInput() }
    return try ChildProcess.unnamedFile(holding: Data(text.utf8))
  }

  /// - Parameter input: is closed.
  /// - Returns: nil if we ended it.
  func spawn(
    _ program: String, _ arguments: [String], input: FileDescriptor,
    into collector: OutputCollector,
    for use: ChildProcess.Use = .reading
  ) async throws -> CommandExit? {
    do { try reads.announce() } catch {
      try? input.close()
      throw error
    }
    defer {
      // The leader may have ended at once on SIGTERM while one of its children ignored it.
      if Task.isCancelled || collector.cause != nil, let process = collector.process {
        kill(-process, SIGKILL)
      }
      reads.remove(collector.process)
    }
    do {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(arguments),
        environment: ChildProcess.environment(for: use, environment),
        platformOptions: ChildProcess.ownGroup,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .sequence, error: .sequence
      ) { execution in
        let process = execution.processIdentifier.value
        collector.process = process
        reads.insert(process)
        try await withThrowingTaskGroup { readers in
          readers.addTask {
            let isRoom = try await drain(execution.standardOutput, into: collector, isError: false)
            // The other reader waits for its pipe's end, which only the command's own end brings.
            if !isRoom { await execution.teardown(using: ChildProcess.teardown) }
          }
          readers.addTask {
            let isRoom = try await drain(execution.standardError, into: collector, isError: true)
            if !isRoom { await execution.teardown(using: ChildProcess.teardown) }
          }
          try await readers.waitForAll()
        }
      }
      return CommandExit(result.terminationStatus)
    } catch {
      if collector.cause != nil || Task.isCancelled { return nil }
      throw UserMessage(
        "\(program.split(separator: "/").last ?? "") could not be run", reason: "\(error)",
        advice: "try \(program) by hand")
    }
  }

  /// - Returns: false if it stopped because there is no room for more.
  private func drain(
    _ output: SubprocessOutputSequence, into collector: OutputCollector, isError: Bool
  ) async throws -> Bool {
    for try await buffer in output {
      let isRoom = buffer.withUnsafeBytes { collector.take($0, isError: isError) }
      if !isRoom { return false }
    }
    return true
  }

  // MARK: Changing

  private func change(
    _ command: Command, ticket: JournalTicket?, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    let program = try Programs(environment: environment).path(of: command.tool)
    try folder.create()
    let spec = JobSpec(
      program: program, argv: command.argv, timeLimit: command.timeLimit, ladder: ladder,
      outputLimit: outputLimit, began: Date(), ticket: ticket?.id, folder: folder,
      context: ticket?.journal.context ?? "", workingDirectory: command.folder)
    let handover = JobHandover(
      spec: spec, standardInput: command.standardInput, environment: environment,
      secrets: ticket?.redaction.secrets ?? [],
      hidesShapes: ticket?.redaction.hidesShapes ?? false)
    let start = ContinuousClock.now
    let job = JobFolder(newIn: folder)
    let launch = try JobLaunch(job: job, handover: handover, supervisor: supervisor)
    running.insert(job, onOutput)
    let ended = launch.start { [running] in running.remove(job) }
    let collector = OutputCollector(limit: outputLimit, onOutput: onOutput)
    do {
      try await JobTail(job: job).follow(into: collector, until: ended)
    } catch {
      // Ours was cancelled; the change goes on.
      ended.abandon(job)
      throw error
    }
    defer { job.remove() }
    if let failure = ended.failure { throw failure }
    guard let end = job.end else {
      // The supervisor was killed; the command is over, since the lock on its output is free.
      let duration = start.duration(to: .now)
      try? ticket?.end(Journal.unknownExit, because: Self.unknownEnd, after: duration)
      return collector.result(.signal(SIGKILL), after: duration)
    }
    var result = collector.result(end.exit, after: .seconds(end.seconds))
    result.exit = end.exit
    return result
  }

  // MARK: After a crash

  /// Clears up after processes that were killed: owes the journal its missing end lines and deletes
  /// the folders of changes that are over. Does nothing while another console is at work.
  ///
  /// - Parameter lock: the lock on the same folder, if the caller holds it.
  package static func recover(_ folder: StateFolder, holding lock: Lock? = nil) {
    // Nothing to clear up where nothing was ever run.
    guard access(folder.path, W_OK) == 0 else { return }
    guard let lock = lock ?? (try? Lock.take(in: folder, doing: "clearing up")) else { return }
    let journal = Journal(folder: folder, context: "")
    var open = Dictionary(uniqueKeysWithValues: journal.openTickets().map { ($0.id, $0.began) })
    for job in JobFolder.all(in: folder) {
      let isAlive = job.isRunning || job.isBeingMade
      if let id = job.spec?.ticket, let began = open.removeValue(forKey: id), !isAlive {
        let end = job.end
        try? journal.end(
          id, exit: end?.exit.journalCode ?? Journal.unknownExit,
          seconds: end?.seconds ?? Date().timeIntervalSince(began), stdoutTail: "",
          stderrTail: end == nil ? unknownEnd : "")
      }
      if !isAlive { job.remove() }
    }
    for (id, began) in open {
      let seconds = Date().timeIntervalSince(began)
      try? journal.end(
        id, exit: Journal.unknownExit, seconds: seconds, stdoutTail: "", stderrTail: unknownEnd)
    }
    withExtendedLifetime(lock) {}
  }

  private static let unknownEnd = "cut off: what watched it was killed; read the cluster to see"
}
