import Foundation
import Synchronization

/// All log lines of a session, taken in from any thread, merged by time, bounded.
package final class LogStore: Sendable {
  private let contents: Mutex<LogContents>
  private let now: @Sendable () -> LogTime

  package init(
    limits: LogLimits = .console, now: @escaping @Sendable () -> LogTime = { LogTime(Date()) }
  ) {
    contents = Mutex(LogContents(limits: limits, seed: .random(in: 0...UInt64.max)))
    self.now = now
  }

  package func take(_ events: [LogEvent]) {
    let now = now()
    contents.withLock { $0.take(events, now: now) }
  }

  /// Looks at every line kept; not for the thread that draws. A task that was cancelled leaves the
  /// rest to the filter that comes after.
  ///
  /// - Parameters:
  ///   - top: the line on top of the screen; nil: the screen shows the end of the list.
  ///   - onScreen: called when what the screen shows is filtered.
  package func setFilter(
    _ filter: LogFilter, around top: LogLineID? = nil, onScreen: () -> Void = {}
  ) {
    contents.withLock { $0.setFilter(filter, around: top) }
    onScreen()
    while !Task.isCancelled, contents.withLock({ $0.filterOn() }) {}
  }

  /// Folds the repeats of a line away, or shows them one by one.
  package func setFolding(of id: LogLineID, isFolded: Bool) {
    contents.withLock { $0.setFolding(of: id, isFolded: isFolded) }
  }

  /// The store as it is now; what comes later changes nothing in it.
  package func view() -> LogView {
    LogView(contents.withLock { $0 })
  }
}
