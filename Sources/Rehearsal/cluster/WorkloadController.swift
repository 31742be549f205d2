import Basics

/// Deployments, StatefulSets and DaemonSets make and replace their pods, and the node starts these.
struct WorkloadController: ClusterPart {
  var state: RehearsalState

  mutating func settle() -> Bool {
    let isReplaced = settleWorkloads()
    return startProcesses() || isReplaced
  }

  /// Returns whether anything was changed.
  private mutating func settleWorkloads() -> Bool {
    var hasChanged = false
    for pod in state.pods.values.sorted(by: { $0.name < $1.name }) {
      if let goneAt = pod.goneAt, goneAt <= state.time {
        state.pods[pod.key] = nil
        hasChanged = true
      } else if state.object(pod.owner) == nil, !pod.isLeaving {
        state.end(pod)
        hasChanged = true
      }
    }
    for plural in RehearsalState.workloadKinds {
      for workload in state.stored(plural) {
        let key = ObjectKey(
          plural, workload["metadata"]["namespace"].text ?? "",
          workload["metadata"]["name"].text ?? "")
        if state.namespaceEnds[key.namespace] == nil, settle(workload, key) { hasChanged = true }
      }
    }
    return hasChanged
  }

  /// One step of a roll-out. A Deployment starts the new pod before it ends the old one; the others
  /// end the old one first.
  private mutating func settle(_ workload: JSONValue, _ key: ObjectKey) -> Bool {
    let revision = state.revision(of: workload, key)
    let wanted = state.wantedCount(of: key)
    let all = state.pods(of: key)
    let staying = all.filter { !$0.isLeaving }
    let new = staying.filter { $0.revision == revision }
    let old = staying.filter { $0.revision != revision }
    if new.count > wanted {
      for pod in new.suffix(new.count - wanted) { state.end(pod) }
      return true
    }
    if key.plural == "deployments" {
      if new.count < wanted {
        for _ in new.count..<wanted { start(workload, key, revision) }
        return true
      }
      if !old.isEmpty, wanted == 0 || new.allSatisfy({ $0.isReady(at: state.time) }) {
        for pod in old { state.end(pod) }
        return true
      }
      return false
    }
    if !old.isEmpty {
      for pod in old { state.end(pod) }
      return true
    }
    // Their names and nodes are free only once the old pods are gone.
    if all.isEmpty, new.count < wanted {
      start(workload, key, revision)
      return true
    }
    return false
  }

  private mutating func start(_ workload: JSONValue, _ key: ObjectKey, _ revision: String) {
    let suffix = state.nextSuffix()
    let name =
      switch key.plural {
      case "statefulsets": "\(key.name)-0"
      case "daemonsets": "\(key.name)-\(suffix)"
      default: "\(key.name)-\(revision)-\(suffix)"
      }
    var template = workload["spec"]["template"]
    switch key.plural {
    case "deployments": template["metadata"]["labels"]["pod-template-hash"] = .string(revision)
    case "statefulsets":
      template["metadata"]["labels"]["controller-revision-hash"] = .string(
        "\(key.name)-\(revision)")
      template["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = .string(name)
      template["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = "0"
    default: template["metadata"]["labels"]["controller-revision-hash"] = .string(revision)
    }
    let isOnHostNetwork = template["spec"]["hostNetwork"].flag ?? false
    let number = state.nextNumber()
    var pod = PodRecord(
      name: name, namespace: key.namespace, uid: StableHash.uid("\(name) \(number)"), owner: key,
      revision: revision, template: template,
      address: isOnHostNetwork ? RehearsalState.nodeAddress : "10.233.64.\(number % 250 + 3)",
      createdAt: state.time)
    let hasInit = !template["spec"]["initContainers"].items.isEmpty
    pod.readyAt = state.time + (hasInit ? 1.6 : 1.1)
    state.pods[pod.key] = pod
  }

  /// Starts the processes of the pods that have just become ready.
  private mutating func startProcesses() -> Bool {
    var hasChanged = false
    for pod in state.pods.values.sorted(by: { $0.name < $1.name }) where !pod.isLeaving {
      if pod.startedAt == nil, let readyAt = pod.readyAt, readyAt <= state.time {
        state.pods[pod.key]?.startedAt = state.time
        startProcess(of: pod)
        hasChanged = true
      } else if let retriesAt = pod.retriesAt, retriesAt <= state.time {
        state.pods[pod.key]?.restarts += 1
        state.pods[pod.key]?.retriesAt = nil
        startProcess(of: pod)
        hasChanged = true
      } else if let moment = AkashProcesses(state: state).livenessMoment(of: pod),
        moment <= state.time
      {
        state.pods[pod.key]?.restarts += 1
        state.pods[pod.key]?.endedAt = state.time
        state.pods[pod.key]?.startedAt = state.time
        startProcess(of: pod)
        hasChanged = true
      }
    }
    return hasChanged
  }

  private mutating func startProcess(of pod: PodRecord) {
    switch pod.program {
    case .metallbController: state.pods[pod.key]?.webhookAt = state.time + 1
    case .ipOperator, .provider:
      var processes = AkashProcesses(state: state)
      processes.start(pod)
      state = processes.state
    case .other: break
    }
  }
}
