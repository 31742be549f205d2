import Basics

/// How many pods a workload has.
struct WorkloadCounts: Hashable, Sendable {
  var wanted = 0
  var existing = 0
  var updated = 0
  var ready = 0
  var readyUpdated = 0
}

/// Objects as the API server shows them: with the status that follows from the pods, and with those
/// that are only derived (pods, endpoint slices, Helm's records).
struct ShownObjects {
  let state: RehearsalState

  func of(_ kind: ResourceKind, namespace: String?) -> [JSONValue] {
    switch kind.plural {
    case "pods":
      return state.pods.values.filter { namespace == nil || $0.namespace == namespace }
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }.map(shown)
    case "events":
      return state.stored("events", namespace: namespace)
        + PodEvents(state: state).of(namespace: namespace)
    case "endpointslices":
      return state.stored("services", namespace: namespace).compactMap(slice)
    case "servicel2statuses":
      return namespace == nil || namespace == Names.metallb
        ? MetalLB(state: state).announcements : []
    case "secrets": return state.stored("secrets", namespace: namespace) + helmRecords(namespace)
    case "daemonsets", "deployments", "statefulsets":
      return state.stored(kind.plural, namespace: namespace).map { workload in
        var workload = workload
        workload["status"] = status(of: workload, kind)
        return workload
      }
    default: return state.stored(kind.plural, namespace: namespace)
    }
  }

  func counts(of key: ObjectKey) -> WorkloadCounts {
    guard let workload = state.object(key) else { return WorkloadCounts() }
    let revision = state.revision(of: workload, key)
    let all = state.pods(of: key).filter { !$0.isLeaving }
    let updated = all.filter { $0.revision == revision }
    return WorkloadCounts(
      wanted: state.wantedCount(of: key), existing: all.count, updated: updated.count,
      ready: all.count { $0.isReady(at: state.time) },
      readyUpdated: updated.count { $0.isReady(at: state.time) })
  }

  private func status(of workload: JSONValue, _ kind: ResourceKind) -> JSONValue {
    let key = ObjectKey(
      kind.plural, workload["metadata"]["namespace"].text ?? "",
      workload["metadata"]["name"].text ?? "")
    let count = counts(of: key)
    var status: JSONValue = ["observedGeneration": workload["metadata"]["generation"]]
    func set(_ field: String, _ number: Int, isKeptAtZero: Bool = false) {
      if number > 0 || isKeptAtZero { status[field] = .int(number) }
    }
    switch kind.plural {
    case "daemonsets":
      set("currentNumberScheduled", count.existing, isKeptAtZero: true)
      set("desiredNumberScheduled", count.wanted, isKeptAtZero: true)
      set("numberMisscheduled", 0, isKeptAtZero: true)
      set("numberReady", count.ready, isKeptAtZero: true)
      set("numberAvailable", count.ready)
      set("numberUnavailable", count.wanted - count.ready)
      set("updatedNumberScheduled", count.updated)
    case "statefulsets":
      let revision = "\(key.name)-\(state.revision(of: workload, key))"
      let old = state.pods(of: key).first.map { "\(key.name)-\($0.revision)" }
      status["currentRevision"] = .string(state.isRolledOut(key) ? revision : old ?? revision)
      status["updateRevision"] = .string(revision)
      set("availableReplicas", count.ready, isKeptAtZero: true)
      set("collisionCount", 0, isKeptAtZero: true)
      set("currentReplicas", count.updated)
      set("readyReplicas", count.ready)
      set("replicas", count.existing, isKeptAtZero: true)
      set("updatedReplicas", count.updated)
    default:
      set("availableReplicas", count.ready)
      set("readyReplicas", count.ready)
      set("replicas", count.existing)
      set("unavailableReplicas", max(0, count.existing - count.ready))
      set("updatedReplicas", count.updated)
      status["conditions"] = [
        [
          "type": "Available", "status": .string(count.ready >= count.wanted ? "True" : "False"),
          "reason": .string(
            count.ready >= count.wanted
              ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable"),
        ]
      ]
    }
    return status
  }

  // MARK: Pods

  private func shown(_ pod: PodRecord) -> JSONValue {
    let isReady = pod.isReady(at: state.time)
    let isRunning = pod.startedAt != nil
    let started = Timestamp.rfc3339(pod.startedAt ?? pod.createdAt)
    let created = Timestamp.rfc3339(pod.createdAt)
    func condition(_ type: String, _ holds: Bool) -> JSONValue {
      var condition: JSONValue = [
        "type": .string(type), "status": .string(holds ? "True" : "False"),
        "lastTransitionTime": .string(holds ? started : created),
      ]
      if !holds { condition["reason"] = "ContainersNotReady" }
      return condition
    }
    let containers = pod.template["spec"]["containers"].items.map { container in
      shown(container, of: pod, isReady: isReady, isRunning: isRunning, started: started)
    }
    var metadata = pod.template["metadata"]
    metadata["name"] = .string(pod.name)
    metadata["namespace"] = .string(pod.namespace)
    metadata["uid"] = .string(pod.uid)
    metadata["creationTimestamp"] = .string(created)
    metadata["resourceVersion"] = .string(
      String(1000 + Int(StableHash.number(pod.uid) % 9000) + (isReady ? 1 : 0)))
    metadata["ownerReferences"] = [owner(of: pod)]
    if let deletedAt = pod.deletedAt {
      metadata["deletionTimestamp"] = .string(Timestamp.rfc3339(deletedAt))
    }
    var status: JSONValue = [
      "phase": .string(isRunning ? "Running" : "Pending"), "startTime": .string(created),
      "hostIP": .string(RehearsalState.nodeAddress),
      "conditions": [
        condition("PodReadyToStartContainers", isRunning), condition("Initialized", isRunning),
        condition("Ready", isReady), condition("ContainersReady", isReady),
        condition("PodScheduled", true),
      ],
      "containerStatuses": .array(containers),
    ]
    if isRunning {
      status["podIP"] = .string(pod.address)
      status["podIPs"] = [["ip": .string(pod.address)]]
    }
    if !pod.template["spec"]["initContainers"].items.isEmpty {
      status["initContainerStatuses"] = .array(pod.shownInit(created, started))
    }
    var spec = pod.template["spec"]
    spec["nodeName"] = .string(RehearsalState.nodeName)
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status,
    ]
  }

  private func owner(of pod: PodRecord) -> JSONValue {
    let isOfSet = pod.owner.plural == "deployments"
    let kind = isOfSet ? "ReplicaSet" : ResourceKind.named(pod.owner.plural)?.kind ?? ""
    let name = isOfSet ? "\(pod.owner.name)-\(pod.revision)" : pod.owner.name
    return [
      "apiVersion": "apps/v1", "blockOwnerDeletion": true, "controller": true,
      "kind": .string(kind), "name": .string(name),
      "uid": .string(StableHash.uid("\(kind) \(name)")),
    ]
  }

  private func shown(
    _ container: JSONValue, of pod: PodRecord, isReady: Bool, isRunning: Bool, started: String
  ) -> JSONValue {
    let image = container["image"].text ?? ""
    var status: JSONValue = [
      "name": container["name"], "image": .string(image), "lastState": [:],
      "ready": .bool(isReady), "restartCount": .int(pod.restarts), "started": .bool(isRunning),
      "imageID": .string(
        isRunning ? "\(image)@sha256:\(StableHash.hexadecimal(image, digits: 64))" : ""),
    ]
    if pod.crashReason != nil {
      let seconds = min(300, 10 << min(5, pod.restarts))
      let name = container["name"].text ?? ""
      status["state"]["waiting"] = [
        "reason": "CrashLoopBackOff",
        "message": .string(
          "back-off \(Timestamp.age(Double(seconds))) restarting failed container=\(name) "
            + "pod=\(pod.name)_\(pod.namespace)(\(pod.uid))"),
      ]
      status["lastState"]["terminated"] = ["exitCode": 1, "reason": "Error"]
    } else if let waiting = pod.waiting {
      status["state"]["waiting"] = ["reason": .string(waiting)]
    } else if isRunning {
      status["state"]["running"] = ["startedAt": .string(started)]
    } else {
      let hasInit = !pod.template["spec"]["initContainers"].items.isEmpty
      status["state"]["waiting"] = [
        "reason": .string(hasInit ? "PodInitializing" : "ContainerCreating")
      ]
    }
    if let endedAt = pod.endedAt, pod.crashReason == nil {
      status["lastState"]["terminated"] = [
        "exitCode": 137, "reason": "Error", "finishedAt": .string(Timestamp.rfc3339(endedAt)),
      ]
    }
    return status
  }

  // MARK: Derived objects

  private func slice(of service: JSONValue) -> JSONValue? {
    let name = service["metadata"]["name"].text ?? ""
    guard !service["spec"]["selector"].isNull else { return nil }
    let behind = state.pods(behind: service)
    var ports: [JSONValue] = []
    for port in service["spec"]["ports"].items {
      guard let number = behind.lazy.compactMap({ $0.port(port["targetPort"]) }).first else {
        continue
      }
      ports.append([
        "name": port["name"].isNull ? "" : port["name"], "port": .int(number),
        "protocol": port["protocol"],
      ])
    }
    let endpoints = behind.filter { $0.startedAt != nil }.map { pod -> JSONValue in
      let isReady = pod.isReady(at: state.time)
      return [
        "addresses": [.string(pod.address)],
        "conditions": [
          "ready": .bool(isReady), "serving": .bool(isReady), "terminating": false,
        ],
        "nodeName": .string(RehearsalState.nodeName),
        "targetRef": [
          "kind": "Pod", "name": .string(pod.name), "namespace": .string(pod.namespace),
          "uid": .string(pod.uid),
        ],
      ]
    }
    var metadata = service["metadata"]
    metadata["managedFields"] = .null
    metadata["annotations"] = .null
    metadata["name"] = .string("\(name)-\(StableHash.suffix("slice \(name)", length: 5))")
    metadata["generateName"] = .string("\(name)-")
    metadata["uid"] = .string(StableHash.uid("slice \(metadata["uid"].text ?? "")"))
    metadata["labels"]["kubernetes.io/service-name"] = .string(name)
    metadata["labels"]["endpointslice.kubernetes.io/managed-by"] =
      "endpointslice-controller.k8s.io"
    return [
      "addressType": "IPv4", "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
      "endpoints": .array(endpoints), "metadata": metadata, "ports": .array(ports),
    ]
  }

  /// The Secrets Helm keeps its revisions in, without their contents.
  private func helmRecords(_ namespace: String?) -> [JSONValue] {
    state.releases.filter { namespace == nil || $0.namespace == namespace }.flatMap { release in
      release.revisions.map { revision -> JSONValue in
        let name = "sh.helm.release.v1.\(release.name).v\(revision.number)"
        return [
          "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
          "metadata": [
            "name": .string(name), "namespace": .string(release.namespace),
            "creationTimestamp": .string(Timestamp.rfc3339(revision.updated)),
            "uid": .string(StableHash.uid("\(release.namespace) \(name)")),
            "labels": [
              "name": .string(release.name), "owner": "helm",
              "status": .string(revision.status), "version": .string(String(revision.number)),
            ],
          ],
        ]
      }
    }
  }
}

extension PodRecord {
  /// The status column of `kubectl get pods`.
  func shownStatus(at time: Double) -> String {
    if isLeaving { return "Terminating" }
    if crashReason != nil { return "CrashLoopBackOff" }
    if startedAt != nil { return "Running" }
    let inits = template["spec"]["initContainers"].items.count
    return inits == 0 ? "ContainerCreating" : "Init:0/\(inits)"
  }

  /// The statuses of the init containers, which end before the others start.
  func shownInit(_ created: String, _ started: String) -> [JSONValue] {
    template["spec"]["initContainers"].items.map { container in
      let isOver = startedAt != nil
      var status: JSONValue = [
        "name": container["name"], "image": container["image"], "lastState": [:],
        "ready": .bool(isOver), "restartCount": 0,
      ]
      if isOver {
        status["state"]["terminated"] = [
          "exitCode": 0, "reason": "Completed", "startedAt": .string(created),
          "finishedAt": .string(started),
        ]
      } else {
        status["state"]["running"] = ["startedAt": .string(created)]
      }
      return status
    }
  }
}
