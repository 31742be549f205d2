import Basics

extension FactName {
  /// The values of the provider's release, as YAML. Secret. `absent` where it has none.
  package static let providerValues = FactName("providerValues")
}

extension ClusterSnapshot {
  package var providerValues: Fact<SecretText> {
    get { self[.providerValues] }
    set { self[.providerValues] = newValue }
  }
}

extension FactDefinition {
  static let providerValues = FactDefinition.asked(
    .providerValues, cost: 8, near: [.releases], calm: nil,
    [
      Question { _, _ in
        [values(of: "akash-provider", ConsoleSettings.akashNamespace)]
      },
      Question(after: [.providerValues, .releases]) { snapshot, _ in
        snapshot.unusualProvider.map { [values(of: $0.name, $0.namespace)] } ?? []
      },
    ])

  private static func values(of release: String, _ namespace: String) -> Read {
    .text(.values(release: release, namespace: namespace), to: .providerValues) { SecretText($0) }
  }
}
