import Basics

extension FactName {
  /// The values of MetalLB's release, as YAML. May hold secrets. `absent` where it has none.
  package static let metallbValues = FactName("metallbValues")
}

extension ClusterSnapshot {
  package var metallbValues: Fact<SecretText> {
    get { self[.metallbValues] }
    set { self[.metallbValues] = newValue }
  }
}

extension FactDefinition {
  static let metallbValues: FactDefinition = {
    var definition = asked(
      .metallbValues, cost: 8, near: [.releases], calm: nil,
      [
        Question(after: [.releases]) { snapshot, _ in
          guard let release = snapshot.metallbRelease else { return [] }
          return [
            .text(
              .values(release: release.name, namespace: release.namespace), to: .metallbValues
            ) { SecretText($0) }
          ]
        }
      ])
    definition.isOnDemand = true
    return definition
  }()
}
