import IPLeasesCore

/// MetalLB's speakers: who answers for an address, as event and as ServiceL2Status (MetalLB:
/// speaker/main.go, internal/speakers/layer2/l2status@v0.14.8).
extension RehearsalState {
  private var namespace: String { ConsoleSettings.metallbNamespace }

  private var hasReadySpeaker: Bool {
    pods.values.contains { pod in
      let component = pod.labels["app.kubernetes.io/component"] ?? pod.labels["component"]
      return pod.namespace == namespace && component == "speaker" && pod.isReady(at: time)
    }
  }

  /// Announces what has an address and a ready pod behind it, and takes back what is gone.
  mutating func announceAddresses() -> Bool {
    let services = stored("services").filter(isAnnounced)
    let names = Set(services.map(announcementName))
    var hasChanged = false
    for status in stored("servicel2statuses", namespace: namespace) {
      let name = status["metadata"]["name"].text ?? ""
      guard !names.contains(name) else { continue }
      remove(ObjectKey("servicel2statuses", namespace, name))
      hasChanged = true
    }
    for service in services where announce(service) { hasChanged = true }
    return hasChanged
  }

  private func isAnnounced(_ service: JSONValue) -> Bool {
    guard service["spec"]["type"].text == "LoadBalancer",
      !service["status"]["loadBalancer"]["ingress"].items.isEmpty, hasReadySpeaker,
      !readyPods(of: service).isEmpty
    else { return false }
    let pool =
      service["metadata"]["annotations"]["metallb.universe.tf/ip-allocated-from-pool"].text ?? ""
    let labels = object("ipaddresspools", namespace, pool)?["metadata"]["labels"].texts ?? [:]
    return stored("l2advertisements", namespace: namespace).contains { advertisement in
      let named = advertisement["spec"]["ipAddressPools"].items.compactMap(\.text)
      let selectors = advertisement["spec"]["ipAddressPoolSelectors"].items
      if named.isEmpty, selectors.isEmpty { return true }
      return named.contains(pool)
        || selectors.contains { selector in
          selector["matchLabels"].texts.allSatisfy { labels[$0.key] == $0.value }
        }
    }
  }

  private func announcementName(_ service: JSONValue) -> String {
    "l2-" + (service["metadata"]["uid"].text ?? "").prefix(5)
  }

  private mutating func announce(_ service: JSONValue) -> Bool {
    let (name, home) = (service["metadata"]["name"], service["metadata"]["namespace"])
    let address = service["status"]["loadBalancer"]["ingress"].items.first?["ip"].text ?? ""
    let mark = "\(announcementName(service)).\(address)"
    guard object("events", home.text ?? "", "\(name.text ?? "").\(mark)") == nil else {
      return false
    }
    note(service, mark, reason: "IPAllocated", message: "Assigned IP [\"\(address)\"]", by: "a")
    note(
      service, mark, reason: "nodeAssigned",
      message: "announcing from node \"\(Self.nodeName)\" with protocol \"layer2\"", by: "")
    guard object("customresourcedefinitions", "", "servicel2statuses.metallb.io") != nil,
      let kind = ResourceKind.named("servicel2statuses")
    else { return true }
    create(
      [
        "metadata": [
          "name": .string(announcementName(service)), "namespace": .string(namespace),
          "labels": [
            "metallb.io/node": .string(Self.nodeName), "metallb.io/service-name": name,
            "metallb.io/service-namespace": home,
          ],
        ],
        "status": [
          "node": .string(Self.nodeName), "serviceName": name, "serviceNamespace": home,
        ],
      ], kind, manager: "speaker")
    return true
  }

  private mutating func note(
    _ service: JSONValue, _ mark: String, reason: String, message: String, by ending: String
  ) {
    guard let kind = ResourceKind.named("events") else { return }
    let (name, home) = (service["metadata"]["name"], service["metadata"]["namespace"])
    let isController = reason == "IPAllocated"
    create(
      [
        "metadata": ["name": .string("\(name.text ?? "").\(mark)\(ending)"), "namespace": home],
        "involvedObject": [
          "apiVersion": "v1", "kind": "Service", "name": name, "namespace": home,
          "uid": service["metadata"]["uid"],
        ],
        "type": "Normal", "reason": .string(reason), "message": .string(message), "count": 1,
        "firstTimestamp": .string(Timestamp.rfc3339(time)),
        "lastTimestamp": .string(Timestamp.rfc3339(time)),
        "source": ["component": .string(isController ? "metallb-controller" : "metallb-speaker")],
      ], kind, manager: isController ? "controller" : "speaker")
  }
}
