import Basics
import Cluster
import Execution
import Foundation
import Logs

/// Brings the lines of every source, and takes a stream up again whatever way it ended.
///
/// Events go out as they come, one source after another never waits for a reader: whoever takes
/// them keeps what it can and counts what it cannot.
package struct LogFollower: Sendable {
  package struct Request: Hashable, Sendable {
    package var selection = LogSelection.all
    /// Of what was written before; nil means all that is kept.
    package var since: Duration?
    /// The newest lines of each container at the start; nil means all.
    package var lines: Int?

    package init() {}
  }

  /// A source that could not be read, and why.
  package struct Problem: Hashable, Sendable {
    package var name: String
    package var message: UserMessage
  }

  package typealias Emit = @Sendable ([LogEvent]) -> Void

  let executor: any CommandExecutor
  let settings: ConsoleSettings
  /// With one way to the API server for all that is read, where that is lent.
  private(set) var source: ClusterSource
  let journal: Journal?
  let clock: RunClock

  /// The journal is read no more often than this.
  private static let journalInterval = Duration.seconds(1)
  static let eventNamespaces = [
    ConsoleSettings.akashNamespace, ConsoleSettings.metallbNamespace, "kube-system",
  ]

  /// - Parameter journal: what this console did, as a source; nil where there is none.
  package init(
    executor: any CommandExecutor, settings: ConsoleSettings, journal: Journal?,
    clock: RunClock = .system
  ) {
    self.executor = executor
    self.settings = settings
    self.journal = journal
    self.clock = clock
    source = ClusterSource(executor, settings.connection)
  }

  /// Lets everything that is read share one way to the API server.
  func shared<Outcome: Sendable>(
    for use: APIUse, _ reads: (LogFollower) async -> Outcome
  ) async -> Outcome {
    await source.shared(for: use) { source in
      var follower = self
      follower.source = source
      return await reads(follower)
    }
  }

  // MARK: Finding

  /// What was found at one moment.
  package struct Sighting: Sendable {
    package var snapshot = ClusterSnapshot()
    package var containers: [LogContainer] = []
    /// Parts of the cluster that could not be looked at.
    package var problems: [Problem] = []

    package var sources: [LogSource] { containers.map(\.source) }
  }

  /// The sources there are now. A provider elsewhere than usual is asked for by its release.
  ///
  /// - Parameter old: stands for what cannot be read at the moment.
  package func find(_ selection: LogSelection, after old: Sighting = Sighting()) async -> Sighting {
    await source.renewed { source in
      await find(selection, after: old, ClusterReader(source, settings, now: clock.date))
    }
  }

  private func find(
    _ selection: LogSelection, after old: Sighting, _ reader: ClusterReader
  ) async -> Sighting {
    // Objects of one namespace that were read before would be added to, not replaced.
    var base = old.snapshot
    base.akash = .notRead
    var snapshot = await reader.read(selection.facts, onto: base)
    let isMissing = !LogSources.found(in: snapshot).contains { $0.source.role == .provider }
    if isMissing, selection.roles.contains(.provider), snapshot.releases.readAt == nil {
      snapshot.akash = .notRead
      snapshot = await reader.read([.releases, .akash], onto: snapshot)
    }
    var sighting = Sighting()
    for (name, fact) in [
      (ConsoleSettings.akashNamespace, \ClusterSnapshot.akash),
      (ConsoleSettings.metallbNamespace, \.metallb), ("kube-system", \.kubeProxy),
    ] {
      guard let problem = snapshot[keyPath: fact].problem else { continue }
      sighting.problems.append(Problem(name: "the pods of \(name)", message: problem))
      snapshot[keyPath: fact] = old.snapshot[keyPath: fact]
    }
    sighting.snapshot = snapshot
    sighting.containers = LogSources.found(in: snapshot).filter { selection.wants($0.source) }
    return sighting
  }

  func oldest(_ request: Request) -> Date {
    request.since.map { clock.date() - $0 / .seconds(1) } ?? .distantPast
  }

  // MARK: Following

  private enum Happening: Sendable {
    case ended(LogContainer.Key, restart: Int)
    /// The time for a look has come.
    case due(Int)
    case looked(Sighting)
    case over
  }

  /// Follows until the task is cancelled: the sources found now, and those that come.
  ///
  /// - Parameters:
  ///   - first: what was found a moment ago, if it was looked.
  ///   - onLook: told what was found, each time that is something else.
  package func follow(
    _ request: Request, from first: Sighting? = nil,
    onLook: @escaping @Sendable (Sighting) -> Void = { _ in },
    _ emit: @escaping Emit
  ) async {
    await shared(for: .following) { follower in
      await follower.followAll(request, from: first, onLook, emit)
    }
  }

  private func followAll(
    _ request: Request, from first: Sighting?, _ onLook: @escaping @Sendable (Sighting) -> Void,
    _ emit: @escaping Emit
  ) async {
    await withTaskGroup(of: Happening.self) { group in
      startStreams(request, &group, emit)
      var streams = StreamTable()
      var last: Sighting?
      let listed = ListedContainers()
      group.addTask {
        if let first { return .looked(first) }
        return .looked(await find(request.selection))
      }
      while !Task.isCancelled, let happening = await group.next() {
        switch happening {
        case .looked(let sighting):
          listed.take(sighting)
          for container in streams.new(of: sighting.containers) {
            let others = last == nil ? [container.previous].compactMap(\.self) : []
            for container in others + [container] {
              group.addTask { [isFirst = last == nil] in
                await attend(container, request, isFirst: isFirst, listed, emit)
              }
            }
          }
          if last?.sources != sighting.sources || last?.problems != sighting.problems {
            onLook(sighting)
          }
          last = sighting
          let (pause, number) = streams.nextLook()
          group.addTask { await wait(pause, number) }
        case .ended(let key, let restart):
          guard let (pause, number) = streams.end(key, restart: restart) else { continue }
          group.addTask { await wait(pause, number) }
        case .due(let number):
          guard streams.mayLook(number) else { continue }
          group.addTask { [last] in
            .looked(await find(request.selection, after: last ?? Sighting()))
          }
        case .over: break
        }
      }
      group.cancelAll()
    }
  }

  private func startStreams(
    _ request: Request, _ group: inout TaskGroup<Happening>, _ emit: @escaping Emit
  ) {
    if request.selection.roles.contains(.events) {
      for namespace in Self.eventNamespaces {
        group.addTask {
          await followEvents(namespace, request, emit)
          return .over
        }
      }
    }
    if request.selection.roles.contains(.journal) {
      group.addTask {
        await followJournal(request, emit)
        return .over
      }
    }
  }

  private func wait(_ duration: Duration, _ number: Int) async -> Happening {
    try? await clock.sleep(duration)
    return .due(number)
  }

  private func attend(
    _ container: LogContainer, _ request: Request, isFirst: Bool, _ listed: ListedContainers,
    _ emit: @escaping Emit
  ) async -> Happening {
    var attendance = LogAttendance(follower: self, container: container, emit: emit)
    attendance.isListed = { listed.holds(container.key) }
    // What came later than the start is wanted from its beginning.
    attendance.isSuccessor = !isFirst
    if isFirst {
      attendance.since = request.since
      attendance.lines = request.lines
    }
    let restart = await attendance.run()
    return .ended(container.key, restart: restart)
  }

  private func followJournal(_ request: Request, _ emit: @escaping Emit) async {
    guard let journal else { return }
    let since = oldest(request)
    let (changes, wake) = FileChanges.beside(journal.folder.journal)
    var given: Set<[UInt8]> = []
    var version = ""
    wake.yield()
    for await _ in changes where journal.version != version {
      version = journal.version
      given = emitJournal(since: since, emit, without: given)
      try? await clock.sleep(Self.journalInterval)
    }
  }
}
