import Foundation
import Synchronization
import Testing

/// For tests that start processes, hold a terminal or calculate for long: as many of them at once as
/// the machine has cores, whatever suite they are of. Each runs on threads of its own, so that none
/// keeps the few threads busy on which everything else awaits.
package struct Turn: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  fileprivate static let turns = Turns(count: 2 * ProcessInfo.processInfo.activeProcessorCount)
  fileprivate static let turnsWithClusters = Turns(count: 1)

  fileprivate let turns: Turns

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // The suite itself is no test; its tests take their turns.
    guard testCase != nil else { return try await function() }
    // The turn is taken and left on threads of its own, too: those on which everything else awaits may
    // be busy for long.
    try await withTaskExecutorPreference(OwnThreads.shared) {
      await turns.take()
      defer { turns.leave() }
      try await function()
    }
  }
}

extension Trait where Self == Turn {
  package static var inTurn: Self { Turn(turns: Turn.turns) }
  /// For tests that change a real cluster: one at a time, beside the others, since they mostly wait.
  package static var inTurnWithClusters: Self { Turn(turns: Turn.turnsWithClusters) }
}

/// A number of turns, given in the order in which they were asked for.
private final class Turns: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  func leave() {
    let next: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
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
