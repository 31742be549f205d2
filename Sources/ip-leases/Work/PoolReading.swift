import ArgumentParser
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// What the pools subcommands read, of the cluster and of files.
enum PoolReading {
  static let needs: Set<FactName> = [.pools, .cluster, .metallb, .kubeProxy]
  /// The longest a check of given ranges waits for a cluster.
  private static let shortTime = Duration.seconds(5)

  /// - Throws: `ExitCode` where the pools cannot be read, after saying why.
  static func snapshot(_ workplace: Workplace, also further: Set<FactName> = []) async throws
    -> ClusterSnapshot
  {
    let snapshot = await workplace.read(needs.union(further))
    if let problem = snapshot.pools.problem { throw workplace.call.failure(problem.untold) }
    return snapshot
  }

  /// What a cluster shows within a short time; nothing where there is none.
  static func shortly(_ workplace: Workplace) async -> ClusterSnapshot {
    await withTaskGroup(of: ClusterSnapshot.self) { group in
      group.addTask { await workplace.read(needs) }
      group.addTask {
        try? await Task.sleep(for: shortTime)
        return ClusterSnapshot()
      }
      let first = await group.next() ?? ClusterSnapshot()
      group.cancelAll()
      return first
    }
  }

  static func pools(_ snapshot: ClusterSnapshot) -> [LivePool] {
    (snapshot.poolShapes ?? []).map { LivePool($0, in: snapshot) }
  }

  /// That ranges are judged in place of those the pool has; nil where they are the same, or the pool
  /// is not there.
  static func replacement(_ shape: PoolShape, _ snapshot: ClusterSnapshot) -> Advice? {
    guard let live = snapshot.poolShapes?.first(where: { $0.name == shape.name }),
      live.entries != shape.entries
    else { return nil }
    return "judged as the whole pool \(SafeText.line(shape.name, limit: 80)), instead of the "
      + "\(live.size.text) addresses it has now; \(own: "pools plan --add") judges an addition"
  }

  static func unseen(_ snapshot: ClusterSnapshot) -> [String] {
    snapshot.poolContext(for: ConsoleSettings.poolName).unseen
  }
}
