import ArgumentParser
import IPLeasesCore

struct PoolsApply: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Changes a pool after showing what that moves.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var change: PoolChangeOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @OptionGroup var agreement: ConsentOptions
  @Option(help: "Ask the server to try the change without making it.")
  var dryRun: DryRun?

  func validate() throws { try options.refuseBundle(for: "pools apply") }

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
