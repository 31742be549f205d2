extension FactName {
  /// The provider's 8443 `/version`, which answers also while `/status` hangs.
  package static let providerVersion = FactName("providerVersion")
}

extension ClusterSnapshot {
  package var providerVersion: Fact<String> {
    get { self[.providerVersion] }
    set { self[.providerVersion] = newValue }
  }
}

extension FactDefinition {
  static let providerVersion: FactDefinition = {
    var definition = asked(
      .providerVersion, near: [.providerStatus],
      [Question(after: [.providerStatus, .releases]) { snapshot, _ in version(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// Only a provider whose `/status` keeps quiet is asked this too.
  private static func version(_ snapshot: ClusterSnapshot) -> [Read] {
    guard snapshot.providerStatus.value == nil, let release = snapshot.providerRelease else {
      return []
    }
    let path = ClusterRead.proxyPath(
      "https:\(release.fullName(of: "provider")):8443", release.namespace, "version")
    return [
      .text(.endpoint(path, purpose: "ask the provider for its version"), to: .providerVersion) {
        $0
      }
    ]
  }
}
