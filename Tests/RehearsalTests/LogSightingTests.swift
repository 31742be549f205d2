import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Rehearsal

/// What is followed, as it is found and found again.
struct LogSightingTests {
  /// A server that refuses everything.
  private final class Refusing: CommandExecutor {
    private let asked = Mutex<[String]>([])
    var commands: [String] { asked.withLock(\.self) }

    func run(
      _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws -> CommandResult {
      asked.withLock { $0.append(command.shellText) }
      return CommandResult(
        exit: .code(1), standardError: Data("The connection to the server was refused\n".utf8))
    }

    func follow(
      _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> CommandExit {
      try await run(command, onOutput: onOutput).exit
    }

    func stop() async {}
  }

  private final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    var all: [String] { notes.withLock(\.self) }
    func add(_ note: String) { notes.withLock { $0.append(note) } }
  }

  private let executor = Refusing()
  private let notes = Notes()

  private let folder = TemporaryFolder()

  private func follower(_ executor: any CommandExecutor) -> LogFollower {
    LogFollower(
      executor: executor,
      settings: ConsoleSettings(providerFile: "/none", stateDirectory: "/none"), journal: nil,
      clock: RunClock(
        now: { .zero }, sleep: { _ in try await Task.sleep(for: .milliseconds(1)) },
        date: { Date(timeIntervalSince1970: 1_795_435_200) }))
  }

  private func sighting() async throws -> LogFollower.Sighting {
    let cluster = try RehearsalExecutor(scenario: .enabled, directory: folder.path, pace: 0)
    let sighting = await follower(cluster).find(.all)
    try #require(!sighting.containers.isEmpty)
    return sighting
  }

  /// Follows until `isSeen`, and no longer.
  private func follow(
    from first: LogFollower.Sighting, until isSeen: @escaping @Sendable () -> Bool
  ) async -> Bool {
    let (follower, notes) = (follower(executor), notes)
    let following = Task {
      await follower.follow(LogFollower.Request(), from: first) { events in
        for event in events {
          if case .note(let note, _) = event.content { notes.add(note.text) }
        }
      }
    }
    let isReached = await eventually { isSeen() }
    following.cancel()
    await following.value
    return isReached
  }

  @Test func whatCannotBeReadAnyMoreKeepsWhatWasFound() async throws {
    let old = try await sighting()
    let now = await follower(executor).find(.all, after: old)
    #expect(now.sources == old.sources)
    #expect(now.problems.count == 3)
  }

  @Test func theContainerBeforeARestartIsReadToo() async throws {
    var first = LogFollower.Sighting()
    var container = try #require(try await sighting().containers.first { !$0.isInit })
    container.restart = 1
    first.containers = [container]
    let isRead = await follow(from: first) { [executor] in
      executor.commands.contains { $0.contains(" logs ") && $0.contains("--previous") }
    }
    #expect(isRead)
  }

  @Test func aContainerThatComesLaterIsSaidToBegin() async throws {
    var first = try await sighting()
    // Nothing was found at first, and what is known shows all of them at the next look.
    first.containers = []
    let isSaid = await follow(from: first) { [notes] in
      notes.all.contains { $0.contains("new container") }
    }
    #expect(isSaid)
  }
}
