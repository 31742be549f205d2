import Basics
import Cluster
import Execution

extension StepID {
  package static let preflight = StepID("preflight")
}

/// Before anything is changed: the tools, the access, the provider and the input.
package struct PreflightStep: Step {
  package let id = StepID.preflight
  package let title = "Preflight"
  package let why = """
    Everything after this changes a cluster that earns money. So first: do kubectl and helm \
    answer, may this user do all that is needed, is there exactly one provider that Helm manages, \
    and is what was given (pool ranges, provider address) right?
    """
  package let guide = GuidePassage(
    says: "A provider built by Helm and free public addresses are taken for granted.",
    differs: "They are looked at, because a wrong assumption shows only when bidding stops.")
  package let dependsOn: [StepID] = []
  package let needs: Set<FactName> = [
    .cluster, .releases, .akash, .pools, .providerValues, .providerFile, .kubeProxy,
  ]
  package let planNeeds: Set<FactName> = [.permissions, .versions]
  package let checkGroups: [CheckGroup] = [.tools, .provider]

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.cluster.problem ?? snapshot.releases.problem {
      return .unknown(problem)
    }
    guard let cluster = snapshot.cluster.value, snapshot.releases.value != nil else {
      return .unknown(UserMessage("The cluster was not read."))
    }
    if snapshot.permissions.value == false { return .failed(Self.notAdmin) }
    if let problem = providerProblem(snapshot) { return .failed(problem) }
    if let problem = inputProblem(snapshot, settings) ?? valuesProblem(snapshot, settings) {
      return .failed(problem)
    }
    if let provider = snapshot.providerByHand {
      return Assessment(
        .done, "\(provider.reference), by manifests: Helm does not manage it",
        seen: seen(cluster, nil, snapshot, settings))
    }
    guard let release = snapshot.providerRelease else {
      return .unknown(UserMessage("The Helm releases were not read."))
    }
    return Assessment(
      .done,
      "provider \(release.name), chart \(release.chartVersionText), in \(release.namespace)"
        + (snapshot.kubeProxy.value?.serviceLB == nil ? "" : "; k3s' ServiceLB is on"),
      seen: seen(cluster, release, snapshot, settings))
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    return Plan(id: id.rawValue, title: title)
  }

  // MARK: What is in the way

  private static let notAdmin = UserMessage(
    "This user may not do everything that is needed (kubectl auth can-i '*' '*' -A says no).",
    advice: "Use the kubeconfig of a cluster administrator.")

  private func providerProblem(_ snapshot: ClusterSnapshot) -> UserMessage? {
    let found = snapshot.providerReleases
    if found.count > 1 {
      let names = found.map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
      return UserMessage(
        "There are \(found.count) provider releases: \(names).",
        advice: "Give the kubeconfig of the cluster with the one provider, or remove the other.")
    }
    guard let release = found.first else {
      return snapshot.providerByHand == nil ? Self.noProvider : nil
    }
    let pending = PendingRelease(release, snapshot)
    if let problem = pending?.wait(for: release) { return problem }
    // What an interrupted run of ours left is put right by its own step.
    if snapshot.startedSteps.contains(.provider) { return nil }
    if release.isPending {
      return UserMessage(
        "The provider's release \(release.name) is \(release.status): a helm run goes on, or one "
          + "was interrupted.",
        advice: "If none runs: helm -n \(release.namespace) history \(release.name), then "
          + "helm -n \(release.namespace) rollback \(release.name) to the last deployed revision.")
    }
    if release.status == "failed" {
      return UserMessage(
        "The last change of the provider's release \(release.name) failed.",
        advice: "See helm -n \(release.namespace) history \(release.name); bring back the last "
          + "deployed revision with helm rollback, then go on here.")
    }
    return nil
  }

  private static let noProvider = UserMessage(
    "No provider was found: there is no Helm release of the chart \"provider\".",
    advice: "Is this the right cluster? See helm list -A; give --context or --kubeconfig.")

  private func inputProblem(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> UserMessage?
  {
    if let address = settings.providerAddress {
      do { _ = try AkashAddress(parsing: address) } catch { return error }
    }
    if let problem = MetalLBVersionRule.problem(with: settings.metallbVersion) { return problem }
    let isPoolThere = snapshot.pools.value?.pool(ConsoleSettings.poolName) != nil
    guard !settings.poolRanges.isEmpty, !isPoolThere else { return nil }
    let problems = PoolProblems.find(
      in: settings.poolRanges, context: snapshot.poolContext(for: ConsoleSettings.poolName))
    guard let error = problems.first(where: { $0.severity == .error }) else { return nil }
    return UserMessage(
      "The pool cannot be made: \(error.message)",
      advice: error.fix ?? "Give other ranges by --pool.")
  }

  /// The values that the last but one step will edit: told now, not when half is done.
  private func valuesProblem(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> UserMessage?
  {
    guard let text = snapshot.providerValues.value else { return nil }
    do {
      let values = try ProviderValues(parsing: text.reveal())
      if values.isEnabled(attributes: ProviderSetting.required) { return nil }
      _ = try values.enabling(attributes: ProviderSetting.attributes)
      _ = try ProviderSetting.expectedFile(values, snapshot, settings)
      return nil
    } catch {
      return error
    }
  }

  // MARK: What is told

  private func seen(
    _ cluster: ClusterObjects, _ release: Release?, _ snapshot: ClusterSnapshot,
    _ settings: ConsoleSettings
  ) -> [String] {
    var seen = ["\(cluster.nodes.count) node(s)"]
    let kubelets = Set(cluster.nodes.compactMap { $0.status?.nodeInfo?.kubeletVersion }).sorted()
    if !kubelets.isEmpty { seen.append("Kubernetes \(kubelets.joined(separator: ", "))") }
    if kubelets.contains(where: { Version($0).map { $0 < Version(1, 21, 0) } ?? false }) {
      seen.append("warning: MetalLB 0.14 wants Kubernetes 1.21 or newer")
    }
    if let versions = snapshot.versions.value { seen.append("kubectl \(versions.client)") }
    if let release {
      seen.append(
        "provider release \(release.namespace)/\(release.name), revision \(release.revision)")
    } else {
      seen.append("the provider and its operators are told what to set, and changed by you")
    }
    if snapshot.permissions.value == true { seen.append("this user may do everything") }
    let isPoolThere = snapshot.pools.value?.pool(ConsoleSettings.poolName) != nil
    if settings.poolRanges.isEmpty && !isPoolThere {
      seen.append("no ranges for the pool were given yet: --pool RANGE")
    }
    return seen + ServiceProxyElsewhere(snapshot).warnings.map { $0.line() }
  }
}
