import Addresses
import ArgumentParser
import Basics
import Cluster
import IPLeasesCore

struct PoolsCheck: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "What MetalLB would refuse, and what hurts although it would not.",
    discussion: """
      RANGE or FILE is judged as the whole pool "default", instead of what it has in the cluster; \
      pools plan --add judges an addition. It works without a cluster too; what could not be looked \
      at is named. Without either: the pools of the cluster. A RANGE that begins with a hyphen goes \
      behind "--".
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("Ranges or a pool by file; - is standard input.", valueName: "file"))
  var file: String?
  @Argument(
    help: ArgumentHelp("CIDR or first-last.", valueName: "range"),
    transform: { PoolEntry($0) })
  var ranges: [PoolEntry] = []

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let pools: [LivePool]
    let snapshot: ClusterSnapshot
    var note: Advice?
    if file == nil && ranges.isEmpty {
      snapshot = try await PoolReading.snapshot(workplace)
      pools = PoolReading.pools(snapshot)
    } else {
      let given = try file.map { try PoolFile.pool($0, call) }
      snapshot = await PoolReading.shortly(workplace)
      let shape = shape(given?.pool, snapshot)
      var pool = LivePool(shape, in: snapshot)
      pool.consequences =
        PoolEdit.consequences(of: shape, snapshot)
        + (given.map {
          $0.contents.problems(of: $0.pool, for: shape.name, isWhole: true, snapshot)
        } ?? [])
      note = PoolReading.replacement(shape, snapshot)
      pools = [pool]
    }
    let unseen = PoolReading.unseen(snapshot)
    switch output {
    case .json, .yaml:
      call.show(
        PoolsDocument(
          pools, findings: [], notes: [note?.text()].compactMap(\.self), unseen: unseen),
        as: output)
    case .text:
      call.output(
        PoolsText.verdicts(
          pools, note: note?.text(call.ownOptions), unseen: unseen, call.ownOptions))
    }
    let hasErrors = pools.contains { $0.allProblems.contains { $0.severity == .error } }
    throw ExitCode(hasErrors ? Exit.doesNotHold : Exit.holds)
  }

  /// What was given, with the flags of the live pool where the file says nothing of them.
  private func shape(_ given: ImportedPool?, _ snapshot: ClusterSnapshot) -> PoolShape {
    let live = snapshot.poolShapes?.first { $0.name == ConsoleSettings.poolName }
    return PoolShape(
      entries: (given?.entries ?? []) + ranges,
      autoAssign: given?.autoAssign ?? live?.autoAssign ?? true,
      avoidBuggyIPs: given?.avoidBuggyIPs ?? live?.avoidBuggyIPs ?? false)
  }
}
