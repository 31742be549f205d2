import ArgumentParser
import IPLeasesCore

struct PoolsUsage: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Who holds which address, and what needs attention.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  func answer(_ call: Call) async throws {
    let snapshot = try await PoolReading.snapshot(Workplace(options, call), also: [.leasedIPs])
    let pools = PoolReading.pools(snapshot)
    if let problem = snapshot.cluster.problem { throw call.failure(problem.untold) }
    let findings = LeaseFinding.find(in: snapshot)
    switch output {
    case .json, .yaml:
      call.show(
        PoolsDocument(pools, findings: findings, unseen: PoolReading.unseen(snapshot)),
        as: output)
    case .text: call.output(call.ownCommand.retold(PoolsText.usage(pools, findings)))
    }
  }
}
