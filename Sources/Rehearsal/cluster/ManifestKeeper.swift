import Basics
import Execution

/// Whoever keeps the manifests of scenario no-helm: a moment after the console has begun to wait for it,
/// they lay down the operator, then switch the provider on.
struct ManifestKeeper: ClusterPart {
  var state: RehearsalState

  private static let namespace = Names.akash
  private static let provider = ObjectKey("statefulsets", namespace, "akash-provider")
  private static let pause = 20.0

  /// They act on what the console waits for, so on the question it asks meanwhile.
  mutating func hear(_ command: Command) {
    guard state.scenario == .noHelm, state.keeperActsAt == nil, command.tool == .kubectl,
      !command.changes,
      command.arguments.contains(where: { $0.hasPrefix("jsonpath=") })
    else { return }
    let isAsked = { (name: String) in command.arguments.contains(name) }
    if isOperatorWanted && isAsked("operator-ip") || isSwitchWanted && isAsked("akash-provider") {
      state.keeperActsAt = state.time + Self.pause
    }
  }

  mutating func settle() -> Bool {
    guard let due = state.keeperActsAt, due <= state.time else { return false }
    state.keeperActsAt = nil
    guard isOperatorWanted || isSwitchWanted else { return false }
    if isOperatorWanted { layOperator() } else { switchOn() }
    return true
  }

  private var isOperatorWanted: Bool {
    state.object("deployments", Self.namespace, "operator-ip") == nil
      && state.object("services", Names.metallb, "controller") != nil
      && state.object("ipaddresspools", Names.metallb, Names.pool) != nil
  }

  private var isSwitchWanted: Bool {
    state.pods.values.contains { $0.ipOperator?.isOpen ?? false }
      && state.object(Self.provider).map { $0 != switched($0) } ?? false
  }

  private mutating func layOperator() {
    let chart = ChartReference(name: "akash-ip-operator", version: "19.0.2")
    let values: JSONValue = ["provider_address": .string(Names.providerAddress)]
    for object in Charts.render(
      chart, values, release: chart.name, namespace: Self.namespace)
    {
      guard let kind = ResourceKind.of(object) else { continue }
      state.create(object, kind, manager: "kubectl-client-side-apply")
    }
  }

  private mutating func switchOn() {
    guard let set = state.object(Self.provider) else { return }
    _ = state.update(Self.provider, to: switched(set), manager: "kubectl-client-side-apply")
  }

  private func switched(_ set: JSONValue) -> JSONValue {
    var set = set
    set["spec"]["template"]["spec"]["containers"] = .array(
      set["spec"]["template"]["spec"]["containers"].items.map { container in
        var container = container
        container["env"] = .array(
          container["env"].items.map { variable in
            variable["name"].text == "AKASH_IP_OPERATOR"
              ? ["name": "AKASH_IP_OPERATOR", "value": "true"] : variable
          })
        return container
      })
    return set
  }
}
