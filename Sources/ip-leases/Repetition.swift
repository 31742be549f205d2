import ArgumentParser
import Cluster
import Foundation
import IPLeasesCore
import Synchronization

/// `-w`: the answer again whenever it says something else.
struct RepetitionOptions: ParsableArguments {
  @Flag(
    name: [.customShort("w"), .customLong("watch")],
    help: "Print anew whenever something changed, until it is stopped; json: one object a line.")
  var isOn = false
}

/// Answers that go on.
struct Repetition {
  let workplace: Workplace
  let session: Session
  let needs: Set<FactName>

  /// - Parameters:
  ///   - said: what an answer says, without the times at which it was read.
  ///   - show: prints it; whether it is another one after the first.
  func run<Said: Equatable & Sendable>(
    from first: ClusterSnapshot, said: (ClusterSnapshot) -> Said,
    show: (ClusterSnapshot, Bool) -> Void
  ) async {
    // `head` may leave while there is nothing to tell.
    let isReaderGone = Mutex(false)
    workplace.call.streams.watchReader { isReaderGone.withLock { $0 = true } }
    var last: Said?
    func take(_ snapshot: ClusterSnapshot) -> Bool {
      guard !isReaderGone.withLock({ $0 }) else { return false }
      let now = said(snapshot)
      if now != last { show(snapshot, last != nil) }
      last = now
      return true
    }
    if workplace.isAccelerated {
      await PolledSnapshots(session, from: first).follow(needs) { take($0) }
    } else {
      await LiveSnapshots(session, from: first).follow(needs) { take($0) }
    }
  }
}

extension Call {
  /// Before an answer that follows another one.
  func separate() { _ = offer("\n# \(Date().formatted(.iso8601))\n") }
}
