import Cluster
import Execution

/// What the steps say and wait for where Helm does not manage the provider: nothing is changed.
enum ProviderByHandSteps {
  private static let namespace = ConsoleSettings.akashNamespace
  /// Whoever keeps the manifests needs a while.
  private static let patience = Duration.seconds(3_600)

  static func operatorPlan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Plan {
    var plan = Plan(
      id: StepID.ipOperator.rawValue, title: "Wait until the IP operator runs, by your manifests")
    let address = ProviderAddress.find(snapshot, settings) ?? "akash1…"
    plan.notes = [
      "Helm does not manage this provider, so nothing is changed here.",
      "Run the operator in \(namespace) as Deployment operator-ip with Service operator-ip, port "
        + "rest 8080: provider-services operator ip --provider \(address)",
      "Up to provider 0.4 its name was akash-ip-operator, port api 8086, and the command "
        + "provider-services ip-operator --provider \(address)",
      "It needs AP_K8S_MANIFEST_NS=lease and the right to read ProviderLeasedIPs and to change "
        + "Services; the chart akash-ip-operator shows both.",
    ].map { Note($0) }
    plan.actions = [
      .wait(
        Wait(
          until: "a Deployment operator-ip is ready",
          probe: Kubectl(settings.connection).field(
            ".status.readyReplicas", of: "deployment", "operator-ip", namespace: namespace,
            purpose: "look for the IP operator"),
          passes: .prints("1"), limit: patience, interval: .seconds(5)))
    ]
    return plan
  }

  static func assess(_ provider: ProviderByHand) -> Assessment {
    let name = provider.reference
    var seen = [
      "Helm does not manage it: its attributes feat-endpoint-ip, ip-lease and "
        + "capabilities/ip-lease are yours to set on chain (provider-services tx provider update)"
    ]
    if let source = provider.setting?.source {
      seen.append(
        "\(ProviderByHand.variable) comes from ConfigMap \(source.configMap), which a pod reads at its "
          + "start only: restart the provider after a change of it")
    }
    guard provider.ipOperator == true else {
      let now = provider.ipOperator == nil ? "not set" : "off"
      return Assessment(.todo, "\(name): \(ProviderByHand.variable) is \(now)", seen: seen)
    }
    guard provider.workload.isRolledOut else {
      return Assessment(.todo, "\(name): on, the provider is restarting", seen: seen)
    }
    return Assessment(.done, "\(name) runs with IP leases on, by its own manifests", seen: seen)
  }

  static func providerPlan(_ provider: ProviderByHand, _ settings: ConsoleSettings) -> Plan {
    var plan = Plan(
      id: StepID.provider.rawValue, title: "Wait until the provider has IP leases on")
    plan.notes = [
      "Helm does not manage this provider, so nothing is changed here.",
      "Set \(ProviderByHand.variable)=true in the environment of \(provider.reference), or give "
        + "provider-services run the flag --ip-operator=true; it restarts then.",
      "Add the attributes feat-endpoint-ip=true, ip-lease=true and capabilities/ip-lease=true to "
        + "its provider.yaml and bring them on chain: provider-services tx provider update provider.yaml",
    ].map { Note($0) }
    let kubectl = Kubectl(settings.connection)
    plan.actions = [
      .wait(
        Wait(
          until: "\(provider.reference) has IP leases on",
          probe: probe(provider, kubectl),
          passes: .printsAny([
            #""name":"\#(ProviderByHand.variable)","value":"true""#, "--ip-operator=true",
            "\(ProviderByHand.variable)=true", "\(mapMark)true",
          ]),
          limit: patience, interval: .seconds(5))),
      .command(kubectl.rolloutStatus(provider.reference, namespace: namespace)),
    ]
    return plan
  }

  private static let mapMark = "in the ConfigMap: "

  /// Prints the containers and, where the setting comes from a ConfigMap, what it says there.
  private static func probe(_ provider: ProviderByHand, _ kubectl: Kubectl) -> Command {
    let containers = ".spec.template.spec.containers"
    let purpose = "look for the setting"
    guard let source = provider.setting?.source else {
      return kubectl.field(
        containers, of: provider.kind, provider.workload.metadata.name, namespace: namespace,
        purpose: purpose)
    }
    let key = source.key.replacing(".", with: "\\.")
    return kubectl.fields(
      "{.items[*]\(containers)}{\"\\n\(mapMark)\"}{.items[*].data['\(key)']}",
      of: [provider.reference, "configmap/\(source.configMap)"], namespace: namespace,
      purpose: purpose)
  }
}
