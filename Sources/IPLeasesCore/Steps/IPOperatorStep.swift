import Basics
import Cluster
import Execution

extension StepID {
  package static let ipOperator = StepID("ip-operator")
}

/// The Akash IP operator, before the provider is told to use it.
package struct IPOperatorStep: Step {
  package let id = StepID.ipOperator
  package let title = "IP operator"
  package let why = """
    The operator makes the Services that lease addresses and tells the provider how many there \
    are. A provider that is switched on before the operator answers bids on nothing and is \
    restarted every four to five minutes; so the operator comes first.
    """
  package let guide = GuidePassage(
    says: "Installs akash-ip-operator with --set provider_address=… after the provider's update.",
    differs: "It comes before the provider's update, pinned to the operator chart that brings the "
      + "provider's own version; unpinned, helm would take the newest of all.")
  package let dependsOn: [StepID] = [.metricsService, .pools]
  package let needs: Set<FactName> = [.akash, .releases, .providerValues, .leasedIPKind]
  package let planNeeds: Set<FactName> = [.repositories, .operatorCharts, .providerStatus]

  package let checkGroups: [CheckGroup] = [.operator]

  private static let release = "akash-ip-operator"
  private static let namespace = ConsoleSettings.akashNamespace

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.akash.problem ?? snapshot.releases.problem {
      return .unknown(problem)
    }
    if let release = snapshot.ipOperatorRelease, release.isBroken {
      if let underWay = Assessment.underWay(release, snapshot) { return underWay }
      if snapshot.startedSteps.contains(id), release.wasNeverDeployed {
        return Assessment(.todo, "release \(release.name) is \(release.status): an interrupted run")
      }
      return .failed(interrupted(release))
    }
    guard let found = snapshot.ipOperator else {
      if snapshot.leasedIPKind.isAbsent { return .failed(Self.noKind) }
      return Assessment(.todo, "not installed")
    }
    let name = found.deployment.metadata.name
    if let wanted = ProviderAddress.find(snapshot, settings), wanted != found.providerAddress {
      let has = found.providerAddress.isEmpty ? "no provider address" : found.providerAddress
      return Assessment(
        .todo, "\(name) works for \(SafeText.line(has, limit: 60)), not for this provider",
        seen: ["this provider is \(wanted)"])
    }
    if let reason = found.pods.compactMap(\.waitingReason).first {
      return .failed(
        UserMessage(
          "The operator's pod does not run: \(SafeText.line(reason, limit: 80)).",
          // A pod without its image has no log.
          advice: found.pods.contains(where: \.isWithoutImage)
            ? "kubectl -n \(Self.namespace) describe pods: see Events. ghcr.io must be reachable."
            : "kubectl -n \(Self.namespace) logs deployment/\(name) --previous tells why."))
    }
    guard found.deployment.isRolledOut else {
      return Assessment(.todo, "\(name) is starting")
    }
    let chart = snapshot.ipOperatorRelease.map { ", chart \($0.chartVersionText)" } ?? ""
    return Assessment(.done, "\(name) runs\(chart)", seen: ["works for \(found.providerAddress)"])
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    let kubectl = Kubectl(settings.connection)
    let address = ProviderAddress.find(snapshot, settings)
    if let found = snapshot.ipOperator, snapshot.ipOperatorRelease?.isPending != true,
      snapshot.ipOperatorRelease?.status != "failed"
    {
      return try planForFound(found, address, snapshot, settings, kubectl)
    }
    if snapshot.providerByHand != nil {
      return ProviderByHandSteps.operatorPlan(snapshot, settings)
    }
    guard let address else { throw ProviderAddress.missing }
    return try planToInstall(address, snapshot, settings)
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let generation = snapshot.providerRelease?.chartVersion.map { ChartGeneration(chart: $0) }
    let name = (generation ?? .since9).operatorName
    let address = ProviderAddress.find(snapshot, settings) ?? ""
    return snapshot.changing(\.akash) { objects in
      objects.deployments.removeAll { $0.metadata.name == name }
      let container = Workload.Container(name: name, args: ["--provider", address])
      objects.deployments.append(
        Workload(
          metadata: ObjectMeta(name: name, namespace: ConsoleSettings.akashNamespace),
          spec: Workload.Spec(
            replicas: 1,
            template: Workload.Template(spec: Workload.PodSpec(containers: [container])))
        ).rolledOut)
      objects.configMaps.removeAll { $0.metadata.name == name }
      objects.configMaps.append(
        ConfigMap(metadata: ObjectMeta(name: name), data: ["provider-address": address]))
      objects.pods.removeAll { $0.metadata.name.hasPrefix("\(name)-") }
    }
  }

  // MARK: Plans

  private func planToInstall(
    _ address: String, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> Plan {
    let helm = Helm(settings.connection)
    var plan = Plan(id: id.rawValue, title: "Install the Akash IP operator")
    let repository = PublishedChart.ipOperator.fetched(snapshot, helm)
    guard let charts = snapshot.operatorCharts.value, !charts.isEmpty else {
      plan.actions = repository
      plan.note(
        "First the chart repository; the operator's version is chosen from it then.")
      return plan
    }
    let chart = try OperatorChart(charts, snapshot)
    plan.actions = repository
    if let release = snapshot.ipOperatorRelease {
      plan.actions.append(.command(helm.uninstall(release.name, namespace: release.namespace)))
      plan.note(
        "The release is \(release.status), left by an interrupted run of this console: it is "
          + "removed and installed anew.")
    }
    plan.actions.append(
      .command(
        helm.install(
          Self.release, chart: PublishedChart.ipOperator.name, version: chart.version.description,
          namespace: Self.namespace, set: [(key: "provider_address", value: address)],
          purpose: "install the IP operator")))
    plan.undo = [.command(helm.uninstall(Self.release, namespace: Self.namespace))]
    plan.note(chart.note)
    return plan
  }

  private func planForFound(
    _ found: IPOperatorInstallation, _ address: String?, _ snapshot: ClusterSnapshot,
    _ settings: ConsoleSettings, _ kubectl: Kubectl
  ) throws(UserMessage) -> Plan {
    let workload = "deployment/\(found.deployment.metadata.name)"
    let wait = Action.command(kubectl.rolloutStatus(workload, namespace: Self.namespace))
    guard let address, address != found.providerAddress else {
      return Plan(id: id.rawValue, title: "Wait for the operator", actions: [wait])
    }
    guard let release = snapshot.ipOperatorRelease, let revision = Int(release.revision) else {
      throw UserMessage(
        "The operator works for another provider address, and Helm does not manage it.",
        advice: "Set its provider address to \(address) by the way it was installed.")
    }
    let helm = Helm(settings.connection)
    let restart = Action.command(kubectl.rolloutRestart(workload, namespace: Self.namespace))
    let wasReady = found.deployment.isRolledOut
    return Plan(
      id: id.rawValue, title: "Give the operator this provider's address",
      actions: PublishedChart.ipOperator.fetched(snapshot, helm) + [
        .command(
          PublishedChart.ipOperator.setting(
            [(key: "provider_address", value: address)], of: release,
            purpose: "set the operator's provider address", helm)),
        restart, wait,
      ],
      undo: [
        .command(
          helm.rollback(
            release.name, to: revision, namespace: release.namespace, waits: wasReady)),
        restart,
      ] + (wasReady ? [wait] : []),
      notes: [
        Note("The chart changes only a ConfigMap, so the operator is restarted to read it.")
      ])
  }

  // MARK: Helpers

  private func interrupted(_ release: Release) -> UserMessage {
    UserMessage(
      "The operator's release \(release.name) is \(release.status).",
      advice: "If no helm works on it: \(RemedyID.rollBackRelease.advice).")
  }

  private static let noKind = UserMessage(
    "The kind ProviderLeasedIP (providerleasedips.akash.network) is not in the cluster.",
    advice: "Apply the provider's crd.yaml of its own version (provider: "
      + "pkg/apis/akash.network/crd.yaml), then go on.")
}
