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
  static func replacement(_ shape: PoolShape, _ snapshot: ClusterSnapshot) -> String? {
    guard let live = snapshot.poolShapes?.first(where: { $0.name == shape.name }),
      live.entries != shape.entries
    else { return nil }
    return "judged as the whole pool \(SafeText.line(shape.name, limit: 80)), instead of the "
      + "\(live.size.text) addresses it has now; ip-leases pools plan --add judges an addition"
  }

  static func unseen(_ snapshot: ClusterSnapshot) -> [String] {
    snapshot.poolContext(for: ConsoleSettings.poolName).unseen
  }

  /// - Throws: `ExitCode` where the file cannot be read or holds no pool, after saying why.
  static func pool(
    _ file: String, called wanted: String = ConsoleSettings.poolName, _ call: Call
  ) throws -> ImportedPool {
    do throws(UserMessage) {
      return try PoolImport.pool(
        in: text(of: file, call), name: file == "-" ? "standard input" : file, called: wanted)
    } catch {
      throw call.failure(error.untold)
    }
  }

  private static let mostBytes = 8 << 20

  private static func text(of file: String, _ call: Call) throws(UserMessage) -> String {
    let bytes = try InputFile.bytes(of: file, most: mostBytes, call)
    guard bytes.count <= mostBytes else {
      let name = file == "-" ? "Standard input" : "The file \(SafeText.line(file, limit: 200))"
      throw UserMessage("\(name) is too long.", advice: "8 MiB is the most.")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

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
