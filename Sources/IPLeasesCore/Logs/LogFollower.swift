import Foundation
import Synchronization

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
  let kubectl: Kubectl
  let reader: ClusterReader
  let journal: Journal?
  let clock: RunClock

  /// Between two looks for new pods where nothing hints at any.
  private static let lookInterval = Duration.seconds(15)
  private static let journalInterval = Duration.seconds(1)
  /// More reads at once do not end sooner on two cores.
  private static let sideBySide = 4
  static let eventNamespaces = [
    ConsoleSettings.akashNamespace, ConsoleSettings.metallbNamespace, "kube-system",
  ]

  /// - Parameter journal: what this console did, as a source; nil where there is none.
  package init(
    executor: any CommandExecutor, settings: ConsoleSettings, journal: Journal?,
    clock: RunClock = .system
  ) {
    self.executor = executor
    self.journal = journal
    self.clock = clock
    kubectl = Kubectl(settings.connection)
    reader = ClusterReader(executor: executor, settings: settings, now: clock.date)
  }

  // MARK: Finding

  /// The sources there are now. A provider elsewhere than usual is asked for by its release.
  package func find(_ selection: LogSelection, onto base: ClusterSnapshot = ClusterSnapshot())
    async -> (snapshot: ClusterSnapshot, containers: [LogContainer])
  {
    var snapshot = await reader.read(selection.facts, onto: base)
    var found = LogSources.found(in: snapshot)
    let isMissing = !found.contains { $0.source.role == .provider }
    if isMissing, selection.roles.contains(.provider), snapshot.releases.readAt == nil {
      snapshot = await reader.read([.releases, .akash], onto: snapshot)
      found = LogSources.found(in: snapshot)
    }
    return (snapshot, found.filter { selection.wants($0.source) })
  }

  // MARK: Reading once

  /// Reads what there is. The rest goes on where a source cannot be read.
  package func read(
    _ request: Request, _ containers: [LogContainer], _ emit: @escaping Emit
  ) async -> [Problem] {
    var waiting = containers.flatMap { [$0.previous, $0].compactMap(\.self) }[...]
    var problems: [Problem] = []
    await withTaskGroup(of: [Problem].self) { group in
      if request.selection.roles.contains(.journal) { emitJournal(since: oldest(request), emit) }
      if request.selection.roles.contains(.events) {
        group.addTask { await readEvents(request, emit) }
      }
      func start() {
        guard let container = waiting.popFirst() else { return }
        group.addTask { await readOnce(container, request, emit) }
      }
      for _ in 0..<Self.sideBySide { start() }
      for await found in group {
        problems += found
        start()
      }
    }
    return problems
  }

  private func readOnce(_ container: LogContainer, _ request: Request, _ emit: @escaping Emit)
    async -> [Problem]
  {
    var extent = Kubectl.LogExtent()
    extent.isPrevious = container.source.isPrevious
    extent.since = request.since
    extent.lines = request.lines
    let outcome = await stream(container.source, extent, LogJoint(), isLast: true, emit)
    guard let failure = outcome.failure, !Task.isCancelled else { return [] }
    // A container that was replaced long ago may have left nothing.
    if container.source.isPrevious, !outcome.joint.hasLines { return [] }
    let source = container.source
    return [Problem(name: "\(source.pod) \(source.container)", message: failure)]
  }

  private func readEvents(_ request: Request, _ emit: Emit) async -> [Problem] {
    var problems: [Problem] = []
    for namespace in Self.eventNamespaces {
      let command = kubectl.get(
        ["events"], namespace: namespace, purpose: "read the events of \(namespace)")
      do {
        let result = try await executor.run(command)
        guard result.exit.isSuccess else {
          throw ToolFailure.message(for: command, result, redaction: Redaction())
        }
        let list = try JSONDecoder.kubernetes.decode(ObjectList.self, from: result.standardOutput)
        var lines = EventLines()
        let events = list.items.compactMap { item -> (time: Date, event: ClusterEvent)? in
          guard case .event(let event) = item else { return nil }
          return lines.fresh(event).map { ($0, event) }
        }
        emitEvents(events.filter { $0.time >= oldest(request) }, namespace, emit)
      } catch let message as UserMessage {
        problems.append(Problem(name: "events of \(namespace)", message: message))
      } catch is CancellationError {
        return problems
      } catch {
        problems.append(
          Problem(
            name: "events of \(namespace)",
            message: UserMessage("\(command.purpose) failed", reason: "\(error)")))
      }
    }
    return problems
  }

  func emitEvents(_ events: [(time: Date, event: ClusterEvent)], _ namespace: String, _ emit: Emit)
  {
    let bytes = events.sorted { $0.time < $1.time }
      .flatMap { EventLines.line($0.event, at: $0.time) }
    let source = LogSource(.events, namespace: namespace)
    if !bytes.isEmpty { emit([LogEvent(source, .lines(bytes))]) }
  }

  /// Gives out the journal's lines that are not among `given`, and returns all of them.
  @discardableResult
  private func emitJournal(since: Date, _ emit: Emit, without given: Set<[UInt8]> = [])
    -> Set<[UInt8]>
  {
    let all = (journal?.entries() ?? []).flatMap(JournalLines.lines)
    let bytes = all.filter { $0.time >= since && !given.contains($0.line) }
      .sorted { $0.time < $1.time }.flatMap(\.line)
    if !bytes.isEmpty { emit([LogEvent(LogSource(.journal), .lines(bytes))]) }
    return Set(all.map(\.line))
  }

  func oldest(_ request: Request) -> Date {
    request.since.map { clock.date() - $0 / .seconds(1) } ?? .distantPast
  }

  // MARK: Following

  private enum Happening: Sendable {
    case ended(LogContainer.Key, restart: Int)
    /// The time for a look has come.
    case due(Int)
    case looked(ClusterSnapshot, [LogContainer])
    case over
  }

  /// Follows until the task is cancelled: the sources found now, and those that come.
  ///
  /// - Parameter onSources: told which sources there are, each time that changes.
  package func follow(
    _ request: Request, onSources: @escaping @Sendable ([LogSource]) -> Void = { _ in },
    _ emit: @escaping Emit
  ) async {
    await withTaskGroup(of: Happening.self) { group in
      startStreams(request, &group, emit)
      var streams = StreamTable()
      var base = ClusterSnapshot()
      var looks = 0
      group.addTask { await look(request, base) }
      while !Task.isCancelled, let happening = await group.next() {
        switch happening {
        case .looked(let snapshot, let containers):
          base = snapshot
          for container in streams.new(of: containers) {
            let isFirst = looks == 0
            if isFirst, let previous = container.previous {
              group.addTask { await attend(previous, request, isFirst: true, emit) }
            }
            group.addTask { await attend(container, request, isFirst: isFirst, emit) }
          }
          if streams.hasChanged { onSources(streams.sources) }
          looks += 1
          let pause = streams.isExpecting ? streams.nextPause() : Self.lookInterval
          group.addTask { [looks] in await wait(pause, looks) }
        case .ended(let key, let restart):
          streams.end(key, restart: restart)
          looks += 1
          group.addTask { [looks] in await wait(.milliseconds(300), looks) }
        case .due(let number):
          // A look asked for later makes this one needless.
          guard number == looks else { continue }
          group.addTask { [base] in await look(request, base) }
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

  private func look(_ request: Request, _ base: ClusterSnapshot) async -> Happening {
    let (snapshot, containers) = await find(request.selection, onto: base)
    return .looked(snapshot, containers)
  }

  private func wait(_ duration: Duration, _ number: Int) async -> Happening {
    try? await clock.sleep(duration)
    return .due(number)
  }

  private func attend(
    _ container: LogContainer, _ request: Request, isFirst: Bool, _ emit: @escaping Emit
  ) async -> Happening {
    var attendance = LogAttendance(follower: self, container: container, emit: emit)
    // What came later than the start is wanted from its beginning.
    attendance.isSuccessor = !isFirst
    if isFirst {
      attendance.since = request.since
      attendance.lines = request.lines
    }
    let restart = await attendance.run()
    return .ended(container.key, restart: restart)
  }

  private func followEvents(_ namespace: String, _ request: Request, _ emit: @escaping Emit) async {
    let lines = Mutex(EventLines())
    let since = oldest(request)
    var pause = BackOff()
    while !Task.isCancelled {
      lines.withLock { $0.restart() }
      let hasCome = Mutex(false)
      _ = try? await executor.follow(kubectl.watchEvents(namespace: namespace)) { chunk in
        if chunk.isError { return }
        hasCome.withLock { $0 = true }
        let new = lines.withLock { $0.take(chunk.bytes, since: since) }
        emitEvents(new, namespace, emit)
      }
      if hasCome.withLock({ $0 }) { pause.reset() }
      try? await clock.sleep(pause.next())
    }
  }

  private func followJournal(_ request: Request, _ emit: @escaping Emit) async {
    let since = oldest(request)
    var given: Set<[UInt8]> = []
    var version = ""
    while !Task.isCancelled {
      let now = journal?.version ?? ""
      if now != version {
        version = now
        given = emitJournal(since: since, emit, without: given)
      }
      try? await clock.sleep(Self.journalInterval)
    }
  }

  // MARK: One stream

  struct Outcome: Sendable {
    var joint: LogJoint
    /// Why it did not end by itself; nil where it did.
    var failure: UserMessage?
    var hasCome: Bool
  }

  /// - Parameter isLast: no other stream is joined to this one.
  func stream(
    _ source: LogSource, _ extent: Kubectl.LogExtent, _ joint: LogJoint, isLast: Bool,
    _ emit: @escaping Emit
  ) async -> Outcome {
    let command = kubectl.log(of: source, extent)
    let state = Mutex((joint: joint, errors: Data(), hasCome: false))
    // Inside the lock: what a pause gives out stands before what comes next.
    @Sendable func advance(_ change: @Sendable (inout LogJoint) -> [LogEvent.Content]) {
      state.withLock { state in
        let events = change(&state.joint).map { LogEvent(source, $0) }
        if !events.isEmpty { emit(events) }
      }
    }
    let failure = await withTaskGroup(of: StreamEnd.self) { group in
      group.addTask {
        let failure = await run(command) { chunk in
          if chunk.isError {
            state.withLock { $0.errors = ($0.errors + chunk.bytes).suffix(Self.mostErrors) }
          } else {
            state.withLock { $0.hasCome = true }
            advance { $0.take(chunk.bytes, at: clock.now()) }
          }
        } errors: {
          state.withLock { $0.errors }
        }
        return .ended(failure)
      }
      if joint.isJoining {
        group.addTask {
          while !Task.isCancelled, state.withLock({ $0.joint.isJoining }) {
            try? await clock.sleep(Self.settling)
            advance { $0.settle(at: clock.now(), clock.date()) }
          }
          return .settled
        }
      }
      for await case .ended(let failure) in group {
        group.cancelAll()
        return failure
      }
      return nil
    }
    advance { $0.end(isLast: isLast && failure == nil, clock.date()) }
    return state.withLock { Outcome(joint: $0.joint, failure: failure, hasCome: $0.hasCome) }
  }

  private enum StreamEnd: Sendable {
    /// The stream is joined to the one before; no more is to be looked after.
    case settled
    case ended(UserMessage?)
  }

  /// Of what a stream complains of, its last words are kept.
  private static let mostErrors = 8 << 10
  /// Between two looks whether what is held can go out.
  private static let settling = Duration.milliseconds(100)

  /// - Returns: why it failed; nil where it ended well.
  private func run(
    _ command: Command, _ onOutput: @escaping @Sendable (OutputChunk) -> Void,
    errors: () -> Data
  ) async -> UserMessage? {
    do {
      let exit = try await executor.follow(command, onOutput: onOutput)
      if exit.isSuccess { return nil }
      return ToolFailure.message(
        for: command, CommandResult(exit: exit, standardError: errors()), redaction: Redaction())
    } catch let message as UserMessage {
      return message
    } catch {
      return UserMessage("\(command.purpose) was given up")
    }
  }
}
