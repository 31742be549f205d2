import Basics

/// What MetalLB notes about the Services it serves (MetalLB: speaker/main.go,
/// controller/service.go@v0.14.8).
extension MetalLB {
  /// An advertisement covers the pool of the Service's address.
  func isAdvertised(_ service: JSONValue) -> Bool {
    let namespace = Names.metallb
    let pool =
      service["metadata"]["annotations"]["metallb.universe.tf/ip-allocated-from-pool"].text ?? ""
    let labels = state.object("ipaddresspools", namespace, pool)?["metadata"]["labels"].texts ?? [:]
    return state.stored("l2advertisements", namespace: namespace).contains { advertisement in
      let named = advertisement["spec"]["ipAddressPools"].items.compactMap(\.text)
      let selectors = advertisement["spec"]["ipAddressPoolSelectors"].items
      if named.isEmpty, selectors.isEmpty { return true }
      return named.contains(pool)
        || selectors.contains { selector in
          selector["matchLabels"].texts.allSatisfy { labels[$0.key] == $0.value }
        }
    }
  }

  /// Events of what is announced now; they outlive the Service.
  mutating func noteAnnouncements() -> Bool {
    var hasChanged = false
    for status in announcements.map(\.["status"]) {
      let namespace = status["serviceNamespace"].text ?? ""
      guard let service = state.object("services", namespace, status["serviceName"].text ?? "")
      else {
        continue
      }
      let address = service["status"]["loadBalancer"]["ingress"].items.first?["ip"].text ?? ""
      let isNew = note(
        service, reason: "nodeAssigned", about: address,
        message: "announcing from node \"\(RehearsalState.nodeName)\" with protocol \"layer2\"",
        by: "metallb-speaker")
      guard isNew else { continue }
      _ = note(
        service, reason: "IPAllocated", about: address, message: "Assigned IP [\"\(address)\"]",
        by: "metallb-controller")
      hasChanged = true
    }
    return hasChanged
  }

  /// - Returns: false where it was noted before.
  private mutating func note(
    _ service: JSONValue, reason: String, about address: String, message: String, by source: String
  ) -> Bool {
    let metadata = service["metadata"]
    let (name, home) = (metadata["name"].text ?? "", metadata["namespace"].text ?? "")
    let mark = StableHash.suffix("\(metadata["uid"].text ?? "") \(reason) \(address)", length: 8)
    let key = ObjectKey("events", home, "\(name).\(mark)")
    guard state.object(key) == nil, let kind = ResourceKind.named("events") else { return false }
    state.create(
      [
        "metadata": ["name": .string(key.name), "namespace": .string(home)],
        "involvedObject": [
          "apiVersion": "v1", "kind": "Service", "name": metadata["name"],
          "namespace": metadata["namespace"], "uid": metadata["uid"],
        ],
        "type": "Normal", "reason": .string(reason), "message": .string(message), "count": 1,
        "firstTimestamp": .string(Timestamp.rfc3339(state.time)),
        "lastTimestamp": .string(Timestamp.rfc3339(state.time)),
        "source": ["component": .string(source)],
      ], kind, manager: source)
    return true
  }
}
