/// MetalLB's metrics for pool `default`, by the way the operator takes.
enum MetricsCheck {
  static let check = Check(
    code: "IPL-0203", id: "metallb-counts", group: "metrics path",
    title: "MetalLB counts the pool default through Service controller",
    want: "the total of the pool's text",
    why: "The operator reads these two numbers; without them its barrier stays locked.",
    needs: [.metallbMetrics, .pools]
  ) { snapshot in
    guard let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName) else {
      return .notRun(why: "there is no pool default")
    }
    switch snapshot.metallbMetrics {
    case .notRead: return .notRun(why: "not read")
    case .absent: return .fail(got: "there is no Service controller with port monitoring")
    case .unreadable(let problem, _): return .fail(got: problem.reason ?? problem.what)
    case .known(let metrics, _):
      let size = pool.countedSize
      guard let total = metrics.total else {
        return .fail(got: "the metrics do not know a pool default")
      }
      return total == size ? .pass(got: "\(total)") : .fail(got: "\(total), the pool has \(size)")
    }
  }
}
