import Basics
import Execution

extension FactName {
  /// MetalLB's pools and what goes with them as its objects say it whole, as YAML. May hold
  /// passwords. `absent` where a kind is not there.
  package static let metallbConfiguration = FactName("metallbConfiguration")
}

extension ClusterSnapshot {
  package var metallbConfiguration: Fact<SecretText> {
    get { self[.metallbConfiguration] }
    set { self[.metallbConfiguration] = newValue }
  }
}

extension FactDefinition {
  static let metallbConfiguration = FactDefinition.asked(
    .metallbConfiguration, near: [.pools]
  ) { snapshot in
    let command = Kubectl(snapshot.connection).manifests(
      [
        "ipaddresspools", "l2advertisements", "bgpadvertisements", "bgppeers", "bfdprofiles",
        "communities",
      ], namespace: ConsoleSettings.metallbNamespace,
      purpose: "read MetalLB's configuration whole")
    return .text(.tool(command), to: .metallbConfiguration) { SecretText($0) }
  }
}
