import Basics
import Execution

/// `kubectl get --raw`: the API server's proxy to a Service, and what answers behind it.
struct ServiceProxy {
  var state: RehearsalState
  /// Seconds after which the caller gives up.
  var patience: Double

  func answer(_ path: String) throws(ToolRefusal) -> Answer {
    if ["/healthz", "/livez", "/readyz"].contains(path) { return body("ok") }
    let parts = path.split(separator: "/").map(String.init)
    if parts.dropLast() == ["api", "v1", "namespaces"], let name = parts.last {
      guard let namespace = state.object("namespaces", "", name) else {
        throw .server("NotFound", "namespaces \"\(name)\" not found")
      }
      return body(JSONText.compact(namespace))
    }
    let plain = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    if let answer = try objects(plain) { return answer }
    guard parts.count >= 7, parts[0] == "api", parts[2] == "namespaces", parts[4] == "services",
      parts[6] == "proxy"
    else { throw notFound }
    let inner = "/" + parts[7...].joined(separator: "/")
    return try ask(id: parts[5], namespace: parts[3], path: String(inner.prefix { $0 != "?" }))
  }

  /// A list of objects, or a Secret, by its path; nil for another path.
  private func objects(_ parts: [String]) throws(ToolRefusal) -> Answer? {
    let isCore = parts.first == "api"
    guard isCore || parts.first == "apis" else { return nil }
    var rest = parts.dropFirst(isCore ? 2 : 3)
    var namespace: String?
    if rest.first == "namespaces", rest.count > 2 {
      namespace = rest.dropFirst().first
      rest = rest.dropFirst(2)
    }
    guard let plural = rest.first, rest.count <= 2,
      let kind = ResourceKind.all.first(where: {
        $0.plural == plural && $0.group == (isCore ? "" : parts[1])
      })
    else {
      // Whatever group is asked for that is not there.
      if isCore { return nil }
      throw notFound
    }
    if kind.isCustom, state.object("customresourcedefinitions", "", kind.fullName) == nil {
      throw notFound
    }
    if plural == "secrets", state.faults.contains(.secretsForbidden) {
      throw .server("Forbidden", "secrets is forbidden: User \"jane\" cannot get resource")
    }
    let all = ShownObjects(state: state).of(kind, namespace: namespace)
    guard let name = rest.dropFirst().first else {
      return body(
        JSONText.compact([
          "kind": .string("\(kind.kind)List"), "apiVersion": .string(kind.apiVersion),
          "items": .array(all),
        ]))
    }
    guard let found = all.first(where: { $0["metadata"]["name"].text == name }) else {
      throw .server("NotFound", "\(kind.fullName) \"\(name)\" not found")
    }
    return body(JSONText.compact(found))
  }

  private var notFound: ToolRefusal {
    .server("NotFound", "the server could not find the requested resource")
  }

  /// `id` is `[scheme:]name[:port]`.
  private func ask(id: String, namespace: String, path: String) throws(ToolRefusal) -> Answer {
    let words = id.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let name = words.count == 3 ? words[1] : words[0]
    let wanted = words.count == 3 ? words[2] : words.count == 2 ? words[1] : ""
    guard let service = state.object("services", namespace, name) else {
      throw .server("NotFound", "services \"\(name)\" not found")
    }
    let ports = service["spec"]["ports"].items
    if let number = Int(wanted), !ports.contains(where: { $0["port"].number == number }) {
      throw .server(
        "ServiceUnavailable", "no service port \(number) found for service \"\(name)\"")
    }
    let behind = state.pods(behind: service).filter { $0.startedAt != nil }
    if behind.isEmpty {
      throw .server("ServiceUnavailable", "no endpoints available for service \"\(name)\"")
    }
    let port = ports.first {
      $0["name"].text == wanted || $0["port"].number.map(String.init) == wanted || wanted.isEmpty
    }
    guard let port, let pod = behind.first(where: { $0.isReady(at: state.time) }) else {
      throw .server("ServiceUnavailable", "no endpoints available for service \"\(id)\"")
    }
    switch pod.program {
    case .metallbController:
      // The webhook's server answers any other path than its own with "not found".
      if let number = pod.port("webhook-server"), pod.port(port["targetPort"]) == number {
        if state.faults.contains(.webhookDown) {
          throw .server(
            "ServiceUnavailable",
            "error trying to reach service: dial tcp \(pod.address):\(number): i/o timeout")
        }
        if MetalLB(state: state).isWebhookAnswering == true { throw notFound }
      }
      return try metrics(of: pod, port: port, path: path)
    case .ipOperator: return try ipOperator(pod, path: path)
    case .provider: return try provider(pod, path: path)
    case .other:
      guard path == "/health" || path == "/status" else { throw notFound }
      return body("OK")
    }
  }

  private func body(_ text: String) -> Answer {
    Answer(text, delay: KubectlRehearsal.ownTime)
  }

  private func metrics(of pod: PodRecord, port: JSONValue, path: String) throws(ToolRefusal)
    -> Answer
  {
    guard let text = MetalLB(state: state).metricsText(of: pod, port: port) else {
      let number = pod.port(port["targetPort"]) ?? port["port"].number ?? 0
      throw .server(
        "ServiceUnavailable",
        "error trying to reach service: dial tcp \(pod.address):\(number): connect: connection "
          + "refused")
    }
    guard path == "/metrics" else { throw notFound }
    return body(text)
  }

  // MARK: IP operator

  private func ipOperator(_ pod: PodRecord, path: String) throws(ToolRefusal) -> Answer {
    guard let process = pod.ipOperator, process.isOpen else {
      // The barrier is locked: 503 with an empty body, on every path.
      throw .server(
        "ServiceUnavailable", "the server is currently unable to handle the request")
    }
    switch path {
    case "/health": return body("OK")
    case "/version":
      return body("{\"akash\": \"v\(tag(of: pod))\", \"kube\": \"v1.31.4\"}")
    case "/usage":
      return body("{\"Available\":\(process.total),\"InUse\":\(process.inUse)}")
    case "/ignored-leases": return body(JSONText.compact(ignored(process.givenUp ?? [])))
    case "/state": return body(JSONText.compact(leases))
    default:
      guard path.hasPrefix("/ip-lease-status/") else { throw notFound }
      return try leaseStatus(path.split(separator: "/").dropFirst().map(String.init))
    }
  }

  /// `parts`: owner, dseq, gseq, oseq.
  private func leaseStatus(_ parts: [String]) throws(ToolRefusal) -> Answer {
    guard parts.count == 4 else { throw notFound }
    let own = state.leasedServices.filter { service in
      let labels = service["metadata"]["labels"].texts
      return zip(["owner", "dseq", "gseq", "oseq"], parts).allSatisfy {
        labels["akash.network/lease.id.\($0)"] == $1
      }
    }
    let rows = try own.map { service throws(ToolRefusal) -> JSONValue in
      let ingress = service["status"]["loadBalancer"]["ingress"].items.first ?? .empty
      guard let address = ingress["ip"].text else {
        throw .server(
          "InternalError",
          "an error on the server (\"unknown\") has prevented the request from succeeding")
      }
      let port = service["spec"]["ports"].items.first ?? .empty
      let name = service["metadata"]["name"].text ?? ""
      return [
        "Port": port["targetPort"], "ExternalPort": port["port"], "IP": .string(address),
        "ServiceName": .string(String(name.split(separator: "-").first ?? "")),
        "Protocol": port["protocol"],
      ]
    }
    return body(JSONText.compact(.array(rows)))
  }

  private func ignored(_ leases: [String]) -> JSONValue {
    var result = JSONValue.empty
    for lease in leases {
      result[lease] = [
        "hostnames": [.string("\(lease.prefix { $0 != "/" })-ip-myendpoint")],
        "last-error": "namespaces \"gone\" not found", "last-error-type": "*errors.StatusError",
        "failed-at": "2026-11-22 10:00:00 +0000 UTC", "failure-count": 3, "namespace": "gone",
      ]
    }
    return result
  }

  private var leases: JSONValue {
    var result = JSONValue.empty
    for service in state.leasedServices {
      let metadata = service["metadata"]
      let name = metadata["name"].text ?? ""
      var lease = JSONValue.empty
      for part in ["owner", "dseq", "gseq", "oseq", "provider"] {
        lease[part] = metadata["labels"]["akash.network/lease.id.\(part)"]
      }
      let port = service["spec"]["ports"].items.first ?? .empty
      result["\(metadata["namespace"].text ?? "")/\(name)"] = [
        "lease-id": lease, "namespace": metadata["namespace"], "port": port["targetPort"],
        "external-port": port["port"],
        "service-name": .string(String(name.split(separator: "-").first ?? "")),
        "sharing-key": metadata["annotations"]["metallb.universe.tf/allow-shared-ip"],
        "last-event-time": metadata["creationTimestamp"],
      ]
    }
    return result
  }

  // MARK: Provider

  private func provider(_ pod: PodRecord, path: String) throws(ToolRefusal) -> Answer {
    let environment = pod.provider?.environment ?? [:]
    let address = environment["AKASH_FROM"] ?? ""
    switch path {
    case "/version":
      return body(
        "{\"akash\": {\"version\": \"v\(tag(of: pod))\"}, \"kube\": {\"gitVersion\": \"v1.31.4\"}}")
    case "/address": return body("{\"address\": \"\(address)\"}")
    case "/status":
      guard let servesAt = pod.provider?.servesAt, servesAt <= state.time else {
        throw .bare(
          "Unable to connect to the server: context deadline exceeded", delay: patience + 0.1)
      }
      let leases = Set(
        state.leasedServices.map { $0["metadata"]["labels"]["akash.network/lease.id.dseq"] })
      var status: JSONValue = [
        "address": .string(address), "bidengine": ["orders": 0],
        "cluster": [
          "inventory": [
            "active": [],
            "available": [
              "nodes": [
                [
                  "allocatable": ["cpu": 32000], "available": ["cpu": 28000], "name": "node1",
                ]
              ], "storage": [],
            ],
          ],
          "leases": .int(max(leases.count, 3)),
        ],
        "cluster_public_hostname": .string(environment["AKASH_CLUSTER_PUBLIC_HOSTNAME"] ?? ""),
        "manifest": ["deployments": 0],
      ]
      status["leased_ip"] = leasedIP(pod)
      return body(JSONText.compact(status))
    default: throw notFound
    }
  }

  /// What the provider sells of addresses: told since 0.14.2, and by one that leases them
  /// (provider: gateway/rest/router.go).
  private func leasedIP(_ pod: PodRecord) -> JSONValue {
    guard let process = pod.provider, process.wantsIPOperator,
      let version = pod.imageVersion, version >= Version(0, 14, 2)
    else { return .null }
    let counts = state.pods.values.first { $0.ipOperator?.isOpen ?? false }?.ipOperator
    guard let counts, !state.faults.contains(.countsUntold) else { return .empty }
    // An endpoint of several ports is never confirmed.
    let keys = state.leasedServices.compactMap {
      $0["metadata"]["annotations"]["metallb.universe.tf/allow-shared-ip"].text
    }
    let several = Dictionary(grouping: keys, by: \.self).values.count { $0.count > 1 }
    return [
      "allocatable": .string("\(counts.total)"),
      "allocated": .string("\(counts.inUse + several + (process.heldBack ?? 0))"),
    ]
  }

  private func tag(of pod: PodRecord) -> String {
    let image = pod.template["spec"]["containers"].items.first?["image"].text ?? ""
    return String(image.split(separator: ":").last ?? "")
  }
}
