import Basics
import Foundation
import Subprocess
import SystemPackage

/// Runs one change to its end, whatever becomes of the console: output goes to files, the time limit
/// holds, the journal gets its end line.
package struct Supervisor {
  let job: JobFolder
  let handover: JobHandover
  /// The open, locked `stdout` of the job.
  let output: FileDescriptor
  /// Its open `stderr`.
  let errors: FileDescriptor

  private var spec: JobSpec { handover.spec }

  /// The whole life of the process `ip-leases supervise`. Standard input is the handover, standard
  /// output and standard error are the job's files; the caller has set signals that end us aside.
  ///
  /// - Returns: the exit code of the process: 0 if the command was run, whatever it said.
  package static func run(jobFolder: String) async -> Int32 {
    let job = JobFolder(path: jobFolder)
    let console = getppid()
    guard isOutput(of: job), let handover = readHandover() else { return 64 }
    let supervisor = Supervisor(
      job: job, handover: handover, output: .standardOutput, errors: .standardError)
    await supervisor.run()
    // Nobody is left to take the result.
    if getppid() != console { job.remove() }
    return 0
  }

  /// Ends after the journal has its end line and the lock on the job is given back.
  func run() async {
    let clock = ContinuousClock()
    let start = clock.now
    let exit = await runCommand()
    let elapsed = start.duration(to: clock.now)
    recordEnd(exit, after: elapsed)
    job.write(JobEnd(exit: exit, seconds: elapsed.inSeconds))
    flock(output.rawValue, LOCK_UN)
  }

  private func runCommand() async -> CommandExit {
    do {
      let input =
        if let text = handover.standardInput {
          try ChildProcess.unnamedFile(holding: Data(text.utf8))
        } else {
          try ChildProcess.emptyInput()
        }
      let result = try await Subprocess.run(
        .path(.init(spec.program)), arguments: Arguments(Array(spec.argv.dropFirst())),
        environment: ChildProcess.environment(handover.environment),
        workingDirectory: spec.workingDirectory.map { .init($0) },
        platformOptions: ChildProcess.ownGroup,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(errors, closeAfterSpawningProcess: false)
      ) { execution in
        await watch(execution.processIdentifier.value)
      }
      return result.closureResult ?? CommandExit(result.terminationStatus)
    } catch {
      let text = (error as? UserMessage)?.text() ?? "\(spec.argv[0]) could not be started: \(error)"
      _ = try? errors.writeAll("\(text)\n".utf8)
      return .code(126)
    }
  }

  /// Returns when the process has ended: nil if it did so by itself, or as asked.
  private func watch(_ process: pid_t) async -> CommandExit? {
    let clock = ContinuousClock()
    let deadline = clock.now + spec.timeLimit
    var pause = Duration.milliseconds(1)
    var cause: CommandExit?
    var signals: [(signal: Int32, at: ContinuousClock.Instant)] = []
    while !ChildProcess.hasEnded(process) {
      if signals.isEmpty {
        if clock.now >= deadline {
          cause = .timedOut
        } else if outputSize > spec.outputLimit {
          cause = .outputTooLarge
        }
        if cause != nil || job.isStopRequested { signals = ladder(from: clock.now) }
      }
      if let next = signals.firstIndex(where: { $0.signal != 0 }), signals[next].at <= clock.now {
        kill(-process, signals[next].signal)
        signals[next].signal = 0
      }
      // The supervisor is never cancelled in its own process; elsewhere a cancelled sleep must not
      // make this spin.
      do { try await clock.sleep(for: pause) } catch { usleep(20_000) }
      pause = min(pause * 2, .milliseconds(50))
    }
    // The leader may have ended at once while one of its children does not.
    if cause != nil || job.isStopRequested { kill(-process, SIGKILL) }
    return cause
  }

  private func ladder(
    from now: ContinuousClock.Instant
  ) -> [(signal: Int32, at: ContinuousClock.Instant)] {
    let terminate = now + spec.ladder.afterInterrupt
    return [
      (SIGINT, now), (SIGTERM, terminate), (SIGKILL, terminate + spec.ladder.afterTerminate),
    ]
  }

  private var outputSize: Int {
    Int((try? output.stat().size) ?? 0)
  }

  private func recordEnd(_ exit: CommandExit, after elapsed: Duration) {
    guard let id = spec.ticket else { return }
    let redaction = Redaction(secrets: handover.secrets, hidesShapes: handover.hidesShapes)
    // A journal that cannot be written now must not keep the change's end from the console.
    try? Journal(folder: spec.folder, context: spec.context).end(
      id, exit: exit.journalCode, seconds: elapsed.inSeconds,
      stdoutTail: Journal.tail(of: Self.end(of: job.output), redaction: redaction),
      stderrTail: Journal.tail(of: Self.end(of: job.errors), redaction: redaction))
  }

  private static func end(of path: String) -> Data {
    guard let file = try? OpenFile(path, .readOnly), let size = try? Int(file.status.size) else {
      return Data()
    }
    let window = 64 << 10
    return (try? file.read(at: max(0, size - window), count: window)) ?? Data()
  }

  private static func isOutput(of job: JobFolder) -> Bool {
    guard let ours = try? FileDescriptor.standardOutput.stat(), let theirs = try? Stat(job.output)
    else { return false }
    return ours.inode == theirs.inode && ours.deviceID == theirs.deviceID
  }

  private static func readHandover() -> JobHandover? {
    let bytes = FileHandle.standardInput.readDataToEndOfFile()
    return try? JSONDecoder().decode(JobHandover.self, from: bytes)
  }
}
