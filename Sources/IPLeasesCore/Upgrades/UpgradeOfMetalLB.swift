import Basics
import Cluster
import Execution

/// MetalLB at a newer version, by the way it came. Its pools are saved first.
struct UpgradeOfMetalLB {
  private let upgrade: Upgrade
  private let snapshot: ClusterSnapshot
  private let settings: ConsoleSettings
  private let kubectl: Kubectl

  private static let namespace = ConsoleSettings.metallbNamespace

  init(_ upgrade: Upgrade, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) {
    self.upgrade = upgrade
    self.snapshot = snapshot
    self.settings = settings
    kubectl = Kubectl(settings.connection)
  }

  func plan() throws(UserMessage) -> Plan {
    let problem =
      snapshot.releases.problem ?? snapshot.metallb.problem ?? snapshot.cluster.problem
      ?? snapshot.pools.problem
    if let problem { throw problem.untold }
    guard let found = snapshot.metallbInstallation else {
      throw UserMessage("MetalLB was not found.", advice: Advice(own: ["plan", "metallb"]))
    }
    guard let release = snapshot.metallbRelease else { return try byKubespray(found) }
    return try byHelm(found, release)
  }

  // MARK: By Helm

  private func byHelm(_ found: MetalLBInstallation, _ release: Release) throws(UserMessage)
    -> Plan
  {
    if let wait = PendingRelease(release, snapshot)?.wait(for: release) { throw wait }
    guard let from = release.chartVersion, let revision = Int(release.revision) else {
      throw UserMessage("The chart of release \(release.name) says no version: \(release.chart).")
    }
    let leavesKindsOut = try leavesKindsOut(release)
    let rows = try PublishedChart.metallb.rows(snapshot.metallbCharts, snapshot)
    let choice = try UpgradeChoice(upgrade, from: from, rows: rows) { row in
      var upgrade = standing(from: from, to: row)
      upgrade.broken = release.isBroken ? ["\(release.name) is \(release.status)"] : []
      upgrade.leavesKindsOut = leavesKindsOut
      return upgrade
    }
    guard let version = choice.version else { return stays(at: from, choice) }
    let helm = Helm(settings.connection)
    var plan = upgrade.emptyPlan("Upgrade MetalLB \(from) to \(version)")
    let command = helm.upgrade(
      release.name, chart: PublishedChart.metallb.name, version: "\(version)",
      namespace: release.namespace, purpose: "upgrade MetalLB")
    plan.actions = PublishedChart.metallb.fetched(snapshot, helm)
    // Tried before anything is written: what is refused leaves the way back of an earlier upgrade.
    if let trial = command.dryRun { plan.actions.append(.command(trial)) }
    try save(from, to: &plan)
    plan.actions += [.command(command)] + rollouts(of: found) + answers
    let rollback = helm.rollback(
      release.name, to: revision, namespace: release.namespace, waits: found.isRolledOut)
    plan.undo = [.command(rollback)] + (found.isRolledOut ? rollouts(of: found) : [])
    plan.cannotUndo =
      "The kinds that MetalLB \(version) has and \(from) has not go with their objects; those of "
      + "pools and advertisements stay."
    plan.touches = Self.touches
    plan.note(
      "Your own values stay; the chart's defaults become those of \(version).")
    plan.notes += choice.notes + choice.warnings
    return plan
  }

  /// - Throws: where the values cannot be read: not known is not on.
  private func leavesKindsOut(_ release: Release) throws(UserMessage) -> Bool {
    let unreadable = UserMessage(
      "The values of release \(release.name) cannot be read, so it is not known whether its kinds "
        + "stay.", advice: "See helm -n \(release.namespace) get values \(release.name).")
    if let problem = snapshot.metallbValues.problem { throw problem.untold }
    guard let text = snapshot.metallbValues.value?.reveal(),
      let values = try? YAMLDocument.read(text).first
    else { throw unreadable.untold }
    if case .bool(false)? = values["crds"]?["enabled"] { return true }
    return false
  }

  // MARK: By Kubespray

  private func byKubespray(_ found: MetalLBInstallation) throws(UserMessage) -> Plan {
    guard let from = found.version else {
      throw UserMessage(
        "The version of MetalLB is not known.", reason: "its image is \(found.versionText)")
    }
    guard upgrade.to != nil else {
      throw UserMessage(
        "MetalLB came by manifests, and which versions its Kubespray can bring is not known.",
        advice: "Name one: \(own: "watch metallb --to \(from.major).\(from.minor).N")")
    }
    let choice = try UpgradeChoice(upgrade, from: from, rows: []) { row in
      var upgrade = standing(from: from, to: row)
      upgrade.isByKubespray = true
      return upgrade
    }
    guard let version = choice.version else { return stays(at: from, choice) }
    var plan = upgrade.emptyPlan("Let Kubespray bring MetalLB \(from) to \(version)")
    let change = try KubesprayChange(
      { KubesprayInventory.Wish(form: $0, metallbVersion: "\(version)") }, snapshot, settings)
    try save(from, to: &plan)
    let isThere = Wait(
      until: "MetalLB's controller is of \(version)",
      probe: kubectl.field(
        ".spec.template.spec.containers", of: "deployment", found.controller.metadata.name,
        namespace: Self.namespace, purpose: "look which MetalLB is laid down"),
      passes: .prints("controller:v\(version)\""), limit: .seconds(600), interval: .seconds(5))
    change.add(to: &plan, until: [isThere])
    plan.actions += rollouts(of: found) + answers
    plan.cannotUndo =
      "What the playbook laid down stays until it is run again; the inventory is brought back."
    plan.touches = Self.touches
    plan.notes += choice.warnings
    return plan
  }

  // MARK: What both have

  static let touches = [
    "addresses stay; each is out of reach for some seconds while its speaker restarts"
  ]

  private func standing(
    from: Version, to row: UpgradeChoice.Row
  ) -> UpgradeCase {
    var upgrade = UpgradeCase(part: .metallb, from: from, to: row.version, toApp: row.app)
    let nodes = snapshot.cluster.value?.nodes ?? []
    upgrade.kubernetes =
      nodes.compactMap { $0.status?.nodeInfo?.kubeletVersion }.compactMap { Version($0) }.min()
    let exclusion = NodeExclusion(snapshot)
    upgrade.hasExcludedNodes = exclusion.coversAllNodes && !exclusion.isPassedOver
    upgrade.hasCordonedNode = nodes.contains { $0.spec?.unschedulable == true }
    return upgrade
  }

  private func stays(at version: Version, _ choice: UpgradeChoice) -> Plan {
    upgrade.emptyPlan(
      "MetalLB stays at \(version)",
      notes: upgrade.to == nil
        ? [Note("\(version) is the newest that fits of those helm knows.")] + choice.notes : [])
  }

  /// - Throws: where the objects cannot be saved.
  private func save(_ version: Version, to plan: inout Plan) throws(UserMessage) {
    if let problem = snapshot.metallbConfiguration.problem { throw problem.untold }
    guard let listed = snapshot.metallbConfiguration.value else {
      throw UserMessage(
        "MetalLB's objects were not found, so they cannot be saved before the upgrade.",
        reason: "one of its kinds is not in the cluster",
        advice: "See kubectl get customresourcedefinitions.")
    }
    let saved = try SavedConfiguration(listed)
    guard saved.count > 0 else { return }
    let change = saved.change(from: version, settings)
    plan.actions.append(.file(change))
    plan.diff = change.diff
    plan.note(
      "\(saved.count) object(s), pools and what goes with them, are saved first: kubectl apply -f "
        + "\(change.path) brings them back.")
    if !saved.peersLeftOut.isEmpty {
      plan.notes.append(
        .warning(
          "not saved, as they have passwords: BGPPeer "
            + SafeText.line(saved.peersLeftOut.joined(separator: ", "), limit: 200)))
    }
  }

  /// helm's own wait is content with all speakers but one.
  private func rollouts(of found: MetalLBInstallation) -> [Action] {
    var workloads = ["deployment/\(found.controller.metadata.name)"]
    if let speaker = found.speaker { workloads.append("daemonset/\(speaker.metadata.name)") }
    return workloads.map { .command(kubectl.rolloutStatus($0, namespace: Self.namespace)) }
  }

  /// What did not answer before is not waited for.
  private var answers: [Action] {
    guard snapshot.metallbMetrics.value != nil else { return [] }
    let path = ClusterRead.proxyPath("controller:monitoring", Self.namespace, "metrics")
    return [
      .wait(
        Wait(
          until: "MetalLB's metrics answer through Service controller",
          probe: kubectl.raw(path, purpose: "read MetalLB's metrics"),
          passes: .prints("metallb_allocator_addresses_total"), limit: .seconds(60)))
    ]
  }
}
