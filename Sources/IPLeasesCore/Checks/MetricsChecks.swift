import Cluster

/// The way by which the IP operator reads MetalLB's totals.
enum MetricsChecks {
  static let exists = Check(
    "IPL-0201", "metrics-service", .metrics, "Service controller is there",
    want: "Service controller in metallb-system",
    why: "The operator asks DNS for this name, once in its life.",
    hint: "kubectl -n metallb-system get services", remedies: [.metricsService],
    dependsOn: ["IPL-0110"], needs: [.cluster]
  ) { snapshot in
    MetricsService(snapshot).service == nil ? .fail(got: "there is none") : .pass(got: "found")
  }

  static let port = Check(
    "IPL-0202", "metrics-port", .metrics, "its port is named monitoring",
    want: "TCP port monitoring, leading to the metrics port",
    why: "The operator finds the port by this name alone: _monitoring._TCP.controller…",
    hint: "kubectl -n metallb-system get service controller -o yaml", remedies: [.metricsService],
    dependsOn: ["IPL-0109", "IPL-0201"], needs: [.cluster, .metallb]
  ) { snapshot in
    let metrics = MetricsService(snapshot)
    guard metrics.service != nil else { return .notRun(.nothingToTest("no Service")) }
    let faults = metrics.portFaults
    return faults.isEmpty
      ? .pass(got: "named monitoring") : .fail(got: faults.joined(separator: "; "))
  }

  static let headless = Check(
    "IPL-0250", "metrics-address", .metrics, "it has an address of its own",
    want: "a Service that is not headless (clusterIP: None)",
    why: "The operator's one DNS lookup of a headless Service fails, and never comes again.",
    hint: "A Service's clusterIP cannot be changed: it is deleted and made anew.",
    remedies: [.metricsService], dependsOn: ["IPL-0201"], needs: [.cluster]
  ) { snapshot in
    let metrics = MetricsService(snapshot)
    guard metrics.service != nil else { return .notRun(.nothingToTest("no Service")) }
    return metrics.headlessFaults.isEmpty
      ? .pass(got: "it has one") : .fail(got: "clusterIP is None")
  }

  static let selector = Check(
    "IPL-0204", "metrics-selector", .metrics, "it selects the controller's pods",
    want: "the labels of the controller's Deployment",
    why: "The Service was made by hand; a reinstallation under another name leaves it behind.",
    hint: "kubectl -n metallb-system get service controller -o yaml; get deployments -o yaml",
    remedies: [.metricsService], dependsOn: ["IPL-0201"], needs: [.cluster, .metallb]
  ) { snapshot in
    let metrics = MetricsService(snapshot)
    guard metrics.service != nil else { return .notRun(.nothingToTest("no Service")) }
    let faults = metrics.selectorFaults
    return faults.isEmpty
      ? .pass(got: "matches") : .fail(got: faults.joined(separator: "; "))
  }

  static let policy = Check(
    "IPL-0206", "network-policies", .metrics, "no NetworkPolicy shuts the metrics off",
    want: "none, or one with the metrics port open",
    why: "The operator's requests come from akash-services.",
    hint:
      "kubectl -n metallb-system get networkpolicies -o yaml; allow the port from akash-services.",
    dependsOn: ["IPL-0110"], needs: [.metallb, .metallbSurroundings]
  ) { snapshot in
    let policies = snapshot.metallbSurroundings.value?.networkPolicies ?? []
    let labels = snapshot.metallbInstallation?.controller.spec?.template?.metadata?.labels ?? [:]
    let restricting = policies.filter { $0.restricts(labels) }
    let number = MetricsService(snapshot).metricsPort
    // Policies add up: what one allows is allowed.
    let isOpen = restricting.contains { $0.allows(port: number, name: MetricsService.portName) }
    if restricting.isEmpty { return .pass(got: "no policy there") }
    let names = restricting.map(\.metadata.name).joined(separator: ", ")
    return isOpen ? .pass(got: "\(names), port open") : .warn(got: "\(names): port \(number) shut")
  }

  static let domain = Check(
    "IPL-0207", "cluster-domain", .metrics, "the cluster's domain is cluster.local",
    want: "cluster.local", why: "The operator's DNS name ends in cluster.local, fixed in its code.",
    hint: "Set AP_METAL_LB_ENDPOINT=HOST:PORT on the operator's Deployment.",
    dependsOn: ["IPL-0001"], needs: [.kubeProxy, .akash]
  ) { snapshot in
    let map = snapshot.kubeProxy.value?.configMaps.first { $0.metadata.name == "coredns" }
    guard let text = map?.data?["Corefile"], let domain = kubernetesDomain(in: text) else {
      return .notRun(.nothingToTest("not seen from here: no Corefile names a domain"))
    }
    if domain == "cluster.local" { return .pass(got: domain) }
    let containers = snapshot.ipOperator?.deployment.spec?.template?.spec?.containers ?? []
    let isNamed = containers.contains { container in
      (container.env ?? []).contains { $0.name.hasSuffix("METAL_LB_ENDPOINT") }
        || (container.args ?? []).contains { $0.hasPrefix("--metal-lb-endpoint") }
    }
    return isNamed ? .pass(got: "\(domain), endpoint given") : .fail(got: domain)
  }

  /// The first zone of the plugin `kubernetes`.
  private static func kubernetesDomain(in corefile: String) -> String? {
    for line in corefile.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.first == "kubernetes", words.count > 1 { return String(words[1]) }
    }
    return nil
  }

  static let answer = Check(
    "IPL-0203", "metrics-answer", .metrics, "MetalLB's metrics answer through it",
    want: "an answer", why: "Without them the operator's barrier stays locked.",
    hint: """
      kubectl get --raw \
      /api/v1/namespaces/metallb-system/services/controller:monitoring/proxy/metrics
      """,
    dependsOn: ["IPL-0109", "IPL-0152", "IPL-0202", "IPL-0204"], judges: [.metallbMetrics]
  ) { snapshot in
    switch snapshot.metallbMetrics {
    case .known: .pass(got: "answers")
    case .absent: .fail(got: "no Service controller with port monitoring")
    case .unreadable(let problem, _): .fail(got: problem.reason ?? problem.what)
    case .notRead: .notRun(.unreadable("not read"))
    }
  }
}
