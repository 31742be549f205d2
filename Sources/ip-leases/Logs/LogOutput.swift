import Basics
import Foundation
import IPLeasesCore
import Logs

/// Writes log lines merged by time, and what happened to the streams on standard error.
struct LogOutput: Sendable {
  let call: Call
  /// nil: text.
  let form: DocumentForm?
  let hasColors: Bool
  let level: LogLevel?
  let pattern: LogPattern?
  let since: LogTime?
  let until: LogTime?
  /// Of what was written before the start.
  let mostLines: Int
  let redaction: Redaction

  /// The sources do not come at the same time: so long what has come waits for the others.
  private static let gathering = DispatchTimeInterval.milliseconds(400)
  private static let longestGathering = Duration.seconds(5)
  private static let merging = DispatchTimeInterval.milliseconds(150)

  /// - Returns: false once the reader is gone.
  func write(_ queue: LogQueue, isEndless: Bool) -> Bool {
    guard let sieve = try? LogSieve(minimumLevel: level, pattern: pattern) else { return true }
    var page = LogPage(output: self)
    let start = ContinuousClock.now
    var isBacklog = true
    while true {
      // With something in hand only a little is waited for more; else as long as it takes.
      let isHolding = !page.isEmpty
      let batch = queue.take(within: isHolding ? (isBacklog ? Self.gathering : Self.merging) : nil)
      page.add(batch, sieve)
      if isBacklog { page.keep(newest: mostLines) }
      if batch.isLast {
        page.cut(toNewest: mostLines)
        return page.print()
      }
      if page.isEmpty { continue }
      if isBacklog {
        let isOver =
          isEndless && (batch.events.isEmpty || start.duration(to: .now) > Self.longestGathering)
        guard isOver else { continue }
        page.cut(toNewest: mostLines)
        isBacklog = false
      } else if !batch.events.isEmpty, !isHolding {
        continue
      }
      guard page.print() else { return false }
    }
  }
}
