import Basics
import Cluster
import Execution

/// The provider by a newer chart; before it the operator, where that is older than the provider will
/// be.
struct UpgradeOfProvider {
  private let upgrade: Upgrade
  private let snapshot: ClusterSnapshot
  private let settings: ConsoleSettings

  init(_ upgrade: Upgrade, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) {
    self.upgrade = upgrade
    self.snapshot = snapshot
    self.settings = settings
  }

  func plan() throws(UserMessage) -> Plan {
    let problem =
      snapshot.releases.problem ?? snapshot.akash.problem ?? snapshot.providerValues.problem
    if let problem { throw problem.untold }
    let release = try release()
    guard let from = release.chartVersion, let revision = Int(release.revision) else {
      throw UserMessage("The chart of release \(release.name) says no version: \(release.chart).")
    }
    let values = try values()
    let rows = try PublishedChart.provider.rows(snapshot.providerCharts, snapshot)
    let releases = [release, snapshot.ipOperatorRelease].compactMap(\.self)
    let choice = try UpgradeChoice(upgrade, from: from, rows: rows) { row in
      var upgrade = UpgradeCase(part: .provider, from: from, to: row.version, toApp: row.app)
      upgrade.broken = releases.filter(\.isBroken).map { "\($0.name) is \($0.status)" }
      upgrade.providerApp = snapshot.appOfProvider
      upgrade.operatorApp = snapshot.ipOperatorRelease.flatMap { Version($0.appVersion) }
      upgrade.letsEncrypt = values.yaml.root["letsEncrypt"]?["enabled"]?.bool
      upgrade.hasOwnMonitor = values.yaml.root["monitor"]?.pairs?.isEmpty == false
      return upgrade
    }
    guard let version = choice.version else {
      return upgrade.emptyPlan(
        "The provider stays at chart \(from)",
        notes: upgrade.to == nil
          ? [Note("Chart \(from) is the newest that fits of those helm knows.")] + choice.notes : []
      )
    }
    let app = rows.first { $0.version == version }?.app
    let before = try operatorMove(for: version, app)
    let helm = Helm(settings.connection)
    var plan = upgrade.emptyPlan("Upgrade the provider, chart \(from) to \(version)")
    let back = helm.rollback(
      release.name, to: revision, namespace: release.namespace, waits: wasReady)
    plan.actions =
      PublishedChart.provider.fetched(snapshot, helm) + (before?.move.actions ?? [])
      + [
        .command(
          helm.upgrade(
            release.name, chart: PublishedChart.provider.name, version: "\(version)",
            namespace: release.namespace, purpose: "upgrade the provider")),
        rollout(release),
      ] + answers(release)
    plan.undo =
      [.command(back)] + (wasReady ? [rollout(release)] : []) + (before?.move.undo ?? [])
    plan.touches =
      ProviderRestart.touches(snapshot) + (before == nil ? [] : [OperatorMove.touches])
    plan.note("Its own values stay; the chart's defaults become those of \(version).")
    if let before { plan.note(before.note) }
    plan.notes += choice.notes + choice.warnings
    return plan
  }

  // MARK: What is there

  private func release() throws(UserMessage) -> Release {
    guard let release = snapshot.providerRelease else {
      let count = snapshot.providerReleases.count
      throw UserMessage(
        count > 1
          ? "There are \(count) releases of the chart provider."
          : "Helm does not manage a provider.",
        reason: "an upgrade is made for the one release of the chart provider",
        advice: "See helm list -A.")
    }
    for release in [release, snapshot.ipOperatorRelease].compactMap(\.self) {
      if let wait = PendingRelease(release, snapshot)?.wait(for: release) {
        throw wait
      }
    }
    return release
  }

  /// - Throws: where the values cannot be read: not known is not on.
  private func values() throws(UserMessage) -> ProviderValues {
    guard let text = snapshot.providerValues.value else {
      throw UserMessage("The provider's values were not found.").untold
    }
    return try ProviderValues(parsing: text.reveal())
  }

  /// What was not ready before is not waited for on the way back to it.
  private var wasReady: Bool { snapshot.providerStatefulSet?.isRolledOut == true }

  // MARK: Parts of the plan

  /// The operator goes first where it is older than the provider will be; nil where it stays.
  private func operatorMove(for provider: Version, _ app: Version?) throws(UserMessage)
    -> (move: OperatorMove, note: String)?
  {
    guard let release = snapshot.ipOperatorRelease, let found = snapshot.ipOperator,
      let present = release.chartVersion
    else { return nil }
    let charts = snapshot.operatorCharts.value ?? []
    _ = try PublishedChart.ipOperator.rows(snapshot.operatorCharts, snapshot)
    let fitting = try OperatorChart(charts, provider: provider, app: app)
    let fittingApp = charts.first {
      $0.name == PublishedChart.ipOperator.name && Version($0.version) == fitting.version
    }?.appVersion.flatMap { Version($0) }
    let isOlder =
      if let own = Version(release.appVersion), let fittingApp {
        own < fittingApp
      } else {
        present < fitting.version
      }
    // A chart of a lower number may bring the newer operator; helm does not mind.
    guard isOlder else { return nil }
    let move = try OperatorMove(release, found, to: fitting.version, snapshot, settings)
    return (
      move, "The operator goes first, chart \(present) to \(fitting.version): \(fitting.note)"
    )
  }

  private func rollout(_ release: Release) -> Action {
    let set = release.fullName(of: "provider")
    return .command(
      Kubectl(settings.connection).rolloutStatus(
        "statefulset/\(set)", namespace: release.namespace))
  }

  /// What did not answer before is not waited for.
  private func answers(_ release: Release) -> [Action] {
    guard snapshot.providerStatus.value != nil else { return [] }
    let set = release.fullName(of: "provider")
    return [.wait(ProviderRestart.answers(set, release, Kubectl(settings.connection)))]
  }
}
