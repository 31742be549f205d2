import Addresses
import Basics
import Cluster
import Execution

/// MetalLB itself, by Helm, pinned.
package struct MetalLBStep: Step {
  package let id = StepID.metallb
  package let title = "MetalLB"
  package let why = """
    MetalLB hands out the public addresses and answers for them on the network. Its version is \
    pinned, because from 0.16 on the Akash IP operator cannot read its metrics any more.
    """
  package let guide = GuidePassage(
    says: "helm repo add metallb, then helm install metallb 0.14.8 in metallb-system.",
    differs: "The same command with --wait, so that the next step finds it running; on a cluster "
      + "whose nodes are all kept from load balancers, speaker.ignoreExcludeLB is set too, or no "
      + "address would ever be announced (MetalLB 0.14.2 and later).")
  package let dependsOn: [StepID] = [.namespace]
  package let needs: Set<FactName> = [.cluster, .metallb, .releases, .pools, .inventory]
  package let planNeeds: Set<FactName> = [.repositories, .playbook, .kubeProxy]

  private static let namespace = ConsoleSettings.metallbNamespace
  static let excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.metallb.problem ?? snapshot.releases.problem {
      return .unknown(problem)
    }
    if let release = snapshot.metallbRelease, release.isBroken {
      if let underWay = snapshot.underWay(release, of: id) { return underWay }
      if snapshot.startedSteps.contains(id), release.wasNeverDeployed {
        // Removing it is the cure only where nothing runs of it or stands on it yet.
        let broken = BrokenRelease(release, snapshot)
        if broken.isRunning || !broken.standsOnIt {
          return Assessment(
            .todo, "release \(release.name) is \(release.status): an interrupted run")
        }
      }
      return .failed(interrupted(release))
    }
    guard let found = snapshot.metallbInstallation else {
      if let release = snapshot.metallbRelease, release.namespace != Self.namespace {
        return .failed(elsewhere(release))
      }
      return Assessment(.todo, "not installed")
    }
    if snapshot.isMetalLBLegacy {
      return Assessment(
        .todo, "\(found.versionText) found, which knows no pool objects; 0.13 or later comes first",
        seen: seen(found, snapshot))
    }
    if let version = found.version,
      var problem = MetalLBVersionRule.problem(with: "\(version)")
    {
      if version >= MetalLBVersionRule.tooNew {
        problem.advice = "Bring it to one that does: ip-leases remedy lower-metallb."
      }
      return .failed(problem, seen: seen(found, snapshot))
    }
    guard found.isRolledOut else {
      return Assessment(
        .todo, "\(found.versionText) found, not ready yet", seen: seen(found, snapshot))
    }
    if isSilenced(found, snapshot) {
      return Assessment(
        .todo, "ready, but every node has label \(Self.excludeLabel): no address is announced",
        seen: seen(found, snapshot))
    }
    let by = snapshot.metallbRelease == nil ? "by manifests" : "by Helm"
    return Assessment(.done, "\(found.versionText) \(by), ready", seen: seen(found, snapshot))
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    let kubectl = Kubectl(settings.connection)
    if snapshot.way(settings) == .kubespray && snapshot.metallbInstallation == nil {
      return try planByKubespray(snapshot, settings, kubectl)
    }
    let helm = Helm(settings.connection)
    if let found = snapshot.metallbInstallation, snapshot.isMetalLBLegacy {
      return try MetalLBUpgrade(snapshot, settings).plan(found, set: values(snapshot))
    }
    if let release = snapshot.metallbRelease, release.isBroken,
      case .again(let revision)? = BrokenRelease(release, snapshot).cure
    {
      return finishing(release, revision, helm)
    }
    if let found = snapshot.metallbInstallation, found.isRolledOut, isSilenced(found, snapshot) {
      return try letAnnounce(found, snapshot, helm)
    }
    var plan = Plan(id: id.rawValue, title: "Install MetalLB \(settings.metallbVersion)")
    if let found = snapshot.metallbInstallation,
      snapshot.metallbRelease?.status == "deployed"
        || snapshot.metallbRelease == nil
    {
      plan.title = "Wait until MetalLB is ready"
      plan.actions = rollouts(of: found, kubectl)
      return plan
    }
    plan.actions = PublishedChart.metallb.fetched(snapshot, helm)
    if let release = snapshot.metallbRelease {
      plan.actions.append(.command(helm.uninstall(release.name, namespace: release.namespace)))
      plan.notes.append(
        "The release is \(release.status), left by an interrupted run of this console: it is "
          + "removed and installed anew.")
    }
    let upgrade = MetalLBUpgrade(snapshot, settings)
    plan.actions += upgrade.preparations
    plan.notes += upgrade.remarks + ServiceProxyElsewhere(snapshot).warnings
    let values = values(snapshot)
    if !values.isEmpty {
      plan.notes.append(
        "Every node carries \(Self.excludeLabel): without speaker.ignoreExcludeLB no address "
          + "would be announced.")
    }
    plan.actions.append(
      .command(
        helm.install(
          "metallb", chart: PublishedChart.metallb.name, version: settings.metallbVersion,
          namespace: Self.namespace, set: values, purpose: "install MetalLB")))
    plan.undo =
      [.command(helm.uninstall("metallb", namespace: Self.namespace))] + upgrade.unpinning
    plan.cannotUndo = "Removing MetalLB deletes its kinds and with them every pool."
    return plan
  }

  /// Its way back is the one that was saved before the run that was cut off.
  private func finishing(_ release: Release, _ revision: Int, _ helm: Helm) -> Plan {
    Plan(
      id: id.rawValue, title: "Put MetalLB's release right, whose pods run",
      actions: [
        .command(helm.rollback(release.name, to: revision, namespace: release.namespace))
      ],
      notes: [
        "The release is \(release.status), left by an interrupted run of this console: the same "
          + "revision is laid down once more, by helm's own copy of its chart and values."
      ])
  }

  /// The speakers are told to pass over the label.
  private func letAnnounce(
    _ found: MetalLBInstallation, _ snapshot: ClusterSnapshot, _ helm: Helm
  ) throws(UserMessage) -> Plan {
    guard let release = snapshot.metallbRelease, let revision = Int(release.revision) else {
      throw UserMessage(
        "Every node has the label \(Self.excludeLabel): MetalLB announces no address.",
        reason: "MetalLB came by manifests, which are not changed here",
        advice:
          "Unlabel a node: kubectl label node NAME \(Self.excludeLabel)- ; or give the speakers "
          + "the argument --ignore-exclude-lb by the way MetalLB was installed.")
    }
    return Plan(
      id: id.rawValue, title: "Let MetalLB announce from nodes that are kept from load balancers",
      actions: PublishedChart.metallb.fetched(snapshot, helm) + [
        .command(
          PublishedChart.metallb.setting(
            values(snapshot), of: release, purpose: "let the speakers pass over the label", helm))
      ],
      undo: [
        .command(helm.rollback(release.name, to: revision, namespace: release.namespace))
      ],
      touches: [
        "addresses stay; each is out of reach for some seconds while its speaker restarts"
      ],
      notes: [
        "Every node carries \(Self.excludeLabel): the chart and its other values stay as they are."
      ])
  }

  // MARK: Helpers

  /// No node may announce an address (MetalLB looks at the label since 0.14.2).
  func isSilenced(_ found: MetalLBInstallation, _ snapshot: ClusterSnapshot) -> Bool {
    if passesOverLabel(found) { return false }
    if let version = found.version, version < Self.labelIsRead { return false }
    return areAllNodesExcluded(snapshot)
  }

  /// The speakers were told to announce from nodes that are kept from load balancers.
  func passesOverLabel(_ found: MetalLBInstallation) -> Bool {
    let arguments = found.speaker?.container("speaker")?.args ?? []
    return arguments.contains { $0.hasPrefix("--ignore-exclude-lb") }
  }

  static let labelIsRead = Version(0, 14, 2)

  private func values(_ snapshot: ClusterSnapshot) -> [(key: String, value: String)] {
    areAllNodesExcluded(snapshot) ? [(key: "speaker.ignoreExcludeLB", value: "true")] : []
  }

  /// The pool goes into the same run where its ranges are known.
  private func planByKubespray(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, _ kubectl: Kubectl
  ) throws(UserMessage) -> Plan {
    var plan = Plan(id: id.rawValue, title: "Let Kubespray install MetalLB")
    let change = try KubesprayChange(
      { Self.wish($0, settings) }, snapshot, settings)
    let wait = Wait(
      until: "MetalLB's controller is ready",
      probe: kubectl.field(
        ".status.readyReplicas", of: "deployment", "controller", namespace: Self.namespace,
        purpose: "look for MetalLB's controller"),
      passes: .prints("1"), limit: .seconds(600), interval: .seconds(5))
    change.add(to: &plan, until: [wait])
    plan.cannotUndo = "What the playbook laid down stays; the inventory is brought back."
    return plan
  }

  static func wish(_ form: KubesprayForm, _ settings: ConsoleSettings) -> KubesprayInventory.Wish {
    KubesprayInventory.Wish(
      form: form, enablesMetalLB: true, setsStrictARP: true,
      pool: settings.poolRanges.isEmpty ? nil : ConsoleSettings.poolName,
      ranges: settings.poolRanges.texts)
  }

  private func rollouts(of found: MetalLBInstallation, _ kubectl: Kubectl) -> [Action] {
    var workloads = ["deployment/\(found.controller.metadata.name)"]
    if let speaker = found.speaker { workloads.append("daemonset/\(speaker.metadata.name)") }
    return workloads.map { .command(kubectl.rolloutStatus($0, namespace: Self.namespace)) }
  }

  private func seen(_ found: MetalLBInstallation, _ snapshot: ClusterSnapshot) -> [String] {
    var seen = [
      "deployment \(found.controller.metadata.name) "
        + "\(found.controller.ready)/\(found.controller.wanted)"
    ]
    if let speaker = found.speaker {
      seen.append("daemonset \(speaker.metadata.name) \(speaker.ready)/\(speaker.wanted)")
    }
    for pod in snapshot.metallb.value?.pods ?? [] {
      if let reason = pod.waitingReason { seen.append("pod \(pod.metadata.name): \(reason)") }
    }
    return seen
  }

  func areAllNodesExcluded(_ snapshot: ClusterSnapshot) -> Bool {
    guard let nodes = snapshot.cluster.value?.nodes, !nodes.isEmpty else { return false }
    return nodes.allSatisfy { $0.metadata.label(Self.excludeLabel) != nil }
  }

  private func interrupted(_ release: Release) -> UserMessage {
    UserMessage(
      "MetalLB's release \(release.name) is \(release.status).",
      advice:
        "If no helm works on it: \(RemedyID.rollBackRelease.command), which removes nothing that "
        + "is in use.")
  }

  private func elsewhere(_ release: Release) -> UserMessage {
    UserMessage(
      "MetalLB is installed in \(release.namespace), but the IP operator looks for it in "
        + "\(Self.namespace) only.",
      advice: "Move it: helm -n \(release.namespace) uninstall \(release.name), then go on here. "
        + "Every Service loses its address meanwhile.")
  }
}
