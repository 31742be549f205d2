import ArgumentParser
import Execution
import IPLeasesCore

struct RollbackCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "The way back that was saved before the change.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Flag(help: "Show the plan and run nothing.") var dryRun = false
  @Argument(
    help: ArgumentHelp(
      "The step to take back, \(RemedyID.lowerMetalLB.rawValue), or an upgrade as upgrade-metallb.",
      valueName: "step"))
  var subject: Subject

  /// What a way back is saved for.
  enum Subject: ExpressibleByArgument {
    case step(StepID)
    case remedy(RemedyID)
    case upgrade(Upgrade.Part)

    init?(argument: String) {
      let step = StepID(named: argument).map(Subject.step)
      let remedy = RemedyID(rawValue: argument).map(Subject.remedy)
      let upgrade = Upgrade.Part(recordID: argument).map(Subject.upgrade)
      guard let found = step ?? remedy ?? upgrade else { return nil }
      self = found
    }

    static var allValueStrings: [String] {
      StepID.allCases.map(\.rawValue) + [RemedyID.lowerMetalLB.rawValue]
        + Upgrade.Part.allCases.map(\.recordID)
    }

    var name: String {
      switch self {
      case .step(let id): id.rawValue
      case .remedy(let id): id.rawValue
      case .upgrade(let part): part.recordID
      }
    }
  }

  func validate() throws { try options.refuseBundle(for: "rollback") }

  func answer(_ call: Call) async throws {
    let session = await (try Workplace(options, call)).session(isForChange: !dryRun)
    let flow =
      switch subject {
      case .step(let id): session.wayBack(of: id)
      case .remedy(let id): session.wayBack(of: id)
      case .upgrade(let part): session.wayBack(ofUpgrade: part)
      }
    var change = Change(
      call: call, flow: flow, doing: "rollback: \(subject.name)", consent: agreement,
      output: output, use: dryRun ? .show : .run)
    change.doneMessage = { plan in
      (["taken back"] + [await PoolChanging.moves(plan, session)].compactMap(\.self))
        .joined(separator: "; ")
    }
    try await change.carryOut()
  }
}
