import ArgumentParser
import Foundation
import IPLeasesCore

/// What shall become of a pool, as given on the command line.
struct PoolChangeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The pool meant.", valueName: "pool"))
  var name = ConsoleSettings.poolName
  @Option(help: ArgumentHelp("A range that joins the pool. Repeatable.", valueName: "range"))
  var add: [String] = []
  @Option(
    help: ArgumentHelp(
      "A range that leaves the pool; entries it cuts are split. Repeatable.", valueName: "range"))
  var remove: [String] = []
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

  func validate() throws {
    let hasEdits = !add.isEmpty || !remove.isEmpty
    if hasEdits && file != nil {
      throw ValidationError("--file gives the whole pool; --add and --remove do not go with it.")
    }
    if !hasEdits && file == nil && options.isEmpty {
      throw ValidationError(
        "Say what shall change: --add RANGE, --remove RANGE, --file FILE, --auto-assign, "
          + "--avoid-buggy-ips, --advertise or --unadvertise.")
    }
    if let name = Set(advertise).intersection(unadvertise).min() {
      throw ValidationError(
        "\(SafeText.line(name, limit: 80)) stands in --advertise and in --unadvertise.")
    }
    for range in remove {
      do { _ = try AddressRange(parsing: range) } catch {
        throw ValidationError(
          ["--remove \(range): \(error.reason)", error.fix].compactMap(\.self)
            .joined(separator: "\n"))
      }
    }
  }

  private var options: PoolOptions {
    let names = advertise.map { ($0, true) } + unadvertise.map { ($0, false) }
    return PoolOptions(
      autoAssign: autoAssign, avoidBuggyIPs: avoidBuggyIPs,
      announcements: Dictionary(names, uniquingKeysWith: { first, _ in first }))
  }

  /// What the pool shall be. Nothing is asked of the cluster here: standard input is read once.
  func wish() throws -> PoolWish {
    var options = options
    guard let file else {
      let removed = remove.compactMap { try? AddressRange(parsing: $0) }
      return PoolWish(name: name, ranges: .edits(add: add, remove: removed), options: options)
    }
    let pool = try PoolReading.pool(file, called: name)
    options.autoAssign = autoAssign ?? pool.autoAssign
    options.avoidBuggyIPs = avoidBuggyIPs ?? pool.avoidBuggyIPs
    return PoolWish(name: name, ranges: .whole(pool.entries), options: options)
  }
}

/// What a pool shall be, over whatever it is when the plan is made.
struct PoolWish: Sendable {
  enum Ranges: Sendable {
    case whole([String])
    case edits(add: [String], remove: [AddressRange])
  }

  var name: String
  var ranges: Ranges
  var options: PoolOptions

  func entries(over live: [String]) throws(UserMessage) -> [String] {
    switch ranges {
    case .whole(let entries): entries
    case .edits(let add, let remove): try PoolShape.entries(live, without: remove) + add
    }
  }

  func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage) -> Plan {
    let live = snapshot.pools.value?.pool(name)?.spec.addresses ?? []
    return try PoolEdit.plan(
      snapshot, settings, entries: try entries(over: live), options: options, pool: name,
      inventory: snapshot.inventory.value)
  }
}
