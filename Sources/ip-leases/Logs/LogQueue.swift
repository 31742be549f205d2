import DequeModule
import Foundation
import IPLeasesCore
import Logs
import Synchronization

/// What was read and is not written yet. A slow reader never holds up the reading: the oldest goes,
/// and is counted.
final class LogQueue: Sendable {
  private struct State {
    var events: Deque<LogEvent> = []
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
      let wasEmpty = state.events.isEmpty
      state.events += events
      state.bytes += events.reduce(0) { $0 + $1.size }
      while state.bytes > Self.room, state.events.count > 1 {
        let oldest = state.events.removeFirst()
        state.bytes -= oldest.size
        state.droppedLines += oldest.lineCount
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
    if state.withLock({ $0.events.isEmpty && !$0.isClosed }) {
      if let time { _ = arrival.wait(timeout: .now() + time) } else { arrival.wait() }
    }
    return state.withLock { state in
      var count = 0
      var bytes = 0
      while count < state.events.count, bytes < Self.portion {
        bytes += state.events[count].size
        count += 1
      }
      let batch = Batch(
        events: Array(state.events.prefix(count)), droppedLines: state.droppedLines,
        isLast: state.isClosed && count == state.events.count)
      state.events.removeFirst(count)
      state.bytes -= bytes
      state.droppedLines = 0
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
