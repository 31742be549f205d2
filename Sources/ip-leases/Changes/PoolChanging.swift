import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// What is told after a change of a pool.
enum PoolChanging {
  /// All counts after an edit, and why they may differ. MetalLB's and the operator's are of the pool
  /// Akash leases from.
  static func counts(_ name: String, _ session: Session) async -> String {
    let isForTenants = name == ConsoleSettings.poolName
    let snapshot = await session.survey(
      isForTenants ? [.pools, .metallbMetrics, .operatorUsage] : [.pools]
    ).snapshot
    var ipOperator: Int?
    if case .totals(let total, _) = snapshot.operatorUsage.value { ipOperator = total }
    return PoolEdit.counts(
      pool: snapshot.pools.value?.pool(name).map(PoolShape.init)?.size.text,
      metallb: snapshot.metallbMetrics.value?.total.map(String.init),
      ipOperator: ipOperator.map(String.init))
  }

  /// Where the Services of a plan have gone; nil where it moves none. MetalLB takes an edit up before
  /// it gives new addresses, so it gets some seconds for that.
  static func moves(_ plan: Plan, _ session: Session) async -> String? {
    guard !plan.moved.isEmpty else { return nil }
    var problem: UserMessage?
    for look in 1...5 {
      let snapshot = await session.survey([.cluster]).snapshot
      problem = snapshot.cluster.problem
      if let holders = snapshot.addressHolders {
        let isLast = look == 5
        if isLast || !plan.moved.contains(where: { $0.isUnderWay(holders) }) {
          return "moved: " + MovedService.lines(plan.moved, now: holders).joined(separator: "; ")
        }
      }
      try? await session.executor.runClock.sleep(.seconds(1))
    }
    return "who has moved where could not be read"
      + (problem?.reason.map { ": \(SafeText.line($0))" } ?? "")
  }
}
