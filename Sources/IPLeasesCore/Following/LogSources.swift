import Cluster
import Foundation
import Logs

/// What a source is called on the command line.
package enum LogSourceName: String, Hashable, Sendable, CaseIterable {
  case provider, `operator`, hostname, inventory, controller, speaker
  case kubeProxy = "kube-proxy"
  case events, journal

  package var role: LogRole {
    switch self {
    case .provider: .provider
    case .operator: .operator
    case .hostname: .hostnameOperator
    case .inventory: .inventoryOperator
    case .controller: .controller
    case .speaker: .speaker
    case .kubeProxy: .kubeProxy
    case .events: .events
    case .journal: .journal
    }
  }
}

/// Which logs are wanted.
package struct LogSelection: Hashable, Sendable {
  package var roles: Set<LogRole>
  package var pods: Set<String>

  package static let all = LogSelection(roles: Set(LogRole.allCases), pods: [])

  package init(roles: Set<LogRole>, pods: Set<String>) {
    self.roles = roles
    self.pods = pods
  }

  /// - Parameter words: names of sources or of pods; none means all sources.
  package init(words: [String]) {
    if words.isEmpty {
      self = .all
      return
    }
    roles = Set(words.compactMap { LogSourceName(rawValue: $0)?.role })
    pods = Set(words.filter { LogSourceName(rawValue: $0) == nil })
  }

  func wants(_ source: LogSource) -> Bool {
    roles.contains(source.role) || pods.contains(source.pod)
  }

  /// Only the parts of the cluster that hold what is wanted; a pod may be anywhere.
  var facts: Set<FactName> {
    if !pods.isEmpty { return [.akash, .metallb, .kubeProxy] }
    var facts: Set<FactName> = []
    for role in roles {
      switch role {
      case .provider, .operator, .hostnameOperator, .inventoryOperator: facts.insert(.akash)
      case .controller, .speaker: facts.insert(.metallb)
      case .kubeProxy: facts.insert(.kubeProxy)
      case .events, .journal, .file: break
      }
    }
    return facts
  }
}

/// The containers whose logs tell about leased addresses, found by what the cluster shows.
package enum LogSources {
  /// In the order of the list: what an admin looks at first stands first.
  package static func found(in snapshot: ClusterSnapshot) -> [LogContainer] {
    let akash = snapshot.akash.value
    let metallb = snapshot.metallbInstallation
    let kubeProxy = snapshot.kubeProxy.value?.daemonSets.filter {
      $0.metadata.name == "kube-proxy"
    }
    return containers(.operator, snapshot.ipOperator.map { [$0.deployment] }, akash)
      + containers(.provider, akash.map { providers(snapshot, $0) }, akash)
      + containers(
        .hostnameOperator,
        akash.map { deployments(ChartGeneration.allCases.map(\.hostnameOperatorName), $0) }, akash)
      + containers(
        .inventoryOperator,
        akash.map { deployments(ChartGeneration.allCases.map(\.inventoryOperatorName), $0) }, akash)
      + containers(.controller, metallb.map { [$0.controller] }, snapshot.metallb.value)
      + containers(.speaker, metallb?.speaker.map { [$0] }, snapshot.metallb.value)
      + containers(.kubeProxy, kubeProxy, snapshot.kubeProxy.value)
  }

  /// By its release, or by what the chart and plain manifests call it.
  private static func providers(_ snapshot: ClusterSnapshot, _ objects: NamespaceObjects)
    -> [Workload]
  {
    if let set = snapshot.providerStatefulSet { return [set] }
    return (objects.statefulSets + objects.deployments).filter { workload in
      workload.metadata.label("app.kubernetes.io/name") == "provider"
        || workload.metadata.label("app") == "akash-provider"
        || workload.container("provider") != nil
    }
  }

  private static func deployments(_ names: [String], _ objects: NamespaceObjects) -> [Workload] {
    objects.deployments.filter { names.contains($0.metadata.name) }
  }

  private static func containers(
    _ role: LogRole, _ workloads: [Workload]?, _ objects: NamespaceObjects?
  ) -> [LogContainer] {
    guard let workloads, let objects else { return [] }
    return workloads.flatMap { workload -> [LogContainer] in
      guard let labels = workload.spec?.selector?.matchLabels, !labels.isEmpty else { return [] }
      let pods = objects.pods(matching: labels)
        .filter { $0.metadata.namespace == workload.metadata.namespace }
        .sorted { ($0.metadata.name) < ($1.metadata.name) }
      // A place keeps its number when its pod is replaced: that of its node for a DaemonSet.
      let nodes = Set(pods.compactMap(\.spec?.nodeName)).sorted()
      return pods.flatMap { pod -> [LogContainer] in
        var tag = role.tag
        if workload.status?.desiredNumberScheduled != nil {
          let place = nodes.firstIndex(of: pod.spec?.nodeName ?? "") ?? nodes.count
          if nodes.count > 1 || role == .speaker { tag += "\(place + 1)" }
        }
        return containers(role, tag, of: pod, main: workload)
      }
    }
  }

  private static func containers(
    _ role: LogRole, _ tag: String, of pod: Pod, main workload: Workload
  ) -> [LogContainer] {
    let names = (pod.spec?.containers ?? []).map(\.name)
    // The one its program is named after; the first where none is.
    let main = names.first { $0 == role.mainContainer } ?? names.first
    return ((pod.spec?.initContainers ?? []).map(\.name) + names).compactMap { name in
      let source = LogSource(
        role, tag: name == main ? tag : "\(tag).\(name)",
        namespace: pod.metadata.namespace ?? workload.metadata.namespace ?? "",
        pod: pod.metadata.name, container: name, node: pod.spec?.nodeName)
      return LogContainer(source, of: pod)
    }
  }
}

extension LogRole {
  fileprivate var mainContainer: String {
    switch self {
    case .provider: "provider"
    case .controller: "controller"
    case .speaker: "speaker"
    case .operator, .hostnameOperator, .inventoryOperator, .kubeProxy, .events, .journal, .file:
      rawValue
    }
  }
}
