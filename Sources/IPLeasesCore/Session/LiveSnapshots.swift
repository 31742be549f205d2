import Cluster
import Execution

/// Follows the cluster: a snapshot as soon as something changed.
package struct LiveSnapshots: SnapshotSource {
  private let session: Session
  private let first: ClusterSnapshot

  /// What is waited for comes to its end also where nothing changes. Where the cluster is followed its
  /// signs of life are the beat.
  private static let pause = Duration.seconds(2)

  private enum Event: Sendable {
    case news(LiveNews)
    case tick
    case ended
  }

  /// - Parameter first: what was read already; it is given first.
  package init(_ session: Session, from first: ClusterSnapshot) {
    self.session = session
    self.first = first
  }

  package func follow(
    _ needs: Set<FactName>, _ onSnapshot: (ClusterSnapshot) async -> Bool
  ) async {
    let (events, feed) = AsyncStream.makeStream(of: Event.self)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await session.follow(needs, pace: .watching) { feed.yield(.news($0)) }
        feed.yield(.ended)
      }
      group.addTask {
        while (try? await Task.sleep(for: Self.pause)) != nil { feed.yield(.tick) }
      }
      var snapshot = first
      var hasPulse = false
      events: for await event in events {
        switch event {
        case .news(let news):
          guard news.isComplete else { continue }
          snapshot = news.snapshot
          hasPulse = news.hasPulse
          // What was known is of before: nothing is judged by it.
          if let lost = news.lost { snapshot.forget(because: lost.problem, at: lost.since) }
        case .tick: if hasPulse { continue }
        case .ended: break events
        }
        guard await onSnapshot(snapshot) else { break events }
      }
      group.cancelAll()
    }
  }
}
