import Basics
import Cluster
import Execution
import Foundation

extension StepID {
  package static let provider = StepID("provider")
}

/// The provider is told to lease addresses, and to say so on chain.
package struct ProviderStep: Step {
  package let id = StepID.provider
  package let title = "Provider switch-on"
  package let why = """
    Switched on, the provider waits for the IP operator at its start and offers the addresses. \
    The setting and the attributes go into one helm upgrade, pinned to the chart that is \
    installed, so that the provider restarts once and nothing else of it changes.
    """
  package let guide = GuidePassage(
    says: "Captures the values to provider.yaml, adds ipoperator: true and the attribute "
      + "ip-lease: true, runs helm upgrade without a version, then installs the operator.",
    differs: "The upgrade is pinned: without --version helm would jump to the newest chart. The "
      + "operator is there before. feat-endpoint-ip is added, which the Akash Console looks for, "
      + "and capabilities/ip-lease, by which today's docs ask. "
      + "provider.yaml is written for you alone (0600), because it holds the key.")
  package let dependsOn: [StepID] = [.capacity, .strictARP]
  package let needs: Set<FactName> = [.releases, .akash, .providerValues]
  package let planNeeds: Set<FactName> = [.providerFile, .repositories, .providerStatus]

  package let checkGroups: [CheckGroup] = [.provider]
  package let touchesWhenTakenBack = [ProviderRestart.touches]

  private static let attributes = ProviderSetting.attributes

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.releases.problem ?? snapshot.akash.problem {
      return .unknown(problem)
    }
    if let provider = snapshot.providerByHand { return ProviderByHandSteps.assess(provider) }
    guard let release = snapshot.providerRelease else {
      return Assessment(.todo, "the provider's release was not found")
    }
    if let underWay = Assessment.underWay(release, snapshot) { return underWay }
    if release.isBroken, !snapshot.startedSteps.contains(id) {
      return .failed(
        UserMessage("The provider's release \(release.name) is \(release.status)."))
    }
    if release.isPending || release.status == "failed" {
      return Assessment(.todo, "release \(release.name) is \(release.status): an interrupted run")
    }
    let values: ProviderValues
    switch snapshot.providerValues {
    case .known(let text, _):
      do { values = try ProviderValues(parsing: text.reveal()) } catch { return .failed(error) }
    case .unreadable(let problem, _): return .unknown(problem)
    case .absent, .notRead: return .failed(UserMessage("The provider's values were not found."))
    }
    let missing = ProviderSetting.missingAttributes(values)
    var seen = ["ipoperator: \(values.ipOperator.map(String.init) ?? "not set")"]
    seen += Self.attributes.map { name in
      "attribute \(name): \(missing.contains(name) ? "not set" : "true")"
    }
    if values.ipOperator != true {
      return Assessment(.todo, "ipoperator is not on", seen: seen)
    }
    let lacking = ProviderSetting.missingAttributes(values, of: ProviderSetting.required)
    if !lacking.isEmpty {
      return Assessment(
        .todo, "on, without attribute \(lacking.joined(separator: ", "))", seen: seen)
    }
    return inEffect(snapshot, release, seen)
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    try plan(snapshot, settings, for: ProviderSetting.required)
  }

  /// - Parameter wanted: attributes whose lack is reason enough for an upgrade, which sets all.
  func plan(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, for wanted: [String]
  ) throws(UserMessage) -> Plan {
    if let problem = assess(snapshot, settings).problem { throw problem }
    if let provider = snapshot.providerByHand {
      return ProviderByHandSteps.providerPlan(provider, settings)
    }
    guard let release = snapshot.providerRelease, let revision = Int(release.revision),
      let captured = snapshot.providerValues.value
    else {
      throw UserMessage("The provider's release or its values were not read.")
    }
    let helm = Helm(settings.connection)
    let kubectl = Kubectl(settings.connection)
    let values = try ProviderValues(parsing: captured.reveal())
    var plan = Plan(id: id.rawValue, title: "Switch IP leases on at the provider")
    plan.touches = ProviderRestart.touches(snapshot)
    let setName = release.fullName(of: "provider")
    let workload = "statefulset/\(setName)"
    let status = Action.command(kubectl.rolloutStatus(workload, namespace: release.namespace))
    let needsUpgrade = !values.isEnabled(attributes: wanted)
    // The revision before the one that was cut off is the good one.
    let good = release.isBroken ? revision - 1 : revision
    if release.isBroken {
      plan.actions.append(try repairRelease(release, revision, helm))
      plan.note(
        "The release is \(release.status), left by an interrupted run of this console: the last "
          + "revision is brought back first.")
    }
    if needsUpgrade {
      plan.actions.append(.file(try file(values, captured, release, snapshot, settings)))
      plan.actions += PublishedChart.provider.fetched(snapshot, helm)
      plan.actions.append(
        .command(
          helm.upgrade(
            release.name, chart: PublishedChart.provider.name, version: release.chartVersionText,
            namespace: release.namespace, valuesFile: settings.providerFile,
            purpose: "switch IP leases on")))
      plan.undo = undo(
        helm.rollback(
          release.name, to: good, namespace: release.namespace, waits: wasReady(snapshot)),
        values, release, snapshot, kubectl)
      plan.cannotUndo =
        "\(settings.providerFile) keeps ipoperator: true and the attributes; see to it before you "
        + "upgrade the provider with it"
      plan.diff =
        plan.actions.lazy.compactMap { action in
          if case .file(let change) = action { change.diff } else { nil }
        }.first ?? ""
      plan.notes += pricing(values).map(Note.init)
    } else if !plan.changesSomething, let setting = ProviderSetting(snapshot),
      setting.isRestartNeeded, !setting.isRestarting
    {
      plan.title = "Restart the provider, which runs with the old setting"
      plan.actions.append(
        .command(kubectl.rolloutRestart(workload, namespace: release.namespace)))
    }
    plan.actions.append(status)
    plan.actions.append(.wait(ProviderRestart.answers(setName, release, kubectl)))
    return plan
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var result = snapshot.changing(\.akash) { objects in
      for index in objects.statefulSets.indices
      where objects.statefulSets[index].metadata.name
        == snapshot.providerStatefulSet?.metadata.name
      {
        let containers = objects.statefulSets[index].spec?.template?.spec?.containers ?? []
        objects.statefulSets[index].spec?.template?.spec?.containers = containers.map {
          var container = $0
          let others = (container.env ?? []).filter { $0.name != ProviderByHand.variable }
          container.env = others + [Workload.Variable(name: ProviderByHand.variable, value: "true")]
          return container
        }
        objects.statefulSets[index] = objects.statefulSets[index].rolledOut
      }
    }
    result.providerValues = result.providerValues.map { text in
      let edited = try? ProviderValues(parsing: text.reveal()).enabling(attributes: Self.attributes)
      return edited.map { SecretText($0.text) } ?? text
    }
    return result
  }

  // MARK: Assessing

  private func inEffect(_ snapshot: ClusterSnapshot, _ release: Release, _ seen: [String])
    -> Assessment
  {
    guard let setting = ProviderSetting(snapshot), let set = setting.set else {
      return .failed(
        UserMessage("The provider's StatefulSet was not found in \(release.namespace)."))
    }
    guard setting.inSet == "true" || setting.inMap == "true" else {
      return .failed(
        UserMessage(
          "The values say ipoperator: true, but \(ProviderByHand.variable) is \"true\" neither in the "
            + "StatefulSet nor in the ConfigMap.",
          advice: "See helm -n \(release.namespace) get manifest \(release.name)."), seen: seen)
    }
    if setting.isRestartNeeded {
      return Assessment(.todo, "set, but the running pod is older than the change", seen: seen)
    }
    guard set.isRolledOut else {
      return Assessment(.todo, "set, the provider is restarting", seen: seen)
    }
    return Assessment(
      .done, "on since revision \(release.revision), attributes set", seen: seen)
  }

  // MARK: Planning

  private func repairRelease(_ release: Release, _ revision: Int, _ helm: Helm)
    throws(UserMessage) -> Action
  {
    guard revision > 1 else {
      throw UserMessage(
        "The provider's release is \(release.status) at its first revision; there is nothing to "
          + "go back to.",
        advice: "Install the provider anew by its own guide first.")
    }
    return .command(helm.rollback(release.name, to: revision - 1, namespace: release.namespace))
  }

  /// A setting that stands in the ConfigMap only is read at the pod's start. The attributes stand in
  /// a script whose checksum the pod carries: where they change too, helm replaces the pod.
  private func undo(
    _ rollback: Command, _ values: ProviderValues, _ release: Release,
    _ snapshot: ClusterSnapshot, _ kubectl: Kubectl
  ) -> [Action] {
    let workload = "statefulset/\(release.fullName(of: "provider"))"
    let isInSet = ProviderSetting(snapshot)?.inSet != nil
    var undo = [Action.command(rollback)]
    if !isInSet, ProviderSetting.missingAttributes(values).isEmpty {
      undo.append(.command(kubectl.rolloutRestart(workload, namespace: release.namespace)))
    }
    if wasReady(snapshot) {
      undo.append(.command(kubectl.rolloutStatus(workload, namespace: release.namespace)))
    }
    return undo
  }

  /// What was not ready before is not waited for on the way back to it.
  private func wasReady(_ snapshot: ClusterSnapshot) -> Bool {
    snapshot.providerStatefulSet?.isRolledOut == true
  }

  private func file(
    _ values: ProviderValues, _ captured: SecretText, _ release: Release,
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> FileChange {
    let edited = try values.enabling(attributes: Self.attributes)
    return FileChange(
      path: settings.providerFile, contents: SecretText(edited.text), diff: edited.diff,
      expected: try ProviderSetting.expectedFile(values, snapshot, settings),
      capturedBy: Helm(settings.connection).values(
        of: release.name, namespace: release.namespace),
      edits: edited.edits)
  }

  private func pricing(_ values: ProviderValues) -> [String] {
    values.hasPriceScript
      ? [
        "Your own price script stays; see that it asks for ip_lease_quantity, or an address "
          + "costs nothing."
      ]
      : [
        "No price script is set: the chart's scale decides the price of an address "
          + "(bidpriceipscale, 60 unless set)."
      ]
  }
}
