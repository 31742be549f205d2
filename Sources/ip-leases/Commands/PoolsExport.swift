import ArgumentParser
import Basics
import Cluster
import IPLeasesCore

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
            ? "Make it: \(own: "apply pools --pool RANGE")." : "See \(own: "pools show")."))
    }
    let advertisement = objects.advertisements.first { $0.covers(pool: pool) }?.metadata.name
    let live = LivePool(PoolShape(pool), in: snapshot)
    call.output(
      PoolExport.text(
        live.shape, advertisement: advertisement ?? name, format: output,
        inUse: live.isUseKnown ? "\(live.used.count)" : nil, problems: live.allProblems))
  }
}
