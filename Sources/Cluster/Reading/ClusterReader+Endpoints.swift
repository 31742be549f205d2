/// What the operator, MetalLB and the provider answer through the API server's proxy.
extension ClusterReader {
  func usageRead(service: String) -> Read {
    let command = kubectl.raw(
      Self.proxyPath(service, ConsoleSettings.akashNamespace, "usage"),
      purpose: "ask the IP operator for its totals")
    return Read(command: command) { snapshot, result, at in
      if case .success(let answer) = result, !answer.exit.isSuccess,
        Self.saysLocked(answer.errorText + answer.outputText)
      {
        snapshot.operatorUsage = .known(.locked, at: at)
        return
      }
      snapshot.operatorUsage = Self.decode(result, command, at, as: UsageAnswer.self) {
        .totals(available: $0.available, inUse: $0.inUse)
      }
    }
  }

  func metricsRead() -> Read {
    let command = kubectl.raw(
      Self.proxyPath("controller:monitoring", ConsoleSettings.metallbNamespace, "metrics"),
      purpose: "read MetalLB's metrics")
    return textRead(command, to: \.metallbMetrics) { text in
      MetalLBMetrics(
        total: Self.gauge("metallb_allocator_addresses_total", in: text),
        inUse: Self.gauge("metallb_allocator_addresses_in_use_total", in: text),
        isStale: text.split(separator: "\n").contains { line in
          line.hasPrefix("metallb_k8s_client_config_stale_bool") && line.hasSuffix(" 1")
        })
    }
  }

  func statusRead(service: String, namespace: String) -> Read {
    let command = kubectl.raw(
      Self.proxyPath("https:\(service):8443", namespace, "status"),
      purpose: "ask the provider for its status")
    return Read(command: command) { snapshot, result, at in
      snapshot.providerStatus = Self.decode(result, command, at, as: StatusAnswer.self) {
        ProviderStatus(
          address: $0.address, leases: $0.cluster?.leases, leasedIP: $0.leasedIP)
      }
    }
  }

  /// The address of a Service's port behind the API server.
  package static func proxyPath(_ service: String, _ namespace: String, _ path: String) -> String {
    "/api/v1/namespaces/\(namespace)/services/\(service)/proxy/\(path)"
  }

  /// The operator answers 503 to everything while its barrier is locked
  /// (provider: operator/ip/operator.go); a Service without endpoints gives 503 too, in other words.
  private static func saysLocked(_ text: String) -> Bool {
    let is503 =
      text.contains("(ServiceUnavailable)") || text.contains("unable to handle the request")
    return is503 && !text.contains("no endpoints available")
  }

  /// A gauge of pool `default` in Prometheus' text format.
  private static func gauge(_ name: String, in text: String) -> Int? {
    let start = "\(name){pool=\"\(ConsoleSettings.poolName)\"}"
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(start) }) else {
      return nil
    }
    return line.split(separator: " ").last.flatMap { Double($0) }.flatMap { Int(exactly: $0) }
  }
}

private struct UsageAnswer: Decodable {
  var available: Int
  var inUse: Int

  enum CodingKeys: String, CodingKey {
    case available = "Available"
    case inUse = "InUse"
  }
}

private struct StatusAnswer: Decodable {
  struct Cluster: Decodable { var leases: Int? }
  var cluster: Cluster?
  var address: String?
  var leasedIP: LeasedIPCount?

  enum CodingKeys: String, CodingKey {
    case cluster, address
    case leasedIP = "leased_ip"
  }
}
