import ArgumentParser
import Foundation
import IPLeasesCore

struct PoolsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pools", abstract: "The address pools: look, check, change, take out.",
    discussion: """
      FILE is a list of ranges (one a line), CSV with heads, JSON, MetalLB's YAML, the ConfigMap of \
      MetalLB 0.12, or Kubespray variables, old or new; "-" is standard input. The form is found by \
      looking.
      """,
    subcommands: [
      PoolsShow.self, PoolsCheck.self, PoolsPlan.self, PoolsApply.self, PoolsExport.self,
      PoolsUsage.self,
    ],
    defaultSubcommand: PoolsShow.self)
}

struct PoolsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The pools of the cluster, their ranges and how full they are.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func run() async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options))
    let reports = try PoolReading.reports(snapshot)
    switch output {
    case .json:
      Standard.json(
        PoolsDocument(
          reports, findings: LeaseFinding.find(in: snapshot), unseen: PoolReading.unseen(snapshot)))
    case .text: Standard.output(PoolsText.overview(reports))
    }
  }
}

struct PoolsUsage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Who holds which address, and what needs attention.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func run() async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options), also: [.leasedIPs])
    let reports = try PoolReading.reports(snapshot)
    if let problem = snapshot.cluster.problem { throw Standard.failure(problem.untold) }
    let findings = LeaseFinding.find(in: snapshot)
    switch output {
    case .json:
      Standard.json(
        PoolsDocument(reports, findings: findings, unseen: PoolReading.unseen(snapshot)))
    case .text: Standard.output(PoolsText.usage(reports, findings))
    }
  }
}

struct PoolsCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "What MetalLB would refuse, and what hurts although it would not.",
    discussion: """
      RANGE or FILE is judged as the pool "default", with or without a cluster; what could not be \
      looked at is named. Without either: the pools of the cluster. A RANGE that begins with a \
      hyphen goes behind "--".
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("Ranges or a pool by file; - is standard input.", valueName: "file"))
  var file: String?
  @Argument(help: ArgumentHelp("CIDR or first-last.", valueName: "range")) var ranges: [String] = []

  func run() async throws {
    let workplace = try Workplace(options)
    let reports: [PoolReport]
    let snapshot: ClusterSnapshot
    if file == nil && ranges.isEmpty {
      snapshot = try await PoolReading.snapshot(workplace)
      reports = try PoolReading.reports(snapshot)
    } else {
      let given = try file.map(PoolReading.pool)
      snapshot = await PoolReading.shortly(workplace)
      var report = PoolReport(shape(given, snapshot), snapshot)
      report.problems += PoolReading.moves(report.use.shape, snapshot)
      reports = [report]
    }
    let unseen = PoolReading.unseen(snapshot)
    switch output {
    case .json: Standard.json(PoolsDocument(reports, findings: [], unseen: unseen))
    case .text: Standard.output(PoolsText.verdicts(reports, unseen: unseen))
    }
    throw ExitCode(reports.contains(where: \.hasErrors) ? Exit.doesNotHold : Exit.holds)
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

/// What shall become of the pool, as given on the command line.
struct PoolChangeOptions: ParsableArguments {
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

  func validate() throws {
    let hasEdits = !add.isEmpty || !remove.isEmpty
    if hasEdits && file != nil {
      throw ValidationError("--file gives the whole pool; --add and --remove do not go with it.")
    }
    if !hasEdits && file == nil {
      throw ValidationError("Say what shall change: --add RANGE, --remove RANGE or --file FILE.")
    }
    for range in remove {
      do { _ = try AddressRange(parsing: range) } catch {
        throw ValidationError(
          ["--remove \(range): \(error.reason)", error.fix].compactMap(\.self)
            .joined(separator: "\n"))
      }
    }
  }

  /// What the pool shall be. Nothing is asked of the cluster here: standard input is read once.
  func wish() throws -> PoolWish {
    if let file { return .whole(try PoolReading.pool(file)) }
    return .edits(add: add, remove: remove.compactMap { try? AddressRange(parsing: $0) })
  }
}

/// What the pool shall be, over whatever it is when the plan is made.
enum PoolWish: Sendable {
  case whole(ImportedPool)
  case edits(add: [String], remove: [AddressRange])

  func entries(over live: [String]) throws(UserMessage) -> [String] {
    switch self {
    case .whole(let pool): pool.entries
    case .edits(let add, let remove): try PoolShape.entries(live, without: remove) + add
    }
  }

  func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage) -> Plan {
    let live = snapshot.pools.value?.pool(ConsoleSettings.poolName)?.spec.addresses ?? []
    var flags: (autoAssign: Bool?, avoidBuggyIPs: Bool?) = (nil, nil)
    if case .whole(let pool) = self { flags = (pool.autoAssign, pool.avoidBuggyIPs) }
    return try PoolEdit.plan(
      snapshot, settings, entries: try entries(over: live), autoAssign: flags.autoAssign,
      avoidBuggyIPs: flags.avoidBuggyIPs)
  }
}

struct PoolsPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What a change of the pool default would run, and whom it moves."
  )

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text, json or script.") var output = PlanCommand.Format.text

  func run() async throws {
    let wish = try change.wish()
    let session = await (try Workplace(options)).session()
    let plan: Plan
    do { plan = try await PoolChange.plan(wish, session) } catch { throw Standard.failure(error) }
    switch output {
    case .json: Standard.json(PlanDocument([plan]))
    case .script: Standard.output(ScriptText.text([plan]))
    case .text: Standard.output(plan.isEmpty ? "Nothing to do.\n" : PlanText.text(plan))
    }
  }
}

struct PoolsApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Changes the pool default after showing what that moves.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Option(help: "Ask the server to try the change without making it.")
  var dryRun: ApplyCommand.DryRun?

  func run() async throws {
    let wish = try change.wish()
    let session = await (try Workplace(options)).session()
    var change = Change(
      session: session, doing: "pools apply", consent: agreement, output: output,
      use: dryRun == nil ? .run : .tryOnServer
    ) { () throws(UserMessage) in try await PoolChange.plan(wish, session) }
    change.emptyMessage = "the pool is like that already"
    change.doneMessage = { await PoolChange.counts(session) }
    try await change.carryOut()
  }
}

extension PoolExport.Format: ExpressibleByArgument {}

struct PoolsExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "The pool default as text for other tools.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "yaml, kubespray, kubespray-old, csv or json.")
  var output = PoolExport.Format.yaml

  func run() async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options))
    guard let objects = snapshot.pools.value, let pool = objects.pool(ConsoleSettings.poolName)
    else {
      throw Standard.failure(
        UserMessage(
          "There is no pool \(ConsoleSettings.poolName) in the cluster yet.",
          advice: "Make it: ip-leases apply pools --pool RANGE."))
    }
    let advertisement = objects.advertisements.first { $0.covers(pool: pool) }?.metadata.name
    Standard.output(
      PoolExport.text(
        PoolShape(pool), advertisement: advertisement ?? ConsoleSettings.poolName, format: output))
  }
}
