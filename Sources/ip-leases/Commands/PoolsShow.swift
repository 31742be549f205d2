import ArgumentParser
import Basics
import Cluster
import IPLeasesCore

struct PoolsShow: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The pools of the cluster, their ranges and how full they are.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var repetition: RepetitionOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  func validate() throws {
    if repetition.isOn { try options.refuseBundle(for: "-w") }
  }

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
    case .json, .yaml:
      call.show(
        PoolsDocument(
          pools, findings: LeaseFinding.find(in: snapshot), unseen: PoolReading.unseen(snapshot)),
        as: output, isLine: !pretty)
    case .text:
      call.output(
        PoolsText.overview(
          pools, old: snapshot.legacyConfigMap?.metadata.name, call.ownOptions))
    }
  }
}
