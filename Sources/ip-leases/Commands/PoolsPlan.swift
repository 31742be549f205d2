import ArgumentParser
import Execution
import IPLeasesCore

struct PoolsPlan: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What a change of a pool would run, and whom it moves.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text, json, yaml or script.")
  var output = PlanFormat.text

  func answer(_ call: Call) async throws {
    let wish = try change.wish(call)
    let session = await (try Workplace(options, call)).session()
    let plan: Plan
    do { plan = try await session.edit(wish).make() } catch { throw call.failure(error) }
    switch output {
    case .json, .yaml: call.show(PlanDocument([plan]), as: output)
    case .script: call.output(ScriptText.text([plan]))
    case .text:
      call.output(plan.isEmpty ? "Nothing to do.\n" : PlanText.text(plan, call.ownOptions))
    }
  }
}
