import Foundation

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
    var snapshot = await reader.read(selection.facts, onto: old.snapshot)
    let isMissing = !LogSources.found(in: snapshot).contains { $0.source.role == .provider }
    if isMissing, selection.roles.contains(.provider), snapshot.releases.readAt == nil {
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
    case looked(Sighting)
    case over
  }

  /// Follows until the task is cancelled: the sources found now, and those that come.
  ///
  /// - Parameter onLook: told what was found, each time that is something else.
  package func follow(
    _ request: Request, onLook: @escaping @Sendable (Sighting) -> Void = { _ in },
    _ emit: @escaping Emit
  ) async {
    await withTaskGroup(of: Happening.self) { group in
      startStreams(request, &group, emit)
      var streams = StreamTable()
      var last: Sighting?
      group.addTask { .looked(await find(request.selection)) }
      while !Task.isCancelled, let happening = await group.next() {
        switch happening {
        case .looked(let sighting):
          for container in streams.new(of: sighting.containers) {
            let others = last == nil ? [container.previous].compactMap(\.self) : []
            for container in others + [container] {
              group.addTask { [isFirst = last == nil] in
                await attend(container, request, isFirst: isFirst, emit)
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
    let state = EventStreamState(since: oldest(request))
    var pause = BackOff()
    while !Task.isCancelled {
      state.restart()
      _ = try? await executor.follow(kubectl.watchEvents(namespace: namespace)) { chunk in
        if chunk.isError { return }
        emitEvents(state.take(chunk.bytes), namespace, emit)
      }
      if state.hasCome { pause.reset() }
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
    let state = LogStreamState(source, joint, emit)
    let failure = await withTaskGroup(of: StreamEnd.self) { group in
      group.addTask { .ended(await run(command, into: state)) }
      if joint.isJoining {
        group.addTask {
          while !Task.isCancelled, state.isJoining {
            try? await clock.sleep(Self.settling)
            state.advance { $0.settle(at: clock.now(), clock.date()) }
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
    state.advance { $0.end(isLast: isLast && failure == nil, clock.date()) }
    return Outcome(joint: state.joint, failure: failure, hasCome: state.hasCome)
  }

  private enum StreamEnd: Sendable {
    /// The stream is joined to the one before; no more is to be looked after.
    case settled
    case ended(UserMessage?)
  }

  /// Between two looks whether what is held can go out.
  private static let settling = Duration.milliseconds(100)

  /// - Returns: why it failed; nil where it ended well.
  private func run(_ command: Command, into state: LogStreamState) async -> UserMessage? {
    do {
      let exit = try await executor.follow(command) { chunk in
        if chunk.isError {
          state.complain(chunk.bytes)
        } else {
          state.advance { $0.take(chunk.bytes, at: clock.now()) }
        }
      }
      if exit.isSuccess { return nil }
      return ToolFailure.message(
        for: command, CommandResult(exit: exit, standardError: state.errors),
        redaction: Redaction())
    } catch let message as UserMessage {
      return message
    } catch {
      return UserMessage("\(command.purpose) was given up")
    }
  }
}
