import Cluster
import Foundation
import Logs
import Synchronization

/// One stream's joint, written by the reader of the stream and by the clock that lets go what is
/// held.
final class LogStreamState: Sendable {
  private struct State {
    var joint: LogJoint
    var blocks = KlogBlocks()
    var hasCome = false
    var heardAt = Duration.zero
  }

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
  /// Lines went out.
  var hasCome: Bool { state.withLock { $0.hasCome } }

  /// When the last bytes came, of whatever kind.
  var heardAt: Duration { state.withLock { $0.heardAt } }

  func hear(at time: Duration) { state.withLock { $0.heardAt = time } }

  /// - Parameter isEnd: nothing more comes on this stream.
  func advance(isEnd: Bool = false, _ change: (inout LogJoint) -> [LogEvent.Content]) {
    state.withLock { state in
      var contents: [LogEvent.Content] = []
      for content in change(&state.joint) {
        switch content {
        case .lines(let bytes): contents.append(.lines(state.blocks.take(bytes)))
        case .note: contents += [.lines(state.blocks.end()), content]
        }
      }
      if isEnd { contents.append(.lines(state.blocks.end())) }
      let events = contents.filter { $0 != .lines([]) }.map { LogEvent(source, $0) }
      if events.isEmpty { return }
      if events.contains(where: { if case .lines = $0.content { true } else { false } }) {
        state.hasCome = true
      }
      // Inside the lock: what the clock lets go stands before what comes next.
      emit(events)
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
