import Foundation
import TestSupport

/// Measures the release build against the project's targets, each beside a reference taken in the
/// same run, and prints one Markdown table. Times never make it fail. Arguments name the parts to
/// measure (addresses, pools, logs, start, console, logpane, cluster, services, following, line); without any it is
/// all of them.
@main
struct Benchmarks {
  static func main() async throws {
    let wanted = Set(CommandLine.arguments.dropFirst())
    func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }
    let needingProgram = [
      "start", "console", "logpane", "cluster", "services", "following", "line",
    ]
    if needingProgram.contains(where: isWanted) { buildProgram() }
    let site = try Site()
    defer { site.remove() }
    var rows: [Row] = []
    if isWanted("addresses") { rows += AddressBenchmark(site).rows() }
    if isWanted("pools") { rows += PoolBenchmark().rows() }
    if isWanted("logs") { rows += try LogBenchmark(site).rows() }
    if isWanted("start") { rows += StartBenchmark(site).rows() }
    if isWanted("console") { rows += try ConsoleBenchmark(site).rows() }
    if isWanted("logpane") { rows += try LogPaneBenchmark(site).rows() }
    if isWanted("cluster") { rows += await ClusterBenchmark(site).rows() }
    if isWanted("services") { rows += await ServicesBenchmark(site).rows() }
    if isWanted("line") { rows += try LineBenchmark(site).rows() }
    if isWanted("following") { rows += try FollowingBenchmark(site).rows() }
    print(Self.machine + "\n")
    print(Row.table(rows), terminator: "")
  }

  private static func buildProgram() {
    var arguments = ["swift", "build", "--product", "ip-leases"]
    #if !DEBUG
      arguments += ["-c", "release"]
    #endif
    guard Stopwatch.run(arguments, output: .standardError).status == 0 else { exit(1) }
  }

  private static var machine: String {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = cpu.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    let loadText = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    let load = loadText.split(separator: " ").prefix(1).joined()
    return "\(ProcessInfo.processInfo.activeProcessorCount) cores (\(name ?? "CPU not named")), "
      + "load \(load) at the end of the run, release build."
  }
}

/// Where the program lies, and a folder for its state that nobody else uses.
struct Site {
  let program = Bundle.main.bundlePath + "/ip-leases"
  let folder: String

  init() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "ip-leases-benchmarks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    folder = path.path
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// The built-in cluster answers at once, and nothing of the user's own is read or written.
  var environment: [String: String] {
    var environment = PseudoTerminal.plainEnvironment
    environment["XDG_STATE_HOME"] = folder
    environment["XDG_CONFIG_HOME"] = folder
    environment["IP_LEASES_PACE"] = "0"
    return environment
  }

  func file(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }
}
