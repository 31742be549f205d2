import Basics
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Starts a change under its supervisor.
struct JobLaunch: Sendable {
  private let job: JobFolder
  private let handover: JobHandover
  private let supervisor: [String]?
  private let output: FileDescriptor
  private let errors: FileDescriptor
  private let input: FileDescriptor

  /// Makes the job's folder and opens what its supervisor gets; `start` must follow.
  init(
    job: JobFolder, handover: JobHandover, supervisor: [String]?
  ) throws(UserMessage) {
    self.job = job
    self.handover = handover
    self.supervisor = supervisor
    guard let bytes = try? JSONEncoder().encode(handover) else {
      throw UserMessage("could not prepare the change", reason: "its input cannot be written")
    }
    let input = try ChildProcess.unnamedFile(holding: bytes)
    do throws(UserMessage) {
      output = try job.create(handover.spec)
      do throws(Errno) {
        errors = try OpenFile(job.errors, .writeOnly, .append).take()
      } catch {
        try? output.close()
        job.remove()
        throw FileFailure.message("could not open \(job.errors)", error)
      }
    } catch {
      try? input.close()
      throw error
    }
    self.input = input
  }

  /// Not a child task on purpose: cancelling the caller must not reach a change.
  func start(whenEnded: @escaping @Sendable () -> Void) -> JobEnding {
    let ending = JobEnding()
    Task.detached {
      let failure = await supervise()
      whenEnded()
      ending.finish(failure)
    }
    return ending
  }

  /// - Returns: why nothing was run; nil if it was.
  private func supervise() async -> UserMessage? {
    guard let supervisor, let program = supervisor.first else {
      try? input.close()
      await Supervisor(job: job, handover: handover, output: output, errors: errors).run()
      try? output.close()
      try? errors.close()
      return nil
    }
    do {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(supervisor.dropFirst() + [job.path]),
        environment: ChildProcess.environment(handover.environment),
        platformOptions: ChildProcess.ownSession,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: true),
        error: .fileDescriptor(errors, closeAfterSpawningProcess: true))
      if result.terminationStatus.isSuccess { return nil }
      if case .signaled = result.terminationStatus {
        // The command may live on without its supervisor.
        while job.isRunning { try? await Task.sleep(for: .milliseconds(100)) }
        return nil
      }
      return failure("it ended with \(result.terminationStatus)")
    } catch {
      return failure("\(error)")
    }
  }

  private func failure(_ reason: String) -> UserMessage {
    UserMessage(
      "the process that watches over a change could not be started", reason: reason,
      advice: "nothing was run; if this program was replaced meanwhile, start it anew")
  }
}

/// Whether a change is over, as the side that waits for it sees it.
final class JobEnding: Sendable {
  private struct Ending {
    var isOver = false
    var failure: UserMessage?
    var abandoned: JobFolder?
  }

  private let ending = Mutex(Ending())

  var isOver: Bool { ending.withLock { $0.isOver } }

  /// Why nothing was run.
  var failure: UserMessage? { ending.withLock { $0.failure } }

  func finish(_ failure: UserMessage?) {
    let abandoned = ending.withLock { ending in
      ending.isOver = true
      ending.failure = failure
      return ending.abandoned
    }
    abandoned?.remove()
  }

  /// Nobody waits any more: the folder goes when the change is over.
  func abandon(_ job: JobFolder) {
    let isOver = ending.withLock { ending in
      ending.abandoned = job
      return ending.isOver
    }
    if isOver { job.remove() }
  }
}
