import Foundation
import IPLeasesCore
import Synchronization

/// One run of `logs`: reads the sources and writes their lines, each at its own pace.
struct LogRun {
  let follower: LogFollower
  let request: LogFollower.Request
  let output: LogOutput

  private enum End: Sendable {
    case read([LogFollower.Problem])
    case interrupted
    /// Nobody reads standard output any more.
    case readerGone
  }

  /// - Returns: the exit code.
  func run(_ sighting: LogFollower.Sighting, isEndless: Bool) async -> Int32 {
    // A reader that leaves is told by write(2), not by a signal.
    signal(SIGPIPE, SIG_IGN)
    for problem in sighting.problems { Self.tell(problem) }
    let queue = LogQueue()
    let end = AsyncStream<End>.makeStream(bufferingPolicy: .bufferingOldest(1))
    let signals = Self.watchSignals { end.continuation.yield(.interrupted) }
    Self.watchReader { end.continuation.yield(.readerGone) }
    let writing = Task { await write(queue, isEndless: isEndless) }
    let reading = Task { [follower, request] in
      if isEndless {
        await follower.follow(request) { queue.put($0) }
        return
      }
      let problems = await follower.read(request, sighting.containers) { queue.put($0) }
      queue.close()
      if await !writing.value { end.continuation.yield(.readerGone) }
      end.continuation.yield(.read(problems))
    }
    var code = Exit.holds
    for await case let ending in end.stream {
      switch ending {
      case .read(let problems): code = exitCode(problems, of: sighting)
      case .interrupted: code = Exit.interrupted
      case .readerGone: break
      }
      break
    }
    // The tools we started end with us.
    reading.cancel()
    await reading.value
    withExtendedLifetime(signals) {}
    return code
  }

  private func exitCode(_ problems: [LogFollower.Problem], of sighting: LogFollower.Sighting)
    -> Int32
  {
    for problem in problems { Self.tell(problem) }
    if sighting.problems.isEmpty, problems.isEmpty { return Exit.holds }
    let isAnythingRead = problems.count < sighting.containers.count
    return isAnythingRead ? Exit.doesNotHold : Exit.untold
  }

  private static func tell(_ problem: LogFollower.Problem) {
    Standard.error("\(SafeText.line(problem.name, limit: 200)): \(problem.message.text)\n")
  }

  /// Writing blocks as long as its reader wants: it has a thread of its own.
  ///
  /// - Returns: false once the reader is gone.
  private func write(_ queue: LogQueue, isEndless: Bool) async -> Bool {
    await withCheckedContinuation { done in
      Thread { done.resume(returning: output.write(queue, isEndless: isEndless)) }.start()
    }
  }

  private static func watchSignals(_ onSignal: @escaping @Sendable () -> Void)
    -> [any DispatchSourceSignal]
  {
    [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: onSignal)
      source.resume()
      return source
    }
  }

  /// `head` may leave while nothing is written that could tell.
  private static func watchReader(_ onGone: @escaping @Sendable () -> Void) {
    Thread {
      var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
      if descriptor.revents & Int16(POLLERR | POLLHUP) != 0 { onGone() }
    }.start()
  }
}

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
    _ =
      time.map { arrival.wait(timeout: .now() + $0) }
      ?? {
        arrival.wait()
        return .success
      }()
    return state.withLock { state in
      defer {
        state.events = []
        state.first = 0
        state.bytes = 0
        state.droppedLines = 0
      }
      return Batch(
        events: Array(state.events[state.first...]), droppedLines: state.droppedLines,
        isLast: state.isClosed)
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
