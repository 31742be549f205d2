import Basics
import Cluster
import Execution
import Foundation

/// Cures by another revision of a release.
enum ReleaseRemedies {
  static let rollBack = Remedy(
    .rollBackRelease, "Put a pending or failed release right",
    helps: "a helm run was cut off (pending-install, -upgrade, -rollback), or its change failed",
    helpsNot: "a helm is still at work on it: then wait for its end",
    needs: [.metallb, .akash, .pools, .cluster], requires: [.releases, .histories]
  ) { snapshot, settings throws(UserMessage) in
    let releases =
      [snapshot.metallbRelease, snapshot.ipOperatorRelease].compactMap(\.self)
      + snapshot.providerReleases
    guard let release = releases.first(where: { $0.isPending || $0.status == "failed" }) else {
      let names = releases.map(\.name).joined(separator: ", ")
      throw UserMessage(
        "No release is pending or failed.",
        reason: names.isEmpty ? "Helm has none of MetalLB or Akash" : "looked at: \(names)")
    }
    let underWay = PendingRelease(release, snapshot)
    if let wait = underWay?.wait(for: release) { throw wait }
    let helm = Helm(settings.connection)
    let broken = BrokenRelease(release, snapshot)
    var plan = Plan(
      id: RemedyID.rollBackRelease.rawValue,
      title: "Put release \(release.name) right, which is \(release.status)")
    switch broken.cure {
    case .again(let revision):
      plan.actions = [
        .command(helm.rollback(release.name, to: revision, namespace: release.namespace))
      ]
      plan.note(
        "Revision \(revision) (\(release.chart)) is laid down once more as a new one, by helm's own "
          + "copy of its chart and values: "
          + (broken.isRunning
            ? "what runs is of it, and stays." : "something stands on it, so nothing is removed."))
      if !broken.isRunning {
        plan.note(
          "Its pods are not ready now, and helm waits for them: \(own: "verify") tells why.")
      }
    case .back(let good):
      plan.actions = [
        .command(helm.rollback(release.name, to: good.revision, namespace: release.namespace))
      ]
      plan.note("Revision \(good.revision) (\(good.chart)) was the last good one.")
      plan.cannotUndo = "The revision that was \(release.status) is not made again."
    case .removal:
      plan.actions = [.command(helm.uninstall(release.name, namespace: release.namespace))]
      plan.note(
        "It was never deployed, and nothing stands on it: it is removed, and its step installs it "
          + "anew.")
      plan.cannotUndo = "The revision that was \(release.status) is not made again."
    case nil:
      throw UserMessage(
        "No earlier revision of \(release.name) was good.",
        advice: "See helm -n \(release.namespace) history \(release.name).")
    }
    plan.touches = ["the pods of \(release.name) may restart"]
    return plan
  }

  static let lowerMetalLB = Remedy(
    .lowerMetalLB, "Bring MetalLB below 0.16",
    helps: "MetalLB 0.16 or newer serves its metrics in a way the IP operator cannot ask for",
    helpsNot: "MetalLB was not installed by Helm: then lower it by that way", step: .metallb,
    needs: [.repositories], requires: [.metallb, .releases, .histories, .cluster]
  ) { snapshot, settings throws(UserMessage) in
    guard let found = snapshot.metallbInstallation else {
      throw UserMessage("MetalLB was not found.", advice: Advice(own: ["plan", "metallb"]))
    }
    guard let version = found.version, version >= MetalLBVersionRule.tooNew else {
      throw UserMessage(
        "There is nothing to lower.", reason: "MetalLB is \(found.versionText), below 0.16")
    }
    guard let release = snapshot.metallbRelease, let current = Int(release.revision) else {
      throw UserMessage(
        "MetalLB \(version) was not installed by Helm.",
        advice: "Lower it to 0.14.8 by the way it was installed (Kubespray: metallb_version).")
    }
    if let problem = MetalLBVersionRule.problem(with: settings.metallbVersion) { throw problem }
    let helm = Helm(settings.connection)
    var plan = Plan(id: StepID.metallb.rawValue, title: "Bring MetalLB below 0.16")
    // Not the way back of the installation, which would remove MetalLB.
    plan.undoID = RemedyID.lowerMetalLB.rawValue
    let history = snapshot.histories.value?[release.name] ?? []
    // Where every node is kept from load balancers, the values of now are what lets the speakers
    // announce, and an earlier revision may lack them.
    let isByValue = NodeExclusion(snapshot).coversAllNodes
    let fitting = history.last { revision in
      guard let chart = revision.chartVersion else { return false }
      return revision.wasGood && revision.revision < current
        && MetalLBVersionRule.objectsCame <= chart && chart < MetalLBVersionRule.tooNew
    }
    // No further down than it was before.
    let lower = fitting?.chartVersion.map { "\($0)" } ?? settings.metallbVersion
    if let fitting, !isByValue {
      plan.actions = [
        .command(helm.rollback(release.name, to: fitting.revision, namespace: release.namespace))
      ]
      plan.note("Revision \(fitting.revision) was \(fitting.chart), with its own values.")
    } else {
      plan.actions =
        PublishedChart.metallb.fetched(snapshot, helm)
        + [
          .command(
            helm.upgrade(
              release.name, chart: PublishedChart.metallb.name, version: lower,
              namespace: release.namespace, purpose: "lower MetalLB"))
        ]
      plan.note(
        "Your own values stay; the chart's defaults are those of \(lower).")
    }
    plan.undo = [
      .command(
        helm.rollback(
          release.name, to: current, namespace: release.namespace, waits: found.isRolledOut))
    ]
    plan.touches = [
      "addresses stay; each is out of reach for some seconds while its speaker restarts",
      "the kinds that MetalLB \(version) has and the lower one has not go with their objects: "
        + "those of frr-k8s, as FRRConfiguration, which layer 2 does not use",
    ]
    plan.note("Then see that Service controller leads to 7472: \(own: "verify metrics").")
    return plan
  }
}
