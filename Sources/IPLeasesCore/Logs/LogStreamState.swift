import Foundation
import Synchronization

/// One stream's joint, written by the reader of the stream and by the clock that lets go what is
/// held.
final class LogStreamState: Sendable {
  private struct State {
    var joint: LogJoint
    var errors = Data()
    var hasCome = false
  }

  /// Of what a stream complains of, its last words are kept; in bytes.
  private static let mostErrors = 8 << 10

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
  private let state = Mutex((lines: EventLines(), hasCome: false))

  init(since: Date) { self.since = since }

  var hasCome: Bool { state.withLock { $0.hasCome } }

  /// A watch is begun anew.
  func restart() {
    state.withLock {
      $0.lines.restart()
      $0.hasCome = false
    }
  }

  func take(_ bytes: [UInt8]) -> [(time: Date, event: ClusterEvent)] {
    state.withLock {
      $0.hasCome = true
      return $0.lines.take(bytes, since: since)
    }
  }
}
