import Addresses
import ArgumentParser
import Basics
import Cluster
import Foundation
import IPLeasesCore

/// What shall become of a pool, as given on the command line.
struct PoolChangeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The pool meant.", valueName: "pool"))
  var name = ConsoleSettings.poolName
  @Option(
    help: ArgumentHelp("A range that joins the pool. Repeatable.", valueName: "range"),
    transform: { PoolEntry($0) })
  var add: [PoolEntry] = []
  @Option(
    help: ArgumentHelp(
      "A range that leaves the pool; entries it cuts are split. Repeatable.", valueName: "range"),
    transform: { PoolEntry($0) })
  var remove: [PoolEntry] = []
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("The whole pool by file; - is standard input.", valueName: "file"))
  var file: String?
  @Option(help: ArgumentHelp("MetalLB hands the addresses out by itself.", valueName: "true|false"))
  var autoAssign: Bool?
  @Option(
    name: .customLong("avoid-buggy-ips"),
    help: ArgumentHelp("Addresses ending in .0 and .255 are kept back.", valueName: "true|false"))
  var avoidBuggyIPs: Bool?
  @Option(
    help: ArgumentHelp(
      "An L2Advertisement that is to name the pool. Repeatable.", valueName: "l2advertisement"))
  var advertise: [String] = []
  @Option(
    help: ArgumentHelp(
      "An L2Advertisement that is not to name it any more. Repeatable.",
      valueName: "l2advertisement"))
  var unadvertise: [String] = []

  @Option(
    help: ArgumentHelp(
      "Nodes by label that announce the pool, as kubectl -l takes it. Repeatable: one is enough.",
      valueName: "selector"))
  var nodeSelector: [String] = []
  @Flag(help: "Every node announces it.") var allNodes = false
  @Option(
    help: ArgumentHelp(
      "A network interface of the nodes to announce it on. Repeatable.", valueName: "interface"))
  var interface: [String] = []
  @Flag(help: "It is announced on every interface.") var allInterfaces = false
  @Option(
    name: .customLong("l2advertisement"),
    help: ArgumentHelp(
      "The L2Advertisement whose nodes and interfaces are meant, where several announce the pool.",
      valueName: "l2advertisement"))
  var advertisement: String?

  func validate() throws {
    let hasEdits = !add.isEmpty || !remove.isEmpty
    if hasEdits && file != nil {
      throw ValidationError("--file gives the whole pool; --add and --remove do not go with it.")
    }
    if !hasEdits && file == nil && options.isEmpty && reach.isEmpty {
      throw ValidationError(
        "Say what shall change: --add RANGE, --remove RANGE, --file FILE, --auto-assign, "
          + "--avoid-buggy-ips, --advertise, --unadvertise, --node-selector or --interface.")
    }
    try validateReach()
    if let name = Set(advertise).intersection(unadvertise).min() {
      throw ValidationError(
        "\(SafeText.line(name, limit: 80)) stands in --advertise and in --unadvertise.")
    }
    for entry in remove {
      if let refusal = entry.refusal {
        throw ValidationError(
          ["--remove \(entry.text): \(refusal.reason)", refusal.fix].compactMap(\.self)
            .joined(separator: "\n"))
      }
    }
  }

  private func validateReach() throws {
    if allNodes && !nodeSelector.isEmpty {
      throw ValidationError("--all-nodes and --node-selector do not go together.")
    }
    if allInterfaces && !interface.isEmpty {
      throw ValidationError("--all-interfaces and --interface do not go together.")
    }
    if advertisement != nil && reach.isEmpty {
      throw ValidationError(
        "--l2advertisement says whose nodes or interfaces change: --node-selector, --all-nodes, "
          + "--interface or --all-interfaces.")
    }
    // Whether the selectors match a node is for the cluster to say; what cannot be right is not.
    let problems = reach.problems(of: advertisement ?? "it", nodes: nil, others: [])
    if let error = problems.first(where: { $0.severity == .error }) {
      throw ValidationError(
        [error.message, error.fix?.text()].compactMap(\.self).joined(separator: "\n"))
    }
  }

  private var reach: AnnouncementReach {
    AnnouncementReach(
      nodes: allNodes ? [] : nodeSelector.isEmpty ? nil : nodeSelector,
      interfaces: allInterfaces ? [] : interface.isEmpty ? nil : interface)
  }

  private var options: PoolOptions {
    let names = advertise.map { ($0, true) } + unadvertise.map { ($0, false) }
    return PoolOptions(
      autoAssign: autoAssign, avoidBuggyIPs: avoidBuggyIPs,
      announcements: Dictionary(names, uniquingKeysWith: { first, _ in first }))
  }

  /// What the pool shall be. Nothing is asked of the cluster here: standard input is read once.
  func wish(_ call: Call) throws -> PoolWish {
    var options = options
    guard let file else {
      return wish(.edits(add: add, remove: remove.ranges), options)
    }
    let (pool, contents) = try PoolFile.pool(file, called: name, call)
    options.autoAssign = autoAssign ?? pool.autoAssign
    options.avoidBuggyIPs = avoidBuggyIPs ?? pool.avoidBuggyIPs
    var wish = wish(.whole(pool.entries), options)
    wish.file = PoolWish.File(pool: pool, contents: contents)
    return wish
  }

  private func wish(_ ranges: PoolWish.Ranges, _ options: PoolOptions) -> PoolWish {
    PoolWish(
      name: name, ranges: ranges, options: options, reach: reach, advertisement: advertisement)
  }
}
