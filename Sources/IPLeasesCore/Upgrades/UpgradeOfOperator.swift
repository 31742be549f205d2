import Basics
import Cluster
import Execution

/// The IP operator by a newer chart, which is at most the provider's own version.
struct UpgradeOfOperator {
  private let upgrade: Upgrade
  private let snapshot: ClusterSnapshot
  private let settings: ConsoleSettings

  init(_ upgrade: Upgrade, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) {
    self.upgrade = upgrade
    self.snapshot = snapshot
    self.settings = settings
  }

  func plan() throws(UserMessage) -> Plan {
    if let problem = snapshot.releases.problem ?? snapshot.akash.problem { throw problem.untold }
    guard let release = snapshot.ipOperatorRelease, let found = snapshot.ipOperator else {
      throw UserMessage(
        "The IP operator was not found as a release of helm.",
        advice: Advice(own: ["plan", "ip-operator"]))
    }
    if let wait = PendingRelease(release, snapshot)?.wait(for: release) {
      throw wait
    }
    guard let from = release.chartVersion else {
      throw UserMessage("The chart of release \(release.name) says no version: \(release.chart).")
    }
    let rows = try PublishedChart.ipOperator.rows(snapshot.operatorCharts, snapshot)
    let fitting = try OperatorChart(snapshot.operatorCharts.value ?? [], snapshot)
    let choice = try UpgradeChoice(
      upgrade, from: from, rows: rows, preferred: fitting.version
    ) { row in
      var upgrade = UpgradeCase(part: .operator, from: from, to: row.version, toApp: row.app)
      upgrade.broken = release.isBroken ? ["\(release.name) is \(release.status)"] : []
      upgrade.providerApp = snapshot.appOfProvider
      return upgrade
    }
    guard let version = choice.version else {
      return upgrade.emptyPlan(
        "The IP operator stays at chart \(from)",
        notes: upgrade.to == nil ? [Note(fitting.note)] + choice.notes : [])
    }
    let move = try OperatorMove(release, found, to: version, snapshot, settings)
    var plan = upgrade.emptyPlan("Upgrade the IP operator, chart \(from) to \(version)")
    plan.actions =
      PublishedChart.ipOperator.fetched(snapshot, Helm(settings.connection)) + move.actions
    plan.undo = move.undo
    plan.touches = [OperatorMove.touches]
    if version == fitting.version { plan.note(fitting.note) }
    plan.note("Its own values stay; the chart's defaults become those of \(version).")
    plan.notes += choice.notes + choice.warnings
    return plan
  }
}

/// The commands that bring the operator to another chart, and back.
struct OperatorMove {
  let actions: [Action]
  let undo: [Action]

  static let touches =
    "the IP operator restarts: addresses stay, and for some seconds nobody can be given one"

  init(
    _ release: Release, _ found: IPOperatorInstallation, to version: Version,
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) {
    guard let revision = Int(release.revision) else {
      throw UserMessage("Release \(release.name) has no revision.")
    }
    let helm = Helm(settings.connection)
    let kubectl = Kubectl(settings.connection)
    let namespace = ConsoleSettings.akashNamespace
    let upgrade = helm.upgrade(
      release.name, chart: PublishedChart.ipOperator.name, version: "\(version)",
      namespace: release.namespace, purpose: "upgrade the IP operator")
    let rollout = Action.command(
      kubectl.rolloutStatus(
        "deployment/\(found.deployment.metadata.name)", namespace: namespace))
    var actions = [Action.command(upgrade), rollout]
    // What did not answer before is not waited for.
    if case .totals? = snapshot.operatorUsage.value {
      let path = ClusterRead.proxyPath(found.generation.usageService, namespace, "health")
      actions.append(
        .wait(
          Wait(
            until: "the operator answers /health",
            probe: kubectl.raw(path, purpose: "ask the IP operator for its health"),
            passes: .succeeds, limit: .seconds(90))))
    }
    self.actions = actions
    let wasReady = found.deployment.isRolledOut
    let rollback = helm.rollback(
      release.name, to: revision, namespace: release.namespace, waits: wasReady)
    undo = [.command(rollback)] + (wasReady ? [rollout] : [])
  }
}
