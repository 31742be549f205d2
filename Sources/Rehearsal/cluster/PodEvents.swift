import Basics

/// What the kubelet and the controllers say of the pods there are.
struct PodEvents {
  let state: RehearsalState

  func of(namespace: String?) -> [JSONValue] {
    state.pods.values.filter { namespace == nil || $0.namespace == namespace }
      .sorted { ($0.createdAt, $0.key) < ($1.createdAt, $1.key) }.flatMap(events)
  }

  private func events(of pod: PodRecord) -> [JSONValue] {
    let container = pod.template["spec"]["containers"].items.first ?? .empty
    let name = container["name"].text ?? ""
    let image = container["image"].text ?? ""
    var events = [
      event(
        pod, "Scheduled", pod.createdAt,
        "Successfully assigned \(pod.key) to \(RehearsalState.nodeName)")
    ]
    if let startedAt = pod.startedAt {
      events += [
        event(
          pod, "Pulled", startedAt, "Container image \"\(image)\" already present on machine"),
        event(pod, "Created", startedAt, "Created container: \(name)", count: pod.restarts + 1),
        event(pod, "Started", startedAt, "Started container \(name)", count: pod.restarts + 1),
      ]
    }
    if pod.crashReason != nil {
      events.append(
        event(
          pod, "BackOff", pod.createdAt + 2,
          "Back-off restarting failed container \(name) in pod \(pod.name)_\(pod.namespace)",
          type: "Warning", count: pod.restarts + 1))
    }
    if let deletedAt = pod.deletedAt {
      events.append(event(pod, "Killing", deletedAt, "Stopping container \(name)"))
    }
    return events
  }

  private func event(
    _ pod: PodRecord, _ reason: String, _ at: Double, _ message: String,
    type: String = "Normal", count: Int = 1
  ) -> JSONValue {
    let id = StableHash.hexadecimal("\(pod.uid) \(reason)", digits: 16)
    return [
      "apiVersion": "v1", "count": .int(count), "eventTime": .null,
      "involvedObject": [
        "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name),
        "namespace": .string(pod.namespace), "uid": .string(pod.uid),
      ],
      "kind": "Event", "lastTimestamp": .string(Timestamp.rfc3339(at)),
      "message": .string(message),
      "metadata": [
        "name": .string("\(pod.name).\(id)"), "namespace": .string(pod.namespace),
        "creationTimestamp": .string(Timestamp.rfc3339(at)), "uid": .string(StableHash.uid(id)),
        "resourceVersion": .string(String(1000 + count + Int(StableHash.number(id) % 9000))),
      ],
      "reason": .string(reason), "type": .string(type),
    ]
  }
}
