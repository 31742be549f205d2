import Cluster
import Foundation
import IPLeasesCore

extension OpenMetrics {
  /// - Parameters:
  ///   - report: the checks that were asked for.
  ///   - watch: what is promised, as far as a watch goes on.
  init(
    _ status: StatusReport, _ pools: [LivePool], _ report: CheckReport, _ watch: [PromiseTrack]
  ) {
    self.init()
    for result in report.results {
      add(
        .check, ["code": result.code, "id": result.id, "group": result.group.rawValue],
        "\(Self.number(result.verdict.kind))")
      if report.aside(result) != nil {
        add(
          .checkAside, ["code": result.code, "id": result.id, "group": result.group.rawValue], "1")
      }
    }
    for pool in pools {
      let used = pool.isUseKnown ? pool.used.count.description : nil
      count(pool.name, "pool", total: pool.addresses.count.description, inUse: used)
      if pool.isUseKnown {
        add(
          .addresses, ["pool": pool.name, "source": "pool", "kind": "free"],
          pool.free.description)
      }
    }
    // Whoever else counts does so for the pool Akash leases from.
    for count in status.addresses where count.source != .pool {
      self.count(
        ConsoleSettings.poolName, count.source.rawValue, total: count.total, inUse: count.inUse)
    }
    for track in watch {
      add(.promise, ["id": track.id.rawValue], "\(Self.number(track.state.kind))")
    }
    let versions = Dictionary(
      status.parts.map { ($0.id, $0.version) }, uniquingKeysWith: { first, _ in first })
    add(
      .info,
      [
        "version": Call.version,
        "metallb": versions["metallb-controller"] ?? "",
        "operator": versions["ip-operator"] ?? "", "provider": versions["provider"] ?? "",
        "kube_proxy": versions["kube-proxy"] ?? "",
      ], "1")
    add(.readTime, [:], "\(Int(report.madeAt.timeIntervalSince1970))")
  }

  private mutating func count(_ pool: String, _ source: String, total: String?, inUse: String?) {
    for (kind, number) in [("total", total), ("in_use", inUse)] {
      guard let number, Double(number) != nil else { continue }
      add(.addresses, ["pool": pool, "source": source, "kind": kind], number)
    }
  }

  private static func number(_ kind: Verdict.Kind) -> Int {
    switch kind {
    case .pass: 0
    case .warn: 1
    case .fail: 2
    case .notRun: 3
    }
  }

  private static func number(_ kind: PromiseState.Kind) -> Int {
    switch kind {
    case .kept: 0
    case .waiting: 1
    case .broken: 2
    case .unknown: 3
    }
  }
}
