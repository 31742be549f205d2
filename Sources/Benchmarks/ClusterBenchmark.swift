import Cluster
import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// `steps` and `verify` on the cluster that KUBECONFIG names, against the commands they run. Reads
/// only.
struct ClusterBenchmark {
  private let site: Site

  private enum Subject: String, CaseIterable {
    case steps
    case verify

    var what: String { "`\(rawValue)` on a real cluster" }
    var needs: Set<FactName> {
      switch self {
      case .steps: AllSteps.needs
      case .verify: Checks.needs()
      }
    }
  }

  private static let target = "≤ 1.5 × its slowest command alone"

  init(_ site: Site) { self.site = site }

  func rows() async -> [Row] {
    if let reason = Self.obstacle {
      return Subject.allCases.map { .notRun($0.what, target: Self.target, because: reason) }
    }
    var rows: [Row] = []
    for subject in Subject.allCases { rows.append(await row(of: subject)) }
    return rows
  }

  /// Why nothing is measured there; nil where a cluster answers.
  static var obstacle: String? {
    guard ProcessInfo.processInfo.environment["KUBECONFIG"] != nil else {
      return "KUBECONFIG is not set"
    }
    guard Stopwatch.isThere("kubectl"), Stopwatch.isThere("helm") else {
      return "no kubectl or helm in PATH"
    }
    guard Stopwatch.run(["kubectl", "get", "namespaces", "--request-timeout=5s"]).status == 0 else {
      return "the cluster does not answer"
    }
    return nil
  }

  private func row(of subject: Subject) async -> Row {
    let commands = await commands(of: subject)
    let alone = commands.map { argv in
      (argv: argv, time: Stopwatch.median(of: 5, argv) ?? .zero)
    }.sorted { $0.time > $1.time }
    let argv = [site.program, subject.rawValue, "--state-dir", "\(site.folder)/state"]
    guard let first = alone.first, let whole = Stopwatch.median(of: 7, argv) else {
      return .notRun(subject.what, target: Self.target, because: "it ran no command")
    }
    tell(subject, alone, whole)
    let sum = alone.map(\.time).reduce(.zero, +)
    return result(subject, whole, slowest: first, sum: sum, alone.count)
  }

  private func result(
    _ subject: Subject, _ whole: Duration, slowest: (argv: [String], time: Duration), sum: Duration,
    _ count: Int
  ) -> Row {
    let guide = Self.guide.map { Stopwatch.median(of: 3, $0) ?? .zero }.reduce(.zero, +)
    let ratio = whole / slowest.time
    let references = [
      ("slowest alone (`\(slowest.argv.prefix(3).joined(separator: " "))`)", slowest.time),
      ("its \(count) commands in turn", sum),
      ("the guide's \(Self.guide.count) looks in turn", guide),
    ]
    return Row(
      what: subject.what, measured: whole.text, target: Self.target,
      reference: references.map { "\($0) \($1.text)" }.joined(separator: ", "),
      ratio: references.map { String(format: "%.2f", whole / $1) }.joined(separator: ", "),
      verdict: ratio <= 1.5 ? .met : .missed)
  }

  /// Where the time goes, beside the table.
  private func tell(
    _ subject: Subject, _ alone: [(argv: [String], time: Duration)], _ whole: Duration
  ) {
    var lines = ["\(subject.rawValue): \(whole.text); each of its commands alone:"]
    lines += alone.map { "  \($0.time.text)  \($0.argv.joined(separator: " "))" }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func commands(of subject: Subject) async -> [[String]] {
    let settings = ConsoleSettings(
      providerFile: "\(site.folder)/provider.yaml", stateDirectory: site.folder)
    let folder = StateFolder(root: site.folder, cluster: "benchmarks")
    let executor = ListingExecutor(LocalExecutor(folder: folder, supervisor: nil))
    _ = await ClusterReader(executor: executor, settings: settings).read(subject.needs)
    _ = await ClusterIdentity.read(executor, settings)
    return executor.commands
  }

  /// What the guide has an admin look at, in its order.
  private static let guide = [
    "kubectl get namespace metallb-system --show-labels",
    "kubectl -n metallb-system get pods",
    "kubectl -n metallb-system get services",
    "kubectl -n metallb-system get ipaddresspools,l2advertisements -o yaml",
    "kubectl -n kube-system get configmap kube-proxy -o yaml",
    "helm -n akash-services get values akash-provider",
    "kubectl -n akash-services get statefulset akash-provider -o yaml",
    "helm list -A",
    "kubectl -n akash-services get pods",
    "kubectl -n akash-services logs deployment/operator-ip --tail=20",
  ].map { $0.split(separator: " ").map(String.init) }
}

/// Runs commands as another executor does and keeps their argument vectors.
private final class ListingExecutor: CommandExecutor {
  private let executor: LocalExecutor
  private let list = Mutex<[[String]]>([])

  init(_ executor: LocalExecutor) { self.executor = executor }

  var commands: [[String]] { list.withLock { $0 } }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    list.withLock { $0.append(command.argv) }
    return try await executor.run(command, onOutput: onOutput)
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    try await executor.follow(command, onOutput: onOutput)
  }

  func stop() async { await executor.stop() }
}
