/// A provider that Helm does not manage: it is looked at, and never changed.
package struct ProviderByHand: Hashable, Sendable {
  package var workload: Workload
  /// "statefulset" or "deployment".
  package var kind: String
  package var pods: [Pod]

  package var reference: String { "\(kind)/\(workload.metadata.name)" }

  private var containers: [Workload.Container] { workload.spec?.template?.spec?.containers ?? [] }

  /// What its template says of IP leases; nil where it says nothing. The flag wins, as at the
  /// provider itself (provider: cmd/provider-services, viper binds flags before the environment).
  package var ipOperator: Bool? {
    let given: [String] = containers.flatMap { $0.args ?? [] }
    // A shell's line holds several.
    let arguments: [String] = given.flatMap { $0.split(separator: " ").map(String.init) }
    if let flag = arguments.last(where: { $0.hasPrefix("--ip-operator") }) {
      return flag == "--ip-operator=true" || flag == "--ip-operator"
    }
    let variables: [Workload.Variable] = containers.flatMap { $0.env ?? [] }
    return variables.last { $0.name == ProviderStep.variable }?.value.map { $0 == "true" }
  }
}

extension ClusterSnapshot {
  /// nil where Helm manages the provider, or there is none.
  package var providerByHand: ProviderByHand? {
    guard releases.value != nil, providerReleases.isEmpty, let objects = akash.value else {
      return nil
    }
    func isProvider(_ workload: Workload) -> Bool {
      let name = workload.metadata.name
      return name.contains("provider") && !name.contains("operator")
    }
    let set = objects.statefulSets.first(where: isProvider)
    guard let workload = set ?? objects.deployments.first(where: isProvider) else { return nil }
    let labels = workload.spec?.selector?.matchLabels ?? [:]
    return ProviderByHand(
      workload: workload, kind: set == nil ? "deployment" : "statefulset",
      pods: labels.isEmpty ? [] : objects.pods(matching: labels))
  }
}
