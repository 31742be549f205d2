import Basics
import Cluster
import Execution

/// The namespace of MetalLB with its Pod Security labels, before MetalLB is installed.
package struct NamespaceStep: Step {
  package let id = StepID.namespace
  package let title = "Namespace"
  package let why = """
    MetalLB's speakers use the host's network. Where Pod Security is enforced, their pods are \
    refused unless the namespace says privileged; so the labels come before MetalLB.
    """
  package let guide = GuidePassage(
    says: "Creates metallb-system; asks for the labels enforce, audit and warn = privileged "
      + "without giving a command.",
    differs: "The labels are set before MetalLB is installed, not after: otherwise the speakers' "
      + "pods are refused first and come later.")
  package let dependsOn: [StepID] = [.preflight]
  package let needs: Set<FactName> = [.cluster]

  private static let name = ConsoleSettings.metallbNamespace
  /// Kubernetes: Pod Security Admission labels.
  static let labels = ["enforce", "audit", "warn"].map {
    "pod-security.kubernetes.io/\($0)"
  }

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.cluster.problem { return .unknown(problem) }
    guard let namespace = snapshot.cluster.value?.namespace(Self.name) else {
      return Assessment(.todo, "there is no namespace \(Self.name)")
    }
    if namespace.isTerminating {
      return .failed(
        UserMessage(
          "The namespace \(Self.name) is being deleted.",
          advice: "Wait until it is gone; kubectl get namespace \(Self.name) -o yaml shows what it "
            + "waits for."))
    }
    let missing = missingLabels(of: namespace)
    if missing.isEmpty { return Assessment(.done, "found, labels privileged") }
    return Assessment(
      .todo, "found, \(missing.count) of 3 Pod Security labels are not privileged",
      seen: missing.map { "\($0) = \(namespace.metadata.label($0) ?? "(not set)")" })
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    let assessment = assess(snapshot, settings)
    if let problem = assessment.problem { throw problem }
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(id: id.rawValue, title: "Make \(Self.name) ready for MetalLB")
    let namespace = snapshot.cluster.value?.namespace(Self.name)
    let missing = namespace.map(missingLabels) ?? Self.labels
    if namespace == nil {
      plan.actions.append(.command(kubectl.createNamespace(Self.name)))
      plan.undo.append(.command(kubectl.deleteNamespace(Self.name)))
      plan.notes.append("The way back deletes the namespace with all that is in it then.")
    } else if !missing.isEmpty {
      let before = missing.map { (key: $0, value: namespace?.metadata.label($0)) }
      plan.undo.append(.command(kubectl.labelNamespace(Self.name, labels: before)))
    }
    if !missing.isEmpty {
      let labels = missing.map { (key: $0, value: Optional("privileged")) }
      plan.actions.append(.command(kubectl.labelNamespace(Self.name, labels: labels)))
    }
    return plan
  }

  func missingLabels(of namespace: Namespace) -> [String] {
    Self.labels.filter { namespace.metadata.label($0) != "privileged" }
  }
}
