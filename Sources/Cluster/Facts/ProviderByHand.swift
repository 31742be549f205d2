/// A provider that Helm does not manage: it is looked at, and never changed.
package struct ProviderByHand: Hashable, Sendable {
  package var workload: Workload
  /// "statefulset" or "deployment".
  package var kind: String
  package var pods: [Pod]
  /// Those of its namespace.
  package var configMaps: [ConfigMap] = []

  /// By which the provider is told to lease addresses, however it was installed.
  package static let variable = "AKASH_IP_OPERATOR"

  package var reference: String { "\(kind)/\(workload.metadata.name)" }

  private var containers: [Workload.Container] { workload.spec?.template?.spec?.containers ?? [] }

  /// Whether IP leases are on, and where that is said.
  package struct Setting: Hashable, Sendable {
    package var isOn: Bool
    /// nil where the template itself says it.
    package var source: Source?
  }

  /// One key of a ConfigMap.
  package struct Source: Hashable, Sendable {
    package var configMap: String
    package var key: String
  }

  package var ipOperator: Bool? { setting?.isOn }

  /// What is said of IP leases; nil where nothing is. The command line is taken before the
  /// environment.
  package var setting: Setting? {
    containers.lazy.compactMap(byCommandLine).last
      ?? containers.lazy.compactMap(byVariable).last ?? containers.lazy.compactMap(byMap).last
  }

  private func byCommandLine(_ container: Workload.Container) -> Setting? {
    // A shell's line holds several words, and what it exports counts too.
    let words = ((container.command ?? []) + (container.args ?? []))
      .flatMap { $0.split(whereSeparator: \.isWhitespace) }
      .map { $0.filter { !"\"';".contains($0) } }
    let names = ["--ip-operator", Self.variable]
    let said = words.last { word in
      word == names[0] || names.contains { word.hasPrefix("\($0)=") }
    }
    return said.map { Setting(isOn: $0 == names[0] || $0.hasSuffix("=true")) }
  }

  private func byVariable(_ container: Workload.Container) -> Setting? {
    guard let variable = container.env?.last(where: { $0.name == Self.variable }) else {
      return nil
    }
    if let reference = variable.valueFrom?.configMapKeyRef {
      return setting(in: reference.name, reference.key)
    }
    return variable.value.map { Setting(isOn: $0 == "true") }
  }

  private func byMap(_ container: Workload.Container) -> Setting? {
    container.envFrom?.lazy.compactMap { source in
      let prefix = source.prefix ?? ""
      guard Self.variable.hasPrefix(prefix) else { return nil }
      return setting(
        in: source.configMapRef?.name, String(Self.variable.dropFirst(prefix.count)))
    }.last
  }

  private func setting(in name: String?, _ key: String) -> Setting? {
    guard let name, let map = configMaps.first(where: { $0.metadata.name == name }),
      let value = map.data?[key]
    else { return nil }
    return Setting(isOn: value == "true", source: Source(configMap: name, key: key))
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
      pods: labels.isEmpty ? [] : objects.pods(matching: labels),
      configMaps: objects.configMaps)
  }
}
