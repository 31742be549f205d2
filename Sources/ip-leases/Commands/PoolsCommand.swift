import Addresses
import ArgumentParser
import Basics
import Cluster
import Execution
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

struct PoolsShow: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The pools of the cluster, their ranges and how full they are.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    guard repetition.isOn else {
      show(try await PoolReading.snapshot(workplace), call)
      return
    }
    let (session, survey) = await workplace.survey(PoolReading.needs)
    if let problem = survey.snapshot.pools.problem { throw call.failure(problem.untold) }
    await Repetition(workplace: workplace, session: session, needs: PoolReading.needs).run(
      from: survey.snapshot
    ) { snapshot in
      Repetition.Answer(said: PoolReading.pools(snapshot)) { isAnother in
        if isAnother, output == .text { call.separate() }
        show(snapshot, call, pretty: false)
      }
    }
  }

  private func show(_ snapshot: ClusterSnapshot, _ call: Call, pretty: Bool = true) {
    let pools = PoolReading.pools(snapshot)
    switch output {
    case .json:
      call.json(
        PoolsDocument(
          pools, findings: LeaseFinding.find(in: snapshot), unseen: PoolReading.unseen(snapshot)),
        pretty: pretty)
    case .text:
      call.output(
        call.ownCommand.retold(
          PoolsText.overview(pools, old: snapshot.legacyConfigMap?.metadata.name)))
    }
  }
}

struct PoolsUsage: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Who holds which address, and what needs attention.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options, call), also: [.leasedIPs])
    let pools = PoolReading.pools(snapshot)
    if let problem = snapshot.cluster.problem { throw call.failure(problem.untold) }
    let findings = LeaseFinding.find(in: snapshot)
    switch output {
    case .json:
      call.json(
        PoolsDocument(pools, findings: findings, unseen: PoolReading.unseen(snapshot)))
    case .text: call.output(call.ownCommand.retold(PoolsText.usage(pools, findings)))
    }
  }
}

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
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
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
    var note: String?
    if file == nil && ranges.isEmpty {
      snapshot = try await PoolReading.snapshot(workplace)
      pools = PoolReading.pools(snapshot)
    } else {
      let given = try file.map { try PoolReading.pool($0, call) }
      snapshot = await PoolReading.shortly(workplace)
      let shape = shape(given, snapshot)
      var pool = LivePool(shape, in: snapshot)
      pool.consequences = PoolEdit.consequences(of: shape, snapshot)
      note = PoolReading.replacement(shape, snapshot)
      pools = [pool]
    }
    let unseen = PoolReading.unseen(snapshot)
    switch output {
    case .json:
      call.json(
        PoolsDocument(
          pools, findings: [], notes: [note].compactMap(\.self), unseen: unseen))
    case .text:
      call.output(
        call.ownCommand.retold(PoolsText.verdicts(pools, note: note, unseen: unseen)))
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

struct PoolsPlan: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What a change of a pool would run, and whom it moves.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text, json or script.") var output = PlanCommand.Format.text

  func answer(_ call: Call) async throws {
    let wish = try change.wish(call)
    let session = await (try Workplace(options, call)).session()
    let plan: Plan
    do { plan = try await session.edit(wish).make() } catch { throw call.failure(error) }
    switch output {
    case .json: call.json(PlanDocument([plan]))
    case .script: call.output(ScriptText.text([plan]))
    case .text:
      call.output(plan.isEmpty ? "Nothing to do.\n" : PlanText.text(plan, call.ownCommand))
    }
  }
}

struct PoolsApply: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Changes a pool after showing what that moves.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text or json.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Option(help: "Ask the server to try the change without making it.")
  var dryRun: ApplyCommand.DryRun?

  func answer(_ call: Call) async throws {
    let wish = try change.wish(call)
    let session = await (try Workplace(options, call)).session(isForChange: dryRun == nil)
    var change = Change(
      call: call, flow: session.edit(wish), doing: "pools apply", consent: agreement,
      output: output, use: dryRun == nil ? .run : .tryOnServer)
    change.emptyMessage = "the pool is like that already"
    change.doneMessage = { plan in
      let counts = await PoolChanging.counts(wish.name, session)
      return ([counts] + [await PoolChanging.moves(plan, session)].compactMap(\.self))
        .joined(separator: "; ")
    }
    try await change.carryOut()
  }
}

extension PoolExport.Format: ExpressibleByArgument {}

struct PoolsExport: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A pool as text for other tools.")

  @OptionGroup var options: GlobalOptions
  @Option(help: ArgumentHelp("The pool meant.", valueName: "pool"))
  var name = ConsoleSettings.poolName
  @Option(name: [.short, .long], help: "yaml, kubespray, kubespray-old, csv or json.")
  var output = PoolExport.Format.yaml

  func answer(_ call: Call) async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options, call))
    guard let objects = snapshot.pools.value, let pool = objects.pool(name) else {
      throw call.failure(
        UserMessage(
          "There is no pool \(SafeText.line(name, limit: 80)) in the cluster yet.",
          advice: name == ConsoleSettings.poolName
            ? "Make it: ip-leases apply pools --pool RANGE." : "See ip-leases pools show."))
    }
    let advertisement = objects.advertisements.first { $0.covers(pool: pool) }?.metadata.name
    let live = LivePool(PoolShape(pool), in: snapshot)
    call.output(
      PoolExport.text(
        live.shape, advertisement: advertisement ?? name, format: output,
        inUse: live.isUseKnown ? "\(live.used.count)" : nil, problems: live.allProblems))
  }
}
