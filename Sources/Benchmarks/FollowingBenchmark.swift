import Foundation
import Glibc
import TestSupport

/// A console that follows the cluster that KUBECONFIG names: how soon a change is on its screen beside
/// `kubectl get -w`, what it holds, and that it rests. It makes and changes objects there, so it runs
/// only where BENCHMARK_MAY_CHANGE_CLUSTER says that this may be.
struct FollowingBenchmark {
  private let site: Site
  private let environment: [String: String]
  /// BENCHMARK_CHANGES of each kind.
  private let changes: Int

  private static let what = "a console that follows a real cluster"
  private static let target = "p95 ≤ 1 s, ≤ 1.2 × `kubectl get -w`"
  private static let restTime = Duration.seconds(10)
  private static let mostMemory = 60_000_000
  private static let namespace = "metallb-system"
  private static let name = "ip-leases-benchmark"

  init(_ site: Site) {
    self.site = site
    let own = ProcessInfo.processInfo.environment
    environment = own.merging(PseudoTerminal.plainEnvironment) { $1 }
    changes = own["BENCHMARK_CHANGES"].flatMap(Int.init) ?? 20
  }

  private struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  func rows() throws -> [Row] {
    let isAllowed = ProcessInfo.processInfo.environment["BENCHMARK_MAY_CHANGE_CLUSTER"] == "1"
    let reason =
      isAllowed ? ClusterBenchmark.obstacle : "BENCHMARK_MAY_CHANGE_CLUSTER=1 is not set"
    if let reason { return [.notRun(Self.what, target: Self.target, because: reason)] }
    defer { clear() }
    clear()
    let console = try PseudoTerminal(
      [site.program, "--state-dir", "\(site.folder)/following"], environment: environment,
      rows: 40, columns: 160)
    guard console.waitForFacts() else {
      throw Failed(description: "the console drew: \(console.screenText)")
    }
    _ = console.moment(timeout: .seconds(5)) { _ in false }
    let rest = rest(console)
    console.send("4")
    _ = console.moment(timeout: .seconds(5)) { _ in false }
    let held = held(console)
    console.send("6")
    _ = console.moment(timeout: .seconds(1)) { _ in false }
    try prepare()
    return try [held, rest] + all().map { try row(of: $0, console) }
  }

  // MARK: What it holds

  private func held(_ console: PseudoTerminal) -> Row {
    let all = ProcessTable.all()
    var family = [console.processID]
    var index = 0
    while index < family.count {
      family += all.filter { $0.parent == family[index] }.map(\.process)
      index += 1
    }
    let memory = family.map(Self.proportionalBytes).reduce(0, +)
    let watch = try? PseudoTerminal(
      [Self.kubectl, "get", "services", "-A", "-w"], environment: environment)
    _ = watch?.moment(timeout: .seconds(3)) { _ in false }
    let reference = watch.map { Self.proportionalBytes(of: $0.processID) } ?? 0
    let isMet = family.count == 2 && memory <= Self.mostMemory
    return Row(
      what: "\(Self.what), its Logs pane open: children, memory of all (PSS)",
      measured: "\(family.count - 1), \(memory / 1_000_000) MB", target: "1, ≤ 60 MB",
      reference: "one `kubectl get -w` \(reference / 1_000_000) MB",
      ratio: reference > 0 ? String(format: "%.2f", Double(memory) / Double(reference)) : "—",
      verdict: isMet ? .met : .missed)
  }

  /// Shared pages count by their share (proc(5): smaps_rollup).
  private static func proportionalBytes(of process: pid_t) -> Int {
    let text = try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("Pss:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  private func rest(_ console: PseudoTerminal) -> Row {
    let ticks = ProcessTable.ticks(of: console.processID)
    let bytes = console.bytesReceived
    _ = console.moment(timeout: Self.restTime) { _ in false }
    let spent = ProcessTable.ticks(of: console.processID) - ticks
    let sent = console.bytesReceived - bytes
    return Row(
      what: "\(Self.what), at rest for \(Self.restTime.text)",
      measured: "\(spent) ticks of CPU, \(sent) bytes sent", target: "0 %, 0 B/s",
      verdict: spent == 0 && sent == 0 ? .met : .missed)
  }

  // MARK: A change

  /// A kind of object, and how a change of it is made and seen. Numbers are of three digits, so that none
  /// is the beginning of another.
  private struct Change {
    var what: String
    /// As `kubectl get -w` is told.
    var watch: [String]
    var make: (Int) -> [String]
    /// How a line of `kubectl get -w` ends, and what the Watch pane says.
    var seen: (Int) -> (watch: String, console: String)
  }

  private func all() throws -> [Change] {
    let name = Self.name
    let service = try site.file("service", Self.service)
    let chart = try Self.chart(in: site.folder)
    return [
      Change(
        what: "Service",
        watch: ["services", "-A", Self.columns(".status.loadBalancer.ingress[0].ip")],
        make: { n in
          let patch = #"{"status":{"loadBalancer":{"ingress":[{"ip":"\#(Self.address(n))"}]}}}"#
          let text = Self.service.dropLast() + "," + patch.dropFirst()
          try? text.write(toFile: service, atomically: false, encoding: .utf8)
          let path = "/api/v1/namespaces/default/services/\(name)/status"
          return ["kubectl", "replace", "--raw", path, "-f", service]
        },
        seen: { (Self.address($0), "to \(Self.address($0))") }),
      Change(
        what: "pod", watch: ["pods", "-A", Self.columns(".metadata.name")],
        make: { n in
          [
            "kubectl", "-n", Self.namespace, "run", "\(name)-\(n)", "--image=example.org/x:1",
            "--restart=Never", "--labels=app=\(name)",
          ]
        },
        seen: { ("\(name)-\($0)", "\(name)-\($0) is new") }),
      Change(
        what: "pool", watch: ["ipaddresspools", "-A", Self.columns(".spec.addresses")],
        make: { n in
          let patch =
            #"{"spec":{"addresses":["198.18.0.0/16","198.19\#(Self.address(n).dropFirst(6))/32"]}}"#
          return [
            "kubectl", "-n", Self.namespace, "patch", "ipaddresspool", name, "--type=merge", "-p",
            patch,
          ]
        },
        seen: {
          let address = "198.19\(Self.address($0).dropFirst(6))"
          return ("\(address)/32]", address)
        }),
      Change(
        what: "release",
        watch: ["secrets", "-n", "default", "-l", "owner=helm", Self.columns(".metadata.name")],
        make: { n in
          ["helm", "upgrade", "--install", name, chart, "-n", "default", "--set", "n=v\(n)"]
        },
        // Revisions count from 1.
        seen: { (".v\($0 - Self.first + 1)", "revision \($0 - Self.first + 1),") }),
    ]
  }

  private static let first = 100

  /// In the range for benchmarks (RFC 2544), another one for each number below 10,000.
  private static func address(_ n: Int) -> String { "198.18.\(n / 100).\(100 + n % 100)" }

  private static let service =
    #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"\#(name)","namespace":"default"}}"#

  private static func columns(_ path: String) -> String { "-o=custom-columns=A:\(path)" }

  private static func chart(in folder: String) throws -> String {
    let path = "\(folder)/chart"
    try FileManager.default.createDirectory(
      atPath: "\(path)/templates", withIntermediateDirectories: true)
    for (file, text) in [
      ("Chart.yaml", "apiVersion: v2\nname: \(name)\nversion: 1.0.0\n"),
      (
        "templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {n: \"{{ .Values.n }}\"}\n"
      ),
    ] {
      try text.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
    }
    return path
  }

  private func prepare() throws {
    let objects = try site.file(
      "objects",
      """
      apiVersion: metallb.io/v1beta1
      kind: IPAddressPool
      metadata: {name: \(Self.name), namespace: \(Self.namespace)}
      spec: {addresses: [198.18.0.0/16], autoAssign: false}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: \(Self.name), namespace: default}
      spec: {type: LoadBalancer, ports: [{port: 80}]}
      """)
    guard Stopwatch.run(["kubectl", "apply", "-f", objects]).status == 0 else {
      throw Failed(description: "the objects of the benchmark could not be made")
    }
  }

  private func clear() {
    for argv in [
      [
        "kubectl", "-n", Self.namespace, "delete", "pods", "-l", "app=\(Self.name)", "--wait=false",
      ],
      ["kubectl", "-n", "default", "delete", "service", Self.name],
      ["kubectl", "-n", Self.namespace, "delete", "ipaddresspool", Self.name],
      ["helm", "-n", "default", "uninstall", Self.name],
    ] { _ = Stopwatch.run(argv) }
  }

  /// Half of the changes are seen by the console, half by `kubectl get -w`: in turn, so that what else
  /// runs on the machine meets both.
  private func row(of change: Change, _ console: PseudoTerminal) throws -> Row {
    let watch = try PseudoTerminal(
      [Self.kubectl, "get", "-w"] + change.watch, environment: environment)
    _ = watch.moment(timeout: .seconds(2)) { _ in false }
    var (shown, printed): ([Duration], [Duration]) = ([], [])
    for n in Self.first..<(Self.first + 2 * changes) {
      let seen = change.seen(n)
      let argv = change.make(n)
      let start = ContinuousClock().now
      let status = Stopwatch.run(argv).status
      guard status == 0 else { throw Failed(description: "no change: \(argv)") }
      let end =
        n.isMultiple(of: 2)
        ? console.moment(timeout: .seconds(20)) { $0.screenText.contains(seen.console) }
        : watch.moment(timeout: .seconds(20)) { terminal in
          (0..<terminal.rows).contains { terminal.line($0).hasSuffix(seen.watch) }
        }
      if let end {
        if n.isMultiple(of: 2) { shown.append(end - start) } else { printed.append(end - start) }
      }
      _ = (n.isMultiple(of: 2) ? watch : console).moment(timeout: .milliseconds(50)) { _ in false }
    }
    let lost = changes - shown.count
    let (mine, theirs) = (shown.share(0.95), printed.share(0.95))
    let isMet = lost == 0 && mine <= .seconds(1) && mine / theirs <= 1.2
    return Row(
      what:
        "start of the command that changes a \(change.what) to the change on the screen, \(changes) changes",
      measured: "p50 \(shown.median.text), p95 \(mine.text)"
        + (lost > 0 ? " (\(lost) not seen)" : ""),
      target: Self.target,
      reference: "`kubectl get -w` p50 \(printed.median.text), p95 \(theirs.text)",
      ratio: String(format: "%.2f", mine / theirs), verdict: isMet ? .met : .missed)
  }

  private static let kubectl = ConsoleBenchmark.path(of: "kubectl") ?? ""
}
