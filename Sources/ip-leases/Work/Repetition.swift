import Cluster
import Foundation
import IPLeasesCore
import Synchronization

/// Answers that go on.
struct Repetition {
  let workplace: Workplace
  let session: Session
  let needs: Set<FactName>

  struct Answer<Said: Equatable> {
    /// Without the times at which it was read.
    var said: Said
    /// Prints it; whether it is another one after the first.
    var show: (Bool) -> Void
  }

  func run<Said: Equatable>(
    from first: ClusterSnapshot, answer: (ClusterSnapshot) -> Answer<Said>
  ) async {
    // `head` may leave while there is nothing to tell.
    let isReaderGone = Mutex(false)
    workplace.call.streams.watchReader { isReaderGone.withLock { $0 = true } }
    var last: Said?
    func take(_ snapshot: ClusterSnapshot) -> Bool {
      guard !isReaderGone.withLock({ $0 }) else { return false }
      let now = answer(snapshot)
      if now.said != last { now.show(last != nil) }
      last = now.said
      return true
    }
    await workplace.snapshots(of: session, from: first).follow(needs) { take($0) }
  }
}

extension Call {
  /// Before an answer that follows another one.
  func separate() { _ = offer("\n# \(Date().formatted(.iso8601))\n") }
}
