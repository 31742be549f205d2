import Basics
import Cluster
import Console
import Execution
import IPLeasesCore

/// What the watch of this console tells.
extension SessionService {
  /// What was read is also what the watch sees.
  func watch(
    _ snapshot: ClusterSnapshot, _ checks: CheckReport, _ lost: LiveNews.Lost?,
    _ secrets: KnownSecrets, _ session: Session
  ) {
    guard let lost else {
      let results = checks.results.filter { $0.group != .proof }
      return watched.take(snapshot, results, secrets, session)
    }
    // What was known is of before: nothing is judged by it.
    var unknown = snapshot
    unknown.forget(because: lost.problem, at: lost.since)
    watched.take(unknown, Checks.run(unknown), secrets, session)
  }

  func followWatch(_ onLook: @escaping @Sendable (WatchLook) -> Void) async {
    await watched.follow(onLook)
  }

  func takeBaseline() async -> Result<WatchLook, UserMessage> { watched.takeBaseline() }
}
