import Basics
import Cluster
import Execution

/// The Service by which the IP operator finds MetalLB's metrics.
package struct MetricsServiceStep: Step {
  package let id = StepID.metricsService
  package let title = "Metrics Service"
  package let why = """
    The IP operator asks DNS for the port named "monitoring" of Service controller in \
    metallb-system, once in its life. So the Service must be there, and answer, before the \
    operator starts.
    """
  package let guide = GuidePassage(
    says: "kubectl expose deployment metallb-controller as controller with port monitoring 7472.",
    differs: nil)
  package let dependsOn: [StepID] = [.metallb]
  package let needs: Set<FactName> = [.cluster, .metallb]

  static let namespace = ConsoleSettings.metallbNamespace
  static let service = "controller"
  static let portName = "monitoring"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.cluster.problem ?? snapshot.metallb.problem {
      return .unknown(problem)
    }
    guard let service = snapshot.cluster.value?.service(Self.service, in: Self.namespace) else {
      return Assessment(.todo, "there is no Service \(Self.service)")
    }
    let wrong = faults(of: service, snapshot)
    guard wrong.isEmpty else {
      return Assessment(.todo, "Service \(Self.service) is wrong: \(wrong[0])", seen: wrong)
    }
    let ready = snapshot.metallb.value?.readyEndpoints(of: Self.service) ?? 0
    let port = service.spec?.ports?.first { $0.name == Self.portName }?.port ?? 0
    guard ready > 0 else {
      return Assessment(.todo, "Service \(Self.service):\(port), no endpoint is ready yet")
    }
    return Assessment(.done, "Service \(Self.service):\(port), \(ready) endpoint(s)")
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    guard let metallb = snapshot.metallbInstallation else {
      throw UserMessage("MetalLB's controller was not found.", advice: "Install MetalLB first.")
    }
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(id: id.rawValue, title: "Expose MetalLB's metrics")
    let port = metallb.metricsPort?.containerPort ?? 7472
    if let service = snapshot.cluster.value?.service(Self.service, in: Self.namespace) {
      if !faults(of: service, snapshot).isEmpty {
        plan.title = "Put Service \(Self.service) right"
        repair(service, metallb, port, kubectl, &plan)
      }
    } else {
      let overrides =
        #"{"spec":{"ports":[{"protocol":"TCP","name":"monitoring","#
        + #""port":\#(port),"targetPort":\#(port)}]}}"#
      plan.actions.append(
        .command(
          kubectl.exposeDeployment(
            metallb.controller.metadata.name, namespace: Self.namespace, service: Self.service,
            overrides: overrides)))
      plan.undo.append(
        .command(
          kubectl.delete(
            "service", Self.service, namespace: Self.namespace, purpose: "delete the Service")))
    }
    plan.actions.append(.wait(endpointReady(kubectl)))
    return plan
  }

  // MARK: Helpers

  private func endpointReady(_ kubectl: Kubectl) -> Wait {
    let path = ClusterRead.proxyPath(
      "\(Self.service):\(Self.portName)", Self.namespace, "metrics")
    return Wait(
      until: "MetalLB's metrics answer through Service \(Self.service)",
      probe: kubectl.raw(path, purpose: "read MetalLB's metrics"),
      passes: .prints("metallb_"), limit: .seconds(120))
  }

  private func faults(of service: Service, _ snapshot: ClusterSnapshot) -> [String] {
    portFaults(of: service, snapshot) + selectorFaults(of: service, snapshot)
  }

  func portFaults(of service: Service, _ snapshot: ClusterSnapshot) -> [String] {
    guard let port = service.spec?.ports?.first(where: { $0.name == Self.portName }) else {
      return ["no port is named monitoring"]
    }
    var faults: [String] = []
    if (port.protocol ?? "TCP") != "TCP" { faults.append("port monitoring is not TCP") }
    let expected = snapshot.metallbInstallation?.metricsPort?.containerPort ?? 7472
    let leadsThere =
      switch port.targetPort {
      case .int(let number): number == expected
      case .string(let name): name == Self.portName
      case nil: port.port == expected
      }
    if !leadsThere { faults.append("port monitoring does not lead to \(expected)") }
    return faults
  }

  func selectorFaults(of service: Service, _ snapshot: ClusterSnapshot) -> [String] {
    guard let spec = snapshot.metallbInstallation?.controller.spec,
      let wanted = spec.selector?.matchLabels, let podLabels = spec.template?.metadata?.labels
    else { return [] }
    let selector = service.spec?.selector ?? [:]
    let matches = !selector.isEmpty && selector.allSatisfy { podLabels[$0.key] == $0.value }
    if matches { return [] }
    let text = wanted.map { "\($0)=\($1)" }.sorted().joined(separator: ",")
    return ["it selects other pods than \(text)"]
  }

  private func repair(
    _ service: Service, _ metallb: MetalLBInstallation, _ port: Int, _ kubectl: Kubectl,
    _ plan: inout Plan
  ) {
    let selector = metallb.controller.spec?.selector?.matchLabels ?? [:]
    let ports = ServicePortRepair(service.spec?.ports ?? [], named: Self.portName, leadingTo: port)
    var forward: [JSONPatch.Operation] = []
    var back: [JSONPatch.Operation] = []
    if let version = service.metadata.resourceVersion {
      forward.append(.test(path: "/metadata/resourceVersion", .string(version)))
    }
    forward.append(.add(path: "/spec/selector", .texts(selector)))
    forward += ports.forward
    back += [
      .test(path: "/spec/selector", .texts(selector)),
      .add(path: "/spec/selector", .texts(service.spec?.selector ?? [:])),
    ]
    back += ports.back
    plan.actions.append(
      .command(
        kubectl.patch(
          "service", Self.service, namespace: Self.namespace, operations: JSONPatch.text(forward),
          purpose: "put the selector and port of Service \(Self.service) right")))
    plan.undo.append(
      .command(
        kubectl.patch(
          "service", Self.service, namespace: Self.namespace, operations: JSONPatch.text(back),
          purpose: "bring the old selector and port back")))
  }
}
