import Foundation
import Synchronization
import Testing

/// For tests that start processes, hold a terminal or calculate for long: as many of them at once as
/// keep the machine's cores busy, whatever suite they are of: twice as many as there are, since half
/// of them wait. Each runs on threads of its own, so that none
/// keeps the few threads busy on which everything else awaits.
package struct Turn: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  private static let turns = Supply(0..<2 * ProcessInfo.processInfo.activeProcessorCount)

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // The suite itself is no test; its tests take their turns.
    guard testCase != nil else { return try await function() }
    try await onOwnThreads {
      try await Self.turns.with { _ in try await function() }
    }
  }
}

extension Trait where Self == Turn {
  package static var inTurn: Self { Turn() }
}

/// Runs a test on threads of its own: those on which everything else awaits may be busy for long, and
/// are not kept busy by it.
package func onOwnThreads(_ body: @Sendable () async throws -> Void) async throws {
  try await withTaskExecutorPreference(OwnThreads.shared) { try await body() }
}

/// A thread for each job that is ready: a job may block as long as it likes.
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // A serial queue gets a thread at once, where a concurrent one waits for a core to be free.
    DispatchQueue(label: "a job of a test").async {
      job.runSynchronously(on: self.asUnownedTaskExecutor())
    }
  }
}
