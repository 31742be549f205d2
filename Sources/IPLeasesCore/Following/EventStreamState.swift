import Basics
import Cluster
import Foundation
import Logs
import Synchronization

/// What came of the events of one namespace, whichever way they are watched.
final class EventStreamState: Sendable {
  /// Why nothing comes, as it was said last.
  private enum End {
    /// The server does not answer: that it does again is told by any answer.
    case silence
    case refusal
  }

  private struct State {
    var lines = EventLines()
    var hasCome = false
    var end: End?
    var errors = Data()
  }

  /// Of what a watch complains of, its last words are kept; in bytes.
  private static let mostErrors = 8 << 10

  private let source: LogSource
  private let since: Date
  private let date: @Sendable () -> Date
  private let emit: LogFollower.Emit
  private let state = Mutex(State())

  init(
    _ namespace: String, since: Date, date: @escaping @Sendable () -> Date,
    _ emit: @escaping LogFollower.Emit
  ) {
    source = LogSource(.events, namespace: namespace)
    self.since = since
    self.date = date
    self.emit = emit
  }

  /// Events came since the watch was begun.
  var hasCome: Bool { state.withLock { $0.hasCome } }
  var errors: Data { state.withLock { $0.errors } }

  /// A watch is begun anew.
  func restart() {
    state.withLock { state in
      state.lines.restart()
      state.hasCome = false
      state.errors = Data()
    }
  }

  // MARK: What the API server tells

  func take(_ news: ObjectWatch.News) {
    state.withLock { state in
      switch news {
      case .listed(let all): give(all, &state)
      case .changed(let object): give([object], &state)
      case .answers: if state.end == .silence { resume(&state) }
      case .silent(let problem): end(problem, .silence, &state)
      case .failed(.unreadable(let problem)): end(problem, .refusal, &state)
      // An event is deleted when it is an hour old; it did not happen again.
      case .deleted, .failed(.absent), .readAtIntervals: break
      }
    }
  }

  private func give(_ objects: [any ClusterObject], _ state: inout State) {
    come(&state)
    let events = objects.compactMap { object -> (time: Date, event: ClusterEvent)? in
      guard let event = object as? ClusterEvent, let time = state.lines.fresh(event) else {
        return nil
      }
      return (time, event)
    }
    give(events.filter { $0.time >= since })
  }

  // MARK: What kubectl prints

  func take(_ bytes: [UInt8]) {
    state.withLock { state in
      come(&state)
      give(state.lines.take(bytes, since: since))
    }
  }

  func complain(_ bytes: [UInt8]) {
    state.withLock { $0.errors = ($0.errors + bytes).suffix(Self.mostErrors) }
  }

  /// The watch failed. Said once until events come again.
  func end(_ problem: UserMessage) { state.withLock { end(problem, .refusal, &$0) } }

  // MARK: Giving out, inside the lock: in the order it came

  private func come(_ state: inout State) {
    state.hasCome = true
    if state.end != nil { resume(&state) }
  }

  private func give(_ events: [(time: Date, event: ClusterEvent)]) {
    let bytes = EventLines.lines(events)
    if !bytes.isEmpty { emit([LogEvent(source, .lines(bytes))]) }
  }

  private func resume(_ state: inout State) {
    state.end = nil
    emit([LogEvent(source, .note(.streamResumed, at: date()))])
  }

  private func end(_ problem: UserMessage, _ end: End, _ state: inout State) {
    defer { state.end = end }
    guard state.end == nil else { return }
    // The events of all namespaces have one tag.
    let reason = "events of \(source.namespace): \(problem.reason ?? problem.what)"
    emit([LogEvent(source, .note(.streamEnded(reason: reason), at: date()))])
  }
}
