import Basics
import Cluster
import Execution

extension StepID {
  package static let metricsService = StepID("metrics-service")
}

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

  package let checkGroups: [CheckGroup] = [.metrics]

  private static let namespace = MetricsService.namespace
  private static let service = MetricsService.name

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.cluster.problem ?? snapshot.metallb.problem {
      return .unknown(problem)
    }
    let metrics = MetricsService(snapshot)
    guard metrics.service != nil else {
      return Assessment(.todo, "there is no Service \(Self.service)")
    }
    let wrong = metrics.faults
    guard wrong.isEmpty else {
      return Assessment(.todo, "Service \(Self.service) is wrong: \(wrong[0])", seen: wrong)
    }
    let (port, ready) = (metrics.port?.port ?? 0, metrics.readyEndpoints)
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
    let metrics = MetricsService(snapshot)
    let port = metrics.metricsPort
    if let service = metrics.service, metrics.headlessFaults.isEmpty {
      if !metrics.faults.isEmpty {
        plan.title = "Put Service \(Self.service) right"
        repair(service, metrics, kubectl, &plan)
      }
    } else {
      if metrics.service != nil {
        plan.actions.append(
          .command(
            kubectl.delete(
              "service", Self.service, namespace: Self.namespace,
              purpose: "delete the headless Service")))
        plan.cannotUndo =
          "The headless Service is not made again: with it the operator never starts."
      }
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

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let metrics = MetricsService(snapshot)
    let port = metrics.metricsPort
    let result = snapshot.changing(\.cluster) { cluster in
      cluster.services.removeAll {
        $0.metadata.name == Self.service && $0.metadata.namespace == Self.namespace
      }
      cluster.services.append(
        Service(
          metadata: ObjectMeta(name: Self.service, namespace: Self.namespace),
          spec: Service.Spec(
            selector: metrics.selector,
            ports: [
              Service.Port(
                name: MetricsService.portName, port: port, protocol: "TCP", targetPort: .int(port))
            ])))
    }
    return result.changing(\.metallb) { objects in
      objects.endpointSlices.append(
        EndpointSlice(
          metadata: ObjectMeta(
            name: Self.service, labels: ["kubernetes.io/service-name": Self.service]),
          endpoints: [EndpointSlice.Endpoint(conditions: EndpointSlice.Conditions(ready: true))]))
    }
  }

  // MARK: Helpers

  private func endpointReady(_ kubectl: Kubectl) -> Wait {
    let path = ClusterRead.proxyPath(
      "\(Self.service):\(MetricsService.portName)", Self.namespace, "metrics")
    return Wait(
      until: "MetalLB's metrics answer through Service \(Self.service)",
      probe: kubectl.raw(path, purpose: "read MetalLB's metrics"),
      passes: .prints("metallb_"), limit: .seconds(120))
  }

  private func repair(
    _ service: Service, _ metrics: MetricsService, _ kubectl: Kubectl, _ plan: inout Plan
  ) {
    let selector = metrics.selector ?? [:]
    let ports = ServicePortRepair(
      service.spec?.ports ?? [], named: MetricsService.portName, leadingTo: metrics.metricsPort)
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
