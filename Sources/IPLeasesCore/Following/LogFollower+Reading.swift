import Basics
import Cluster
import Execution
import Foundation
import Logs

/// What there is now, read once.
extension LogFollower {
  /// More reads at once do not end sooner on two cores.
  private static let sideBySide = 4

  /// Reads what there is. The rest goes on where a source cannot be read.
  package func read(
    _ request: Request, _ containers: [LogContainer], _ emit: @escaping Emit
  ) async -> [Problem] {
    await shared(for: .reading) { await $0.readAll(request, containers, emit) }
  }

  private func readAll(
    _ request: Request, _ containers: [LogContainer], _ emit: @escaping Emit
  ) async -> [Problem] {
    var waiting = containers.flatMap { [$0.previous, $0].compactMap(\.self) }[...]
    var problems: [Problem] = []
    await withTaskGroup(of: [Problem].self) { group in
      if request.selection.roles.contains(.journal) { emitJournal(since: oldest(request), emit) }
      if request.selection.roles.contains(.events) {
        for namespace in Self.eventNamespaces {
          group.addTask { await readEvents(namespace, request, emit) }
        }
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

  private func readEvents(_ namespace: String, _ request: Request, _ emit: Emit) async
    -> [Problem]
  {
    do throws(UserMessage) {
      let events = try await source.objects(
        Listing(.events, in: namespace), as: ClusterEvent.self,
        purpose: "read the events of \(namespace)")
      var lines = EventLines()
      let fresh = events.compactMap { event in lines.fresh(event).map { (time: $0, event: event) } }
      let bytes = EventLines.lines(fresh.filter { $0.time >= oldest(request) })
      if !bytes.isEmpty {
        emit([LogEvent(LogSource(.events, namespace: namespace), .lines(bytes))])
      }
      return []
    } catch {
      if Task.isCancelled { return [] }
      return [Problem(name: "events of \(namespace)", message: error)]
    }
  }

  /// Gives out the journal's lines that are not among `given`, and returns all of them.
  @discardableResult
  func emitJournal(since: Date, _ emit: Emit, without given: Set<[UInt8]> = [])
    -> Set<[UInt8]>
  {
    let all = (journal?.entries() ?? []).flatMap(JournalLines.lines)
    let bytes = all.filter { $0.time >= since && !given.contains($0.line) }
      .sorted { $0.time < $1.time }.flatMap(\.line)
    if !bytes.isEmpty { emit([LogEvent(LogSource(.journal), .lines(bytes))]) }
    return Set(all.map(\.line))
  }
}
