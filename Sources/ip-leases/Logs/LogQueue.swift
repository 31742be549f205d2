import Foundation
import IPLeasesCore
import Logs
import Synchronization

/// What was read and is not written yet. A slow reader never holds up the reading: the oldest goes,
/// and is counted.
final class LogQueue: Sendable {
  private struct State {
    var events: [LogEvent] = []
    var first = 0
    var bytes = 0
    var droppedLines = 0
    var isClosed = false
  }

  /// Lines waiting to be written, in bytes.
  private static let room = 64 << 20
  /// Of them, so many bytes are taken at once: what is taken cannot be let go any more.
  private static let portion = 2 << 20

  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)

  func put(_ events: [LogEvent]) {
    let wasEmpty = state.withLock { state in
      let wasEmpty = state.first == state.events.count
      state.events += events
      state.bytes += events.reduce(0) { $0 + $1.size }
      while state.bytes > Self.room, state.first < state.events.count - 1 {
        state.bytes -= state.events[state.first].size
        state.droppedLines += state.events[state.first].lineCount
        state.events[state.first].content = .lines([])
        state.first += 1
      }
      if state.first > 1024, state.first > state.events.count / 2 {
        state.events.removeFirst(state.first)
        state.first = 0
      }
      return wasEmpty
    }
    if wasEmpty { arrival.signal() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    arrival.signal()
  }

  struct Batch {
    var events: [LogEvent]
    var droppedLines: Int
    /// Nothing more will come.
    var isLast: Bool
  }

  /// Waits for something, at most so long; what is there may be nothing.
  func take(within time: DispatchTimeInterval?) -> Batch {
    if state.withLock({ $0.first == $0.events.count && !$0.isClosed }) {
      if let time { _ = arrival.wait(timeout: .now() + time) } else { arrival.wait() }
    }
    return state.withLock { state in
      var end = state.first
      var bytes = 0
      while end < state.events.count, bytes < Self.portion {
        bytes += state.events[end].size
        end += 1
      }
      let batch = Batch(
        events: Array(state.events[state.first..<end]), droppedLines: state.droppedLines,
        isLast: state.isClosed && end == state.events.count)
      state.bytes -= bytes
      state.first = end
      state.droppedLines = 0
      if end == state.events.count {
        state.events = []
        state.first = 0
      }
      return batch
    }
  }
}

extension LogEvent {
  fileprivate var size: Int {
    if case .lines(let bytes) = content { bytes.count } else { 200 }
  }

  fileprivate var lineCount: Int {
    guard case .lines(let bytes) = content else { return 0 }
    return bytes.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
  }
}
