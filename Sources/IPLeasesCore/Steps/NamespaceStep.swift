import Basics
import Cluster
import Execution

extension StepID {
  package static let namespace = StepID("namespace")
}

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

  package let checkGroups: [CheckGroup] = [.metallb]
  /// Its checks stand in a group with those of MetalLB, which waits for it.
  package let standsFirstInGroup = true

  private static let name = ConsoleSettings.metallbNamespace

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.cluster.problem { return .unknown(problem) }
    guard let security = PodSecurity(snapshot) else {
      return Assessment(.todo, "there is no namespace \(Self.name)")
    }
    let namespace = security.namespace
    if namespace.isTerminating {
      return .failed(
        UserMessage(
          "The namespace \(Self.name) is being deleted.",
          advice: "Wait until it is gone; kubectl get namespace \(Self.name) -o yaml shows what it "
            + "waits for."))
    }
    let missing = security.missing
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
    let security = PodSecurity(snapshot)
    let missing = security?.missing ?? PodSecurity.labels
    if security == nil {
      plan.actions.append(.command(kubectl.createNamespace(Self.name)))
      plan.undo.append(.command(kubectl.deleteNamespace(Self.name)))
      plan.note("The way back deletes the namespace with all that is in it then.")
    } else if !missing.isEmpty {
      let before = missing.map { (key: $0, value: security?.namespace.metadata.label($0)) }
      plan.undo.append(.command(kubectl.labelNamespace(Self.name, labels: before)))
    }
    if !missing.isEmpty {
      let labels = missing.map { (key: $0, value: Optional(PodSecurity.wanted)) }
      plan.actions.append(.command(kubectl.labelNamespace(Self.name, labels: labels)))
    }
    return plan
  }

  /// The namespace goes last, whoever filled it.
  package func refuseWayBack(_ snapshot: ClusterSnapshot) throws(UserMessage) {
    if let problem = snapshot.metallb.problem ?? snapshot.releases.problem { throw problem }
    let holdsRelease = snapshot.releases.value?.contains { $0.namespace == Self.name }
    guard snapshot.metallbInstallation != nil || holdsRelease == true else { return }
    throw UserMessage(
      "MetalLB is still in \(Self.name); the namespace would take it along.",
      advice: "\(own: "rollback metallb") first, or remove it by the way it was installed.")
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    snapshot.changing(\.cluster) { cluster in
      cluster.namespaces.removeAll { $0.metadata.name == Self.name }
      let labels = Dictionary(
        uniqueKeysWithValues: PodSecurity.labels.map { ($0, PodSecurity.wanted) })
      cluster.namespaces.append(
        Namespace(
          metadata: ObjectMeta(name: Self.name, labels: labels),
          status: Namespace.Status(phase: "Active")))
    }
  }
}
