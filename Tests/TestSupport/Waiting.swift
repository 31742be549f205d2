import Foundation

/// What a test waits for comes within milliseconds, or seconds on a machine that has other work. This
/// limit is only for what never comes, so that a run ends all the same.
package let patience = Duration.seconds(300)

/// Looks again and again until it is so, and pauses as long as a look took: others want the cores.
///
/// - Returns: false where it never came to be so.
package func eventually(
  _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    let begin = ContinuousClock.now
    if try await condition() { return true }
    try? await Task.sleep(for: max(.milliseconds(5), ContinuousClock.now - begin))
  }
  return try await condition()
}

/// The same on a thread that may block: one of a test in turn.
package func blockUntil(_ condition: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.005)
  }
  return try condition()
}

/// What the calling thread itself has worked while `body` ran, however long others held the cores.
package func processorTime(_ body: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = now()
  try body()
  return now() - start
}
