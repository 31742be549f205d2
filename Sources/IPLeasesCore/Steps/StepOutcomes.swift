import Basics
import Cluster
import Foundation

// The cluster as each step's plan would leave it: only so much of it as later steps look at.

extension NamespaceStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    snapshot.changing(\.cluster) { cluster in
      cluster.namespaces.removeAll { $0.metadata.name == ConsoleSettings.metallbNamespace }
      let labels = Dictionary(uniqueKeysWithValues: Self.labels.map { ($0, "privileged") })
      cluster.namespaces.append(
        Namespace(
          metadata: ObjectMeta(name: ConsoleSettings.metallbNamespace, labels: labels),
          status: Namespace.Status(phase: "Active")))
    }
  }
}

extension MetalLBStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let way = snapshot.way(settings)
    var result = snapshot.changing(\.metallb) { objects in
      guard snapshot.metallbInstallation == nil else {
        objects.deployments = objects.deployments.map(\.rolledOut)
        objects.daemonSets = objects.daemonSets.map { announcing($0.rolledOut, snapshot) }
        return
      }
      objects.deployments.append(workload("controller", settings, way).rolledOut)
      objects.daemonSets.append(announcing(workload("speaker", settings, way).rolledOut, snapshot))
    }
    if result.pools.isAbsent { result.pools = .known(PoolObjects(), at: .now) }
    if way == .kubespray {
      return snapshot.metallbInstallation == nil
        ? result.withInventory(of: { Self.wish($0, settings) }, settings) : result
    }
    result.releases = result.releases.map { releases in
      releases.filter { $0.chartName != "metallb" } + [
        Release(
          name: "metallb", namespace: ConsoleSettings.metallbNamespace, revision: "1",
          status: "deployed", chart: "metallb-\(settings.metallbVersion)",
          appVersion: "v\(settings.metallbVersion)")
      ]
    }
    return result
  }

  /// With the speakers passing over the label, where every node has it.
  private func announcing(_ set: Workload, _ snapshot: ClusterSnapshot) -> Workload {
    guard areAllNodesExcluded(snapshot) else { return set }
    var set = set
    let containers = set.spec?.template?.spec?.containers ?? []
    set.spec?.template?.spec?.containers = containers.map { container in
      guard container.name == "speaker" else { return container }
      var container = container
      container.args = (container.args ?? []) + ["--ignore-exclude-lb"]
      return container
    }
    return set
  }

  /// Names, labels and port of the chart (MetalLB: charts/metallb/templates@v0.14.8), or of the
  /// manifests.
  private func workload(_ component: String, _ settings: ConsoleSettings, _ way: Way) -> Workload {
    let isByChart = way == .helm
    let labels =
      !isByChart
      ? ["app": "metallb", "component": component]
      : [
        "app.kubernetes.io/name": "metallb", "app.kubernetes.io/instance": "metallb",
        "app.kubernetes.io/component": component,
      ]
    let container = Workload.Container(
      name: component, image: "quay.io/metallb/\(component):v\(settings.metallbVersion)",
      ports: [Workload.ContainerPort(name: "monitoring", containerPort: 7472)])
    return Workload(
      metadata: ObjectMeta(
        name: (isByChart ? "metallb-" : "") + component,
        namespace: ConsoleSettings.metallbNamespace, labels: labels),
      spec: Workload.Spec(
        replicas: 1, selector: Workload.Selector(matchLabels: labels),
        template: Workload.Template(
          metadata: Workload.TemplateMeta(labels: labels),
          spec: Workload.PodSpec(containers: [container]))))
  }
}

extension MetricsServiceStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let controller = snapshot.metallbInstallation
    let port = controller?.metricsPort?.containerPort ?? 7472
    let result = snapshot.changing(\.cluster) { cluster in
      cluster.services.removeAll {
        $0.metadata.name == Self.service && $0.metadata.namespace == Self.namespace
      }
      cluster.services.append(
        Service(
          metadata: ObjectMeta(name: Self.service, namespace: Self.namespace),
          spec: Service.Spec(
            selector: controller?.controller.spec?.selector?.matchLabels,
            ports: [
              Service.Port(
                name: Self.portName, port: port, protocol: "TCP", targetPort: .int(port))
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
}

extension PoolsStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var snapshot = snapshot
    if snapshot.way(settings) == .kubespray, snapshot.pools.value?.pool(Self.pool) == nil {
      let ranges = settings.withRanges(of: snapshot)
      snapshot = snapshot.withInventory(of: { Self.wish($0, ranges) }, settings)
    }
    return snapshot.changing(\.pools) { objects in
      if objects.pool(Self.pool) == nil {
        objects.pools.append(
          IPAddressPool(
            metadata: ObjectMeta(name: Self.pool, namespace: Self.namespace),
            spec: IPAddressPool.Spec(addresses: settings.poolRanges)))
      }
      objects.advertisements.append(
        L2Advertisement(
          metadata: ObjectMeta(name: Self.advertisement, namespace: Self.namespace),
          spec: L2Advertisement.Spec(ipAddressPools: [Self.pool])))
    }
  }
}

extension ClusterSnapshot {
  /// With the inventory as a step of Kubespray's way writes it.
  fileprivate func withInventory(
    of wish: (KubesprayForm) -> KubesprayInventory.Wish, _ settings: ConsoleSettings
  ) -> ClusterSnapshot {
    guard let inventory = inventory.value, let form = kubesprayForm(settings),
      let changes = try? inventory.changes(wish(form))
    else { return self }
    var snapshot = self
    snapshot.inventory = self.inventory.map { _ in inventory.applying(changes) }
    return snapshot
  }
}

extension StrictARPStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    snapshot.changing(\.kubeProxy) { objects in
      for index in objects.configMaps.indices
      where objects.configMaps[index].metadata.name == "kube-proxy" {
        let text = objects.configMaps[index].data?[Self.key] ?? ""
        let changed = try? KubeProxyConfig(parsing: text).settingStrictARP(true)
        objects.configMaps[index].data?[Self.key] = changed ?? text
        objects.configMaps[index].metadata.managedFields = nil
      }
      objects.daemonSets = objects.daemonSets.map(\.rolledOut)
    }
  }
}

extension IPOperatorStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    let generation = snapshot.providerRelease?.chartVersion.map { ChartGeneration(chart: $0) }
    let name = (generation ?? .since9).operatorName
    let address = ProviderAddress.find(snapshot, settings) ?? ""
    return snapshot.changing(\.akash) { objects in
      objects.deployments.removeAll { $0.metadata.name == name }
      let container = Workload.Container(name: name, args: ["--provider", address])
      objects.deployments.append(
        Workload(
          metadata: ObjectMeta(name: name, namespace: ConsoleSettings.akashNamespace),
          spec: Workload.Spec(
            replicas: 1,
            template: Workload.Template(spec: Workload.PodSpec(containers: [container])))
        ).rolledOut)
      objects.configMaps.removeAll { $0.metadata.name == name }
      objects.configMaps.append(
        ConfigMap(metadata: ObjectMeta(name: name), data: ["provider-address": address]))
      objects.pods.removeAll { $0.metadata.name.hasPrefix("\(name)-") }
    }
  }
}

extension CapacityStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var result = snapshot
    let size = snapshot.pools.value?.pool(ConsoleSettings.poolName)?.countedSize ?? 0
    result.operatorUsage = .known(.totals(available: size, inUse: 0), at: .now)
    result.metallbMetrics = .known(MetalLBMetrics(total: size, inUse: 0), at: .now)
    return result
  }
}

extension ProviderStep {
  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var result = snapshot.changing(\.akash) { objects in
      for index in objects.statefulSets.indices
      where objects.statefulSets[index].metadata.name
        == snapshot.providerStatefulSet?.metadata.name
      {
        let containers = objects.statefulSets[index].spec?.template?.spec?.containers ?? []
        objects.statefulSets[index].spec?.template?.spec?.containers = containers.map {
          var container = $0
          let others = (container.env ?? []).filter { $0.name != ProviderByHand.variable }
          container.env = others + [Workload.Variable(name: ProviderByHand.variable, value: "true")]
          return container
        }
        objects.statefulSets[index] = objects.statefulSets[index].rolledOut
      }
    }
    result.providerValues = result.providerValues.map { text in
      let edited = try? ProviderValues(parsing: text.reveal()).enabling(attributes: Self.attributes)
      return edited.map { SecretText($0.text) } ?? text
    }
    return result
  }
}

extension ClusterSnapshot {
  /// The snapshot with one known fact changed; a fact that is not known stays as it is.
  fileprivate func changing<Value>(
    _ path: WritableKeyPath<ClusterSnapshot, Fact<Value>>, _ change: (inout Value) -> Void
  ) -> ClusterSnapshot {
    var result = self
    result[keyPath: path] = self[keyPath: path].map { value in
      var value = value
      change(&value)
      return value
    }
    return result
  }
}

extension Workload {
  /// The same with every pod there, ready and made from the present template.
  fileprivate var rolledOut: Workload {
    var workload = self
    let count = wanted
    workload.status = Status(
      observedGeneration: metadata.generation ?? 0, replicas: count, readyReplicas: count,
      updatedReplicas: count, availableReplicas: count, desiredNumberScheduled: count,
      numberReady: count, updatedNumberScheduled: count)
    return workload
  }
}
