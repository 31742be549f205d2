import ArgumentParser
import Basics
import IPLeasesCore

struct PoolsUsage: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Who holds which address, and what needs attention.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  @Option(
    help: ArgumentHelp(
      "Who held which address then, by what this machine saw: 2026-11-30T14:05Z.",
      valueName: "time"))
  var at: String?

  func answer(_ call: Call) async throws {
    if let at { return try await past(at, call) }
    let snapshot = try await PoolReading.snapshot(Workplace(options, call), also: [.leasedIPs])
    let pools = PoolReading.pools(snapshot)
    if let problem = snapshot.cluster.problem { throw call.failure(problem.untold) }
    let findings = LeaseFinding.find(in: snapshot)
    switch output {
    case .json, .yaml:
      call.show(
        PoolsDocument(pools, findings: findings, unseen: PoolReading.unseen(snapshot)),
        as: output)
    case .text: call.output(PoolsText.usage(pools, findings, call.ownOptions))
    }
  }

  private func past(_ text: String, _ call: Call) async throws {
    guard let time = AddressPast.time(text) else {
      throw call.failure(
        UserMessage(
          "\"\(SafeText.line(text, limit: 60))\" is no time.",
          advice: "Give a day or a time, UTC where no zone is said: --at 2026-11-30T14:05."))
    }
    let (_, record) = try await AddressPast.read(Workplace(options, call))
    let holders = record.holders(at: time)
    switch output {
    case .json, .yaml:
      call.show(
        AddressHistoryDocument(
          at: time, seenAt: record.seenAt,
          spans: holders.map { AddressHistoryDocument.Span($0.span, $0.certainty) }),
        as: output)
    case .text: call.output(AddressPast.text(at: time, holders, seenAt: record.seenAt))
    }
  }
}
