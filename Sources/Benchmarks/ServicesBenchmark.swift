import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// A cluster of many tenants, which KUBECONFIG names: what a command costs beside the list of its
/// Services alone, and what one look at everything costs the console. Reads only.
struct ServicesBenchmark {
  private let site: Site

  private static let commands = ["status", "verify", "steps"]
  private static let list = ["kubectl", "get", "services", "-A"]
  private static let target = "≤ 1.5 × the list of Services, ≤ 100 MB"
  private static let mostMemory = 100_000_000
  private static let runs = 5

  init(_ site: Site) { self.site = site }

  func rows() async -> [Row] {
    if let reason = ClusterBenchmark.obstacle {
      return Self.commands.map { .notRun(what($0, nil), target: Self.target, because: reason) }
    }
    // The list before and after: what else runs on the machine may change.
    let before = times(Self.list)
    let measured = Self.commands.map { command in
      (command, run([site.program, command, "--state-dir", "\(site.folder)/state"]))
    }
    let list = (before + times(Self.list)).median
    // Only now: what this process holds counts as theirs.
    let snapshot = await snapshot()
    let count = snapshot.cluster.value?.services.count
    return measured.map { command, runs in
      row(what(command, count), runs, list)
    } + [evaluation(snapshot, count)]
  }

  private func what(_ command: String, _ count: Int?) -> String {
    "`\(command)` on a real cluster" + (count.map { ", \($0) Services" } ?? "")
  }

  private func row(_ what: String, _ runs: [Stopwatch.Run], _ list: Duration) -> Row {
    let time = runs.map(\.time).median
    let memory = runs.map(\.memory).max() ?? 0
    let isMet = time / list <= 1.5 && memory <= Self.mostMemory
    return Row(
      what: what, measured: "\(time.text), \(memory / 1_000_000) MB", target: Self.target,
      reference: "`\(Self.list.joined(separator: " "))` \(list.text)",
      ratio: String(format: "%.2f", time / list), verdict: isMet ? .met : .missed)
  }

  private func run(_ argv: [String]) -> [Stopwatch.Run] {
    (0..<Self.runs).map { _ in Stopwatch.run(argv) }
  }

  private func times(_ argv: [String]) -> [Duration] { run(argv).map(\.time) }

  // MARK: One evaluation

  private func snapshot() async -> ClusterSnapshot {
    let executor = LocalExecutor(
      folder: StateFolder(root: site.folder, cluster: "benchmarks"), supervisor: nil)
    return await ClusterReader(executor: executor, settings: settings).read(
      StatusReport.needs.union(Checks.needs()).union([.leasedIPs]))
  }

  private var settings: ConsoleSettings {
    ConsoleSettings(providerFile: "\(site.folder)/provider.yaml", stateDirectory: site.folder)
  }

  /// All that the console works out anew whenever something changes in the cluster.
  private func evaluation(_ snapshot: ClusterSnapshot, _ count: Int?) -> Row {
    let times = (0..<Self.runs).map { _ in
      ContinuousClock().measure {
        let checklist = Checklist(snapshot, settings)
        let results = Checks.run(snapshot)
        _ = StatusReport(snapshot, checklist, results: results)
        _ = snapshot.poolContexts
        _ = (snapshot.poolShapes ?? []).map { LivePool($0, in: snapshot) }
        _ = LeaseFinding.find(in: snapshot)
        _ = snapshot.addressHolders
      }
    }
    return .time(
      "one look at all that was read, \(count ?? 0) Services", times.median,
      limit: .milliseconds(100))
  }
}
