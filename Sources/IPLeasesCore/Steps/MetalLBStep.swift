import Addresses
import Basics
import Cluster
import Execution

extension StepID {
  package static let metallb = StepID("metallb")
}

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

  package let checkGroups: [CheckGroup] = [.metallb]

  private static let namespace = ConsoleSettings.metallbNamespace

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.metallb.problem ?? snapshot.releases.problem {
      return .unknown(problem)
    }
    if let release = snapshot.metallbRelease, release.isBroken {
      if let underWay = Assessment.underWay(release, snapshot) { return underWay }
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
        problem.advice = "Bring it to one that does: \(RemedyID.lowerMetalLB.advice)."
      }
      return .failed(problem, seen: seen(found, snapshot))
    }
    guard found.isRolledOut else {
      return Assessment(
        .todo, "\(found.versionText) found, not ready yet", seen: seen(found, snapshot))
    }
    if NodeExclusion(snapshot).silencesAll {
      return Assessment(
        .todo, "ready, but every node has label \(NodeExclusion.label): no address is announced",
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
    if let found = snapshot.metallbInstallation, found.isRolledOut,
      NodeExclusion(snapshot).silencesAll
    {
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
      plan.note(
        "The release is \(release.status), left by an interrupted run of this console: it is "
          + "removed and installed anew.")
    }
    let upgrade = MetalLBUpgrade(snapshot, settings)
    plan.actions += upgrade.preparations
    plan.notes += upgrade.remarks.map(Note.init) + ServiceProxyElsewhere(snapshot).warnings
    let values = values(snapshot)
    if !values.isEmpty {
      plan.note(
        "Every node carries \(NodeExclusion.label): without speaker.ignoreExcludeLB no address "
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

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let way = snapshot.way(settings)
    var result = snapshot.changing(\.metallb) { objects in
      guard snapshot.metallbInstallation == nil else {
        objects.deployments = objects.deployments.map(\.rolledOut)
        objects.daemonSets = objects.daemonSets.map { announcing($0.rolledOut, snapshot) }
        return
      }
      objects.deployments.append(workload("controller", settings, way).rolledOut)
      objects.daemonSets.append(announcing(workload("speaker", settings, way).rolledOut, snapshot))
    }
    if result.pools.isAbsent { result.pools = .known(PoolObjects(), at: .now) }
    if way == .kubespray {
      return snapshot.metallbInstallation == nil
        ? result.withInventory(of: { Self.wish($0, settings) }, settings) : result
    }
    result.releases = result.releases.map { releases in
      releases.filter { $0.chartName != "metallb" } + [
        Release(
          name: "metallb", namespace: ConsoleSettings.metallbNamespace, revision: "1",
          status: "deployed", chart: "metallb-\(settings.metallbVersion)",
          appVersion: "v\(settings.metallbVersion)")
      ]
    }
    return result
  }

  /// With the speakers passing over the label, where every node has it.
  private func announcing(_ set: Workload, _ snapshot: ClusterSnapshot) -> Workload {
    guard NodeExclusion(snapshot).coversAllNodes else { return set }
    var set = set
    let containers = set.spec?.template?.spec?.containers ?? []
    set.spec?.template?.spec?.containers = containers.map { container in
      guard container.name == "speaker" else { return container }
      var container = container
      container.args = (container.args ?? []) + ["--ignore-exclude-lb"]
      return container
    }
    return set
  }

  /// Names, labels and port of the chart (MetalLB: charts/metallb/templates@v0.14.8), or of the
  /// manifests.
  private func workload(_ component: String, _ settings: ConsoleSettings, _ way: Way) -> Workload {
    let isByChart = way == .helm
    let labels =
      !isByChart
      ? ["app": "metallb", "component": component]
      : [
        "app.kubernetes.io/name": "metallb", "app.kubernetes.io/instance": "metallb",
        "app.kubernetes.io/component": component,
      ]
    let container = Workload.Container(
      name: component, image: "quay.io/metallb/\(component):v\(settings.metallbVersion)",
      ports: [Workload.ContainerPort(name: "monitoring", containerPort: 7472)])
    return Workload(
      metadata: ObjectMeta(
        name: (isByChart ? "metallb-" : "") + component,
        namespace: ConsoleSettings.metallbNamespace, labels: labels),
      spec: Workload.Spec(
        replicas: 1, selector: Workload.Selector(matchLabels: labels),
        template: Workload.Template(
          metadata: Workload.TemplateMeta(labels: labels),
          spec: Workload.PodSpec(containers: [container]))))
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
      ].map(Note.init))
  }

  /// The speakers are told to pass over the label.
  private func letAnnounce(
    _ found: MetalLBInstallation, _ snapshot: ClusterSnapshot, _ helm: Helm
  ) throws(UserMessage) -> Plan {
    guard let release = snapshot.metallbRelease, let revision = Int(release.revision) else {
      throw UserMessage(
        "Every node has the label \(NodeExclusion.label): MetalLB announces no address.",
        reason: "MetalLB came by manifests, which are not changed here",
        advice:
          "Unlabel a node: kubectl label node NAME \(NodeExclusion.label)- ; or give the speakers "
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
        "Every node carries \(NodeExclusion.label): the chart and its other values stay as they are."
      ].map(Note.init))
  }

  // MARK: Helpers

  private func values(_ snapshot: ClusterSnapshot) -> [(key: String, value: String)] {
    NodeExclusion(snapshot).coversAllNodes ? [(key: "speaker.ignoreExcludeLB", value: "true")] : []
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

  private func interrupted(_ release: Release) -> UserMessage {
    UserMessage(
      "MetalLB's release \(release.name) is \(release.status).",
      advice:
        "If no helm works on it: \(RemedyID.rollBackRelease.advice), which removes nothing that "
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
