import Basics

/// Deployments, StatefulSets and DaemonSets make and replace their pods.
extension RehearsalState {
  static let workloadKinds = ["daemonsets", "deployments", "statefulsets"]
  static let nodeName = "node1"
  static let nodeAddress = "10.245.0.11"

  func pods(of key: ObjectKey) -> [PodRecord] {
    pods.values.filter { $0.owner == key }.sorted {
      ($0.createdAt, $0.name) < ($1.createdAt, $1.name)
    }
  }

  func revision(of workload: JSONValue, _ key: ObjectKey) -> String {
    templateHashes?[key.text] ?? Self.hash(ofTemplateIn: workload)
  }

  static func hash(ofTemplateIn workload: JSONValue) -> String {
    StableHash.suffix(JSONText.compact(workload["spec"]["template"]), length: 10)
  }

  func wantedCount(of key: ObjectKey) -> Int {
    guard let workload = object(key) else { return 0 }
    if key.plural != "daemonsets" { return workload["spec"]["replicas"].number ?? 0 }
    let selector = workload["spec"]["template"]["spec"]["nodeSelector"].texts
    return stored("nodes").count { node in
      let labels = node["metadata"]["labels"].texts
      return selector.allSatisfy { labels[$0.key] == $0.value }
    }
  }

  func isRolledOut(_ key: ObjectKey) -> Bool {
    guard let workload = object(key) else { return false }
    let revision = revision(of: workload, key)
    let all = pods(of: key)
    let new = all.filter { $0.revision == revision && $0.isReady(at: time) }
    let old = all.filter { $0.revision != revision && !$0.isLeaving }
    return new.count >= wantedCount(of: key) && old.isEmpty
  }

  /// Returns whether anything was changed.
  mutating func settleWorkloads() -> Bool {
    var hasChanged = false
    for pod in pods.values.sorted(by: { $0.name < $1.name }) {
      if let goneAt = pod.goneAt, goneAt <= time {
        pods[pod.key] = nil
        hasChanged = true
      } else if object(pod.owner) == nil, !pod.isLeaving {
        end(pod)
        hasChanged = true
      }
    }
    for plural in Self.workloadKinds {
      for workload in stored(plural) {
        let key = ObjectKey(
          plural, workload["metadata"]["namespace"].text ?? "",
          workload["metadata"]["name"].text ?? "")
        if namespaceEnds[key.namespace] == nil, settle(workload, key) { hasChanged = true }
      }
    }
    return hasChanged
  }

  /// One step of a roll-out. A Deployment starts the new pod before it ends the old one; the others
  /// end the old one first.
  private mutating func settle(_ workload: JSONValue, _ key: ObjectKey) -> Bool {
    let revision = revision(of: workload, key)
    let wanted = wantedCount(of: key)
    let all = pods(of: key)
    let staying = all.filter { !$0.isLeaving }
    let new = staying.filter { $0.revision == revision }
    let old = staying.filter { $0.revision != revision }
    if new.count > wanted {
      for pod in new.suffix(new.count - wanted) { end(pod) }
      return true
    }
    if key.plural == "deployments" {
      if new.count < wanted {
        for _ in new.count..<wanted { start(workload, key, revision) }
        return true
      }
      if !old.isEmpty, wanted == 0 || new.allSatisfy({ $0.isReady(at: time) }) {
        for pod in old { end(pod) }
        return true
      }
      return false
    }
    if !old.isEmpty {
      for pod in old { end(pod) }
      return true
    }
    // Their names and nodes are free only once the old pods are gone.
    if all.isEmpty, new.count < wanted {
      start(workload, key, revision)
      return true
    }
    return false
  }

  mutating func end(_ pod: PodRecord) {
    pods[pod.key]?.deletedAt = time
    pods[pod.key]?.goneAt = time + (pod.owner.plural == "daemonsets" ? 0.5 : 0.8)
  }

  private mutating func start(_ workload: JSONValue, _ key: ObjectKey, _ revision: String) {
    let suffix = nextSuffix()
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
    let number = nextNumber()
    var pod = PodRecord(
      name: name, namespace: key.namespace, uid: StableHash.uid("\(name) \(number)"), owner: key,
      revision: revision, template: template,
      address: isOnHostNetwork ? Self.nodeAddress : "10.233.64.\(number % 250 + 3)",
      createdAt: time)
    let hasInit = !template["spec"]["initContainers"].items.isEmpty
    pod.readyAt = time + (hasInit ? 1.6 : 1.1)
    pods[pod.key] = pod
  }

  /// Starts the processes of the pods that have just become ready.
  mutating func startProcesses() -> Bool {
    var hasChanged = false
    for pod in pods.values.sorted(by: { $0.name < $1.name }) where !pod.isLeaving {
      if pod.startedAt == nil, let readyAt = pod.readyAt, readyAt <= time {
        pods[pod.key]?.startedAt = time
        startProcess(of: pod)
        hasChanged = true
      } else if let retriesAt = pod.retriesAt, retriesAt <= time {
        pods[pod.key]?.restarts += 1
        pods[pod.key]?.retriesAt = nil
        startProcess(of: pod)
        hasChanged = true
      } else if let moment = livenessMoment(of: pod), moment <= time {
        pods[pod.key]?.restarts += 1
        pods[pod.key]?.endedAt = time
        pods[pod.key]?.startedAt = time
        startProcess(of: pod)
        hasChanged = true
      }
    }
    return hasChanged
  }

  private mutating func startProcess(of pod: PodRecord) {
    switch pod.program {
    case .metallbController: pods[pod.key]?.webhookAt = time + 1
    case .ipOperator: startIPOperator(pod)
    case .provider: startProvider(pod)
    case .other: break
    }
  }
}
