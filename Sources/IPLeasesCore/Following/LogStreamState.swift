import Cluster
import Foundation
import Logs
import Synchronization

/// One stream's joint, written by the reader of the stream and by the clock that lets go what is
/// held.
final class LogStreamState: Sendable {
  private struct State {
    var joint: LogJoint
    var errors = Data()
    var hasCome = false
    var heardAt = Duration.zero
  }

  /// Of what a stream complains of, its last words are kept; in bytes.
  static let mostErrors = 8 << 10

  private let source: LogSource
  private let emit: LogFollower.Emit
  private let state: Mutex<State>

  init(_ source: LogSource, _ joint: LogJoint, _ emit: @escaping LogFollower.Emit) {
    self.source = source
    self.emit = emit
    state = Mutex(State(joint: joint))
  }

  var joint: LogJoint { state.withLock { $0.joint } }
  var isJoining: Bool { state.withLock { $0.joint.isJoining } }
  var errors: Data { state.withLock { $0.errors } }
  /// Lines went out.
  var hasCome: Bool { state.withLock { $0.hasCome } }

  /// When the last bytes came, of whatever kind.
  var heardAt: Duration { state.withLock { $0.heardAt } }

  func hear(at time: Duration) { state.withLock { $0.heardAt = time } }

  func complain(_ bytes: [UInt8]) {
    state.withLock { $0.errors = ($0.errors + bytes).suffix(Self.mostErrors) }
  }

  func advance(_ change: (inout LogJoint) -> [LogEvent.Content]) {
    state.withLock { state in
      let events = change(&state.joint).map { LogEvent(source, $0) }
      if events.isEmpty { return }
      if events.contains(where: { if case .lines = $0.content { true } else { false } }) {
        state.hasCome = true
      }
      // Inside the lock: what the clock lets go stands before what comes next.
      emit(events)
    }
  }
}

/// The events of one namespace over all watches of it.
final class EventStreamState: Sendable {
  private let since: Date
  private let state = Mutex(State())

  private struct State {
    var lines = EventLines()
    var hasCome = false
    /// That the watch before ended was said.
    var isEndSaid = false
    var errors = Data()
  }

  init(since: Date) { self.since = since }

  var hasCome: Bool { state.withLock { $0.hasCome } }
  var errors: Data { state.withLock { $0.errors } }

  func complain(_ bytes: [UInt8]) {
    state.withLock { $0.errors = ($0.errors + bytes).suffix(LogStreamState.mostErrors) }
  }

  /// A watch is begun anew.
  func restart(afterEnd isEndSaid: Bool) {
    state.withLock {
      $0.lines.restart()
      $0.hasCome = false
      $0.isEndSaid = isEndSaid
      $0.errors = Data()
    }
  }

  /// The events that are new, and whether they are the first after an end that was said.
  func take(_ bytes: [UInt8]) -> (events: [(time: Date, event: ClusterEvent)], isResumed: Bool) {
    state.withLock {
      let isResumed = $0.isEndSaid && !$0.hasCome
      $0.hasCome = true
      return ($0.lines.take(bytes, since: since), isResumed)
    }
  }
}

/// The containers there were at the last look that saw all of them.
final class ListedContainers: Sendable {
  private let keys = Mutex<Set<LogContainer.Key>?>(nil)

  func take(_ sighting: LogFollower.Sighting) {
    guard sighting.problems.isEmpty else { return }
    let keys = Set(sighting.containers.map(\.key))
    self.keys.withLock { $0 = keys }
  }

  /// True, too, as long as nobody has looked.
  func holds(_ key: LogContainer.Key) -> Bool { keys.withLock { $0?.contains(key) ?? true } }
}
