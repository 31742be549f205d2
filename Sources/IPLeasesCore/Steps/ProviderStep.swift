import Basics
import Cluster
import Execution
import Foundation

/// The provider is told to lease addresses, and to say so on chain.
package struct ProviderStep: Step {
  package let id = StepID.provider
  package let title = "Provider switch-on"
  package let why = """
    Switched on, the provider waits for the IP operator at its start and offers the addresses. \
    The setting and both attributes go into one helm upgrade, pinned to the chart that is \
    installed, so that the provider restarts once and nothing else of it changes.
    """
  package let guide = GuidePassage(
    says: "Captures the values to provider.yaml, adds ipoperator: true and the attribute "
      + "ip-lease: true, runs helm upgrade without a version, then installs the operator.",
    differs: "The upgrade is pinned: without --version helm would jump to the newest chart. The "
      + "operator is there before. feat-endpoint-ip is added, which the Akash Console looks for. "
      + "provider.yaml is written for you alone (0600), because it holds the key.")
  package let dependsOn: [StepID] = [.capacity, .strictARP]
  package let needs: Set<FactName> = [.releases, .akash, .providerValues]
  package let planNeeds: Set<FactName> = [.providerFile, .repositories, .providerStatus]

  /// The guide's attribute and the one of the Akash Console's schema
  /// (console: config/provider-attributes.json).
  package static let attributes = ["feat-endpoint-ip", "ip-lease"]

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.releases.problem ?? snapshot.akash.problem {
      return .unknown(problem)
    }
    if let provider = snapshot.providerByHand { return ProviderByHandSteps.assess(provider) }
    guard let release = snapshot.providerRelease else {
      return Assessment(.todo, "the provider's release was not found")
    }
    if let underWay = snapshot.underWay(release, of: id) { return underWay }
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
    let missing = missingAttributes(values)
    var seen = ["ipoperator: \(values.ipOperator.map(String.init) ?? "not set")"]
    seen += Self.attributes.map { name in
      "attribute \(name): \(missing.contains(name) ? "not set" : "true")"
    }
    if values.ipOperator != true {
      return Assessment(.todo, "ipoperator is not on", seen: seen)
    }
    if !missing.isEmpty {
      return Assessment(
        .todo, "on, without attribute \(missing.joined(separator: ", "))", seen: seen)
    }
    return inEffect(snapshot, release, seen)
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
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
    plan.touches = touches(snapshot)
    let setName = release.fullName(of: "provider")
    let workload = "statefulset/\(setName)"
    let status = Action.command(kubectl.rolloutStatus(workload, namespace: release.namespace))
    let needsUpgrade = values.ipOperator != true || !missingAttributes(values).isEmpty
    // The revision before the one that was cut off is the good one.
    let good = release.isBroken ? revision - 1 : revision
    if release.isBroken {
      plan.actions.append(try repairRelease(release, revision, helm))
      plan.notes.append(
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
      plan.notes += pricing(values)
    } else if !plan.changesSomething, isRestartNeeded(snapshot, release),
      !isRestarting(snapshot, release)
    {
      plan.title = "Restart the provider, which runs with the old setting"
      plan.actions.append(
        .command(kubectl.rolloutRestart(workload, namespace: release.namespace)))
    }
    plan.actions.append(status)
    plan.actions.append(.wait(answers(setName, release, kubectl)))
    return plan
  }

  // MARK: Assessing

  func missingAttributes(_ values: ProviderValues) -> [String] {
    Self.attributes.filter { name in
      !values.attributes.contains { $0.key == name && $0.value == "true" }
    }
  }

  private func inEffect(_ snapshot: ClusterSnapshot, _ release: Release, _ seen: [String])
    -> Assessment
  {
    guard let set = snapshot.providerStatefulSet else {
      return .failed(
        UserMessage("The provider's StatefulSet was not found in \(release.namespace)."))
    }
    guard variableInSet(set) == "true" || variableInMap(snapshot, release) == "true" else {
      return .failed(
        UserMessage(
          "The values say ipoperator: true, but \(ProviderByHand.variable) is \"true\" neither in the "
            + "StatefulSet nor in the ConfigMap.",
          advice: "See helm -n \(release.namespace) get manifest \(release.name)."), seen: seen)
    }
    if isRestartNeeded(snapshot, release) {
      return Assessment(.todo, "set, but the running pod is older than the change", seen: seen)
    }
    guard set.isRolledOut else {
      return Assessment(.todo, "set, the provider is restarting", seen: seen)
    }
    return Assessment(
      .done, "on since revision \(release.revision), attributes set", seen: seen)
  }

  func variableInSet(_ set: Workload) -> String? {
    let containers = set.spec?.template?.spec?.containers ?? []
    return containers.lazy.flatMap { $0.env ?? [] }.first { $0.name == ProviderByHand.variable }?
      .value
  }

  func variableInMap(_ snapshot: ClusterSnapshot, _ release: Release) -> String? {
    settingMap(snapshot, release)?.data?[ProviderByHand.variable]
  }

  /// Where the setting lives in the ConfigMap only, a change of it alone does not replace the pod
  /// (helm-charts: charts/akash-provider/templates/statefulset.yaml@11.6.4).
  func isRestartNeeded(_ snapshot: ClusterSnapshot, _ release: Release) -> Bool {
    guard let set = snapshot.providerStatefulSet, variableInSet(set) == nil,
      let started = snapshot.providerPod?.status?.startTime,
      let changed = settingChangedAt(snapshot, release)
    else { return false }
    // Pod times are whole seconds, helm's are not.
    return started.addingTimeInterval(1) < changed
  }

  /// When the ConfigMap of the setting was changed last. A new revision of the release that leaves
  /// it as it was does not count; the revision's time stands in where the server keeps none.
  func settingChangedAt(_ snapshot: ClusterSnapshot, _ release: Release) -> Date? {
    settingMap(snapshot, release)?.metadata.changedAt ?? release.updatedAt
  }

  private func settingMap(_ snapshot: ClusterSnapshot, _ release: Release) -> ConfigMap? {
    let name = "\(release.fullName(of: "provider"))-main"
    return snapshot.akash.value?.configMaps.first { $0.metadata.name == name }
  }

  private func isRestarting(_ snapshot: ClusterSnapshot, _ release: Release) -> Bool {
    guard let changed = settingChangedAt(snapshot, release) else { return false }
    return snapshot.providerStatefulSet?.isRestarting(since: changed) == true
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
    let isInSet = snapshot.providerStatefulSet.flatMap(variableInSet) != nil
    var undo = [Action.command(rollback)]
    if !isInSet, missingAttributes(values).isEmpty {
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
      expected: try Self.expectedFile(values, snapshot, settings),
      capturedBy: Helm(settings.connection).values(
        of: release.name, namespace: release.namespace),
      edits: edited.edits)
  }

  /// What may be overwritten: nothing, or what was captured here before.
  static func expectedFile(
    _ values: ProviderValues, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> SecretText? {
    switch snapshot.providerFile {
    case .known(let text, _):
      if values.matchesCapture(text.reveal(), attributes: attributes) { return text }
      throw UserMessage(
        "\(settings.providerFile) is there already and differs from the values of the running "
          + "provider; it is not overwritten.",
        advice: "Move it away, or name another file: --provider-file FILE.")
    case .unreadable(let problem, _): throw problem
    case .absent, .notRead: return nil
    }
  }

  func answers(_ setName: String, _ release: Release, _ kubectl: Kubectl) -> Wait {
    let path = ClusterRead.proxyPath("https:\(setName):8443", release.namespace, "status")
    return Wait(
      until: "the provider answers /status on 8443",
      probe: kubectl.raw(path, purpose: "ask the provider for its status"),
      passes: .prints("\"cluster\""), limit: .seconds(300), interval: .seconds(3))
  }

  func touches(_ snapshot: ClusterSnapshot) -> [String] {
    let leases =
      snapshot.providerStatus.value?.leases.map {
        "; \($0) active lease(s) are "
          + "re-attached, their workloads go on"
      } ?? ""
    return ["the provider restarts once: no bids for about a minute\(leases)"]
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
