import Basics
import Cluster
import Console
import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

@testable import ip_leases

/// The watch of an open console, on the built-in cluster.
@Suite(.inTurn)
struct ConsoleWatchTests {
  /// A cluster that was read once.
  private struct Read {
    var session: Session
    var snapshot: ClusterSnapshot
    var results: [CheckResult]

    func feed(_ watch: ConsoleWatch) {
      watch.take(snapshot, results, KnownSecrets(of: snapshot), session)
    }

    /// Another process left a watch that it began then.
    func leave(secondsAgo: Double) throws -> WatchRun {
      let seen = Observation(snapshot, results, at: Date().addingTimeInterval(-secondsAgo))
      var run = WatchRun(
        WatchBaseline(
          cluster: session.identity.key, context: session.identity.context, part: nil,
          observation: seen))
      _ = run.feed(seen)
      try store.keep(run)
      return run
    }

    var store: WatchStore { WatchStore(folder: session.folder) }
  }

  private func withCluster(
    isReadOnly: Bool = false, _ body: (Read) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/watch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.rehearsal = "enabled"
    settings.isReadOnly = isReadOnly
    let executor = try RehearsalExecutor(
      RehearsalStart(.enabled), directory: "\(folder)/state/rehearsal/enabled", pace: 0,
      reset: true)
    let identity = await ClusterIdentity.read(executor, settings)
    let session = Session(settings: settings, identity: identity, executor: executor)
    let snapshot = await session.survey(Observation.needs).snapshot
    try await body(
      Read(session: session, snapshot: snapshot, results: Checks.run(snapshot)))
  }

  /// What a console that comes now is told first.
  private func look(_ watch: ConsoleWatch) async -> WatchLook? {
    let (looks, feed) = AsyncStream.makeStream(of: WatchLook.self)
    let following = Task { await watch.follow { feed.yield($0) } }
    defer { following.cancel() }
    for await look in looks { return look }
    return nil
  }

  @Test func withoutAWordTheFirstReadingIsComparedWithAndNothingIsKept() async throws {
    try await withCluster { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      let look = try #require(await look(watch))
      #expect(!look.hasBaseline && look.gap == nil && look.problem == nil)
      #expect(look.keptCount == look.run.tracks.count)
      let kept = try cluster.store.unfinished(of: cluster.session.identity.key, at: .now)
      #expect(kept == nil)
    }
  }

  @Test func whatChangesIsTold() async throws {
    try await withCluster { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      var changed = cluster
      let index = try #require(changed.results.firstIndex { $0.verdict.kind == .pass })
      changed.results[index].verdict = .fail(got: "nothing")
      changed.feed(watch)
      let look = try #require(await look(watch))
      #expect(look.run.timeline.events.map(\.part) == [.checks])
      #expect(look.run.tracks.first { $0.id == .checks }?.state.kind == .waiting)
    }
  }

  @Test func aWatchThatBeginsBesideTheConsoleIsGoneOnWith() async throws {
    try await withCluster { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      let (looks, feed) = AsyncStream.makeStream(of: WatchLook.self)
      let following = Task { await watch.follow { feed.yield($0) } }
      defer { following.cancel() }
      var told = looks.makeAsyncIterator()
      #expect(await told.next()?.hasBaseline == false)
      let other = try cluster.leave(secondsAgo: 5)
      cluster.feed(watch)
      let look = try #require(await told.next())
      #expect(look.hasBaseline && look.gap == nil)
      #expect(look.run.baseline == other.baseline)
    }
  }

  @Test func anOlderBaselineDoesNotComeBackOverTheOneTakenHere() async throws {
    try await withCluster { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      let own = try watch.takeBaseline().get()
      _ = try cluster.leave(secondsAgo: 600)
      cluster.feed(watch)
      let look = try #require(await look(watch))
      #expect(look.run.baseline == own.run.baseline)
    }
  }

  @Test func theNextConsoleGoesOnWithTheBaselineAndNamesTheGap() async throws {
    try await withCluster { cluster in
      let left = try cluster.leave(secondsAgo: 600)
      let watch = ConsoleWatch()
      cluster.feed(watch)
      let look = try #require(await look(watch))
      #expect(look.hasBaseline)
      #expect(look.run.baseline == left.baseline)
      #expect(look.gap?.start == left.baseline.time)
      #expect((look.gap?.duration ?? 0) >= 599)
      #expect(look.run.timeline.events.map(\.part) == [.watch])
    }
  }

  @Test func aBaselineThatIsTakenIsKeptForTheNextConsole() async throws {
    try await withCluster { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      let look = try watch.takeBaseline().get()
      #expect(look.hasBaseline && look.run.verdict.kind == .wait)
      let kept = try cluster.store.unfinished(of: cluster.session.identity.key, at: .now)
      #expect(kept == look.run)
    }
  }

  @Test func aConsoleThatMayChangeNothingTakesNoBaseline() async throws {
    try await withCluster(isReadOnly: true) { cluster in
      let watch = ConsoleWatch()
      cluster.feed(watch)
      #expect(throws: UserMessage.self) { _ = try watch.takeBaseline().get() }
      let kept = try cluster.store.unfinished(of: cluster.session.identity.key, at: .now)
      #expect(kept == nil)
    }
  }

  @Test func beforeTheClusterWasReadThereIsNothingToTake() {
    #expect(throws: UserMessage.self) { _ = try ConsoleWatch().takeBaseline().get() }
  }
}
