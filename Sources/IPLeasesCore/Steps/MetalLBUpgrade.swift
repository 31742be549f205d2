import Basics
import Cluster
import Execution

/// From MetalLB 0.12 to a version that knows pools as objects, by the way 0.12 was installed.
///
/// From the start of the new controller until the pools are there as objects, no Service has an
/// address, and then MetalLB would hand them out anew: so each Service is made to ask for the one it
/// holds.
struct MetalLBUpgrade {
  private let snapshot: ClusterSnapshot
  private let settings: ConsoleSettings
  private let kubectl: Kubectl

  private static let namespace = ConsoleSettings.metallbNamespace

  init(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) {
    self.snapshot = snapshot
    self.settings = settings
    kubectl = Kubectl(settings.connection)
  }

  /// What comes before a MetalLB that does not read the ConfigMap; empty where there is none.
  var preparations: [Action] {
    guard let map = snapshot.legacyConfigMap else { return [] }
    let change = LegacySaving.change(map, LegacyFiles(map, settings), kubectl)
    return [.file(change)] + unpinned.map { $0.pin(kubectl) }
  }

  /// Takes the preparations back, as far as they change the cluster.
  var unpinning: [Action] {
    snapshot.legacyConfigMap == nil ? [] : unpinned.map { $0.unpin(kubectl) }
  }

  /// What to know of them.
  var remarks: [String] {
    guard let map = snapshot.legacyConfigMap else { return [] }
    let pins =
      unpinned.isEmpty
      ? ""
      : " A new MetalLB without pools takes the address of every Service, so each is made to ask "
        + "for its own until then."
    return [
      "ConfigMap \(map.metadata.name) of MetalLB 0.12 is saved; step migrate makes its pools."
        + pins
    ]
  }

  func plan(_ found: MetalLBInstallation, set values: [(key: String, value: String)])
    throws(UserMessage) -> Plan
  {
    guard settings.way != .kubespray else { throw byKubespray(found) }
    var plan = Plan(
      id: StepID.metallb.rawValue,
      title: "Upgrade MetalLB \(found.versionText) to \(settings.metallbVersion)")
    plan.actions = preparations
    plan.notes = remarks.map(Note.init)
    if let release = snapshot.metallbRelease {
      try addHelm(release, values, wasReady: found.isRolledOut, to: &plan)
    } else {
      try addManifests(found, to: &plan)
    }
    let held = HeldAddress.all(in: snapshot)
    plan.touchedServices = held.count
    if !held.isEmpty {
      plan.touches.append(
        "\(held.count) Service(s) are without their address from the start of the new controller "
          + "until step migrate has made the pools; then each gets the same one back")
    }
    plan.note(
      "MetalLB 0.12 reads its ConfigMap, later versions read objects only: first the upgrade, then "
        + "at once step migrate.")
    return plan
  }

  // MARK: Helpers

  private var unpinned: [HeldAddress] {
    HeldAddress.all(in: snapshot).filter { !$0.isPinned && !$0.isAskedFor }
  }

  private func addHelm(
    _ release: Release, _ values: [(key: String, value: String)], wasReady: Bool,
    to plan: inout Plan
  ) throws(UserMessage) {
    guard release.status == "deployed", let revision = Int(release.revision) else {
      throw UserMessage(
        "MetalLB's release \(release.name) is \(release.status).",
        advice: "helm -n \(release.namespace) rollback \(release.name), then go on here.")
    }
    let helm = Helm(settings.connection)
    if snapshot.isLegacyConfigMapOfHelm, let map = snapshot.legacyConfigMap {
      plan.actions.append(
        .command(
          kubectl.annotate(
            "configmap", map.metadata.name, namespace: Self.namespace,
            annotations: [(key: "helm.sh/resource-policy", value: "keep")],
            purpose: "keep helm from deleting the ConfigMap")))
      plan.note(
        "The ConfigMap belongs to the release, which has none any more: helm would delete it.")
    }
    plan.actions += PublishedChart.metallb.fetched(snapshot, helm)
    plan.actions.append(
      .command(
        helm.upgrade(
          release.name, chart: PublishedChart.metallb.name, version: settings.metallbVersion,
          namespace: release.namespace, resetValues: true, set: values,
          purpose: "upgrade MetalLB")))
    plan.undo =
      [
        .command(
          helm.rollback(
            release.name, to: revision, namespace: release.namespace, waits: wasReady))
      ] + unpinning
    plan.cannotUndo = "Pools that were made as objects meanwhile go with their kinds."
    plan.note(
      "The release starts from the new chart's values: configInline, which later charts refuse, "
        + "goes, and so does whatever else was set. helm -n \(release.namespace) get values "
        + "\(release.name) shows it.")
  }

  private func addManifests(_ found: MetalLBInstallation, to plan: inout Plan)
    throws(UserMessage)
  {
    guard let version = Version(settings.metallbVersion) else {
      throw UserMessage("\(settings.metallbVersion) is no version of MetalLB.")
    }
    plan.actions.append(
      .command(
        kubectl.apply(manifestsOf: version, purpose: "upgrade MetalLB by its manifests")))
    var workloads = ["deployment/\(found.controller.metadata.name)"]
    if let speaker = found.speaker { workloads.append("daemonset/\(speaker.metadata.name)") }
    let rollouts = workloads.map {
      Action.command(kubectl.rolloutStatus($0, namespace: Self.namespace))
    }
    plan.actions += rollouts
    plan.note(
      "MetalLB was installed by its manifests, so the manifests of the new version are applied; "
        + "what you changed in them is changed back.")
    guard let old = found.version, !refusesSecurityPolicies else {
      plan.undo = unpinning
      plan.cannotUndo =
        "MetalLB \(found.versionText) itself: its manifests hold PodSecurityPolicies, which "
        + "Kubernetes since 1.25 refuses. Without those they can be applied by hand."
      return
    }
    let back = kubectl.apply(manifestsOf: old, purpose: "bring MetalLB \(old) back")
    plan.undo = [.command(back)] + (found.isRolledOut ? rollouts : []) + unpinning
    plan.cannotUndo =
      "The kinds of the new version stay, and what was changed in the old manifests does not come "
      + "back."
  }

  /// Kubernetes took the kind PodSecurityPolicy out with 1.25.
  private var refusesSecurityPolicies: Bool {
    let nodes = snapshot.cluster.value?.nodes ?? []
    return nodes.compactMap { $0.status?.nodeInfo?.kubeletVersion }.compactMap { Version($0) }
      .contains { $0 >= Version(1, 25, 0, preRelease: "a") }
  }

  private func byKubespray(_ found: MetalLBInstallation) -> UserMessage {
    UserMessage(
      "MetalLB \(found.versionText) was installed by Kubespray, which upgrades it with the cluster: "
        + "v2.22.0 and later bring 0.13.9, and delete the ConfigMap.",
      advice: "First save it (kubectl -n \(Self.namespace) get configmap config -o yaml > FILE; "
        + "\(own: "migrate FILE") shows its objects), set metallb_config, then run the playbook.")
  }
}
