import Execution
import Foundation
import IPLeasesCore
import Synchronization

@testable import Rehearsal

/// The built-in cluster without its file: its state is a value that can be copied, and its clock
/// goes by what commands wait for.
final class MemoryCluster: CommandExecutor {
  private struct Held {
    var state: RehearsalState
    /// Reads since the last change: one that comes again is a wait that looks once more.
    var readsSinceChange: Set<[String]> = []
    /// Before this nothing happens by itself.
    var quietUntil: Double?

    mutating func pass(_ seconds: Double) {
      let now = state.time + seconds
      if let quietUntil, now < quietUntil {
        state.time = now
      } else {
        state.advance(to: now)
        quietUntil = state.nextMoment ?? .infinity
      }
    }
  }

  private let held: Mutex<Held>

  init(_ state: RehearsalState) { held = Mutex(Held(state: state)) }

  var state: RehearsalState { held.withLock { $0.state } }
  var date: Date { Date(timeIntervalSince1970: held.withLock { $0.state.time }) }

  func change(_ body: (inout RehearsalState) -> Void) {
    held.withLock { held in
      body(&held.state)
      held.quietUntil = nil
    }
  }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    held.withLock { held in
      if !command.changes {
        if !held.readsSinceChange.insert(command.argv).inserted {
          _ = held.state.advanceUntilQuiet()
          held.readsSinceChange = []
          held.quietUntil = nil
        }
      }
      let answer = Rehearsal.answer(command, state: &held.state)
      if command.changes {
        held.readsSinceChange = []
        held.quietUntil = nil
      }
      let limit = command.timeLimit / .seconds(1)
      held.pass(min(answer.delay, limit))
      return CommandResult(
        exit: answer.delay > limit ? .timedOut : answer.exit,
        standardOutput: Data(answer.pieces.filter { !$0.isError }.map(\.text).joined().utf8),
        standardError: Data(answer.errors.utf8))
    }
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit { .code(0) }

  func stop() async {}

  var runClock: RunClock {
    RunClock(
      now: { .seconds(self.held.withLock { $0.state.time }) },
      sleep: { duration in self.held.withLock { $0.pass(duration / .seconds(1)) } },
      date: { self.date })
  }
}
