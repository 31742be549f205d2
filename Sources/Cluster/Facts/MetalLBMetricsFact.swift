extension FactName {
  /// The MetalLB controller's `/metrics` through Service `controller`.
  package static let metallbMetrics = FactName("metallbMetrics")
}

extension ClusterSnapshot {
  package var metallbMetrics: Fact<MetalLBMetrics> {
    get { self[.metallbMetrics] }
    set { self[.metallbMetrics] = newValue }
  }
}

extension FactDefinition {
  static let metallbMetrics = FactDefinition.asked(
    .metallbMetrics, near: [.metallb, .pools, .cluster]
  ) { _ in
    let path = ClusterRead.proxyPath(
      "controller:monitoring", ConsoleSettings.metallbNamespace, "metrics")
    return .text(.endpoint(path, purpose: "read MetalLB's metrics"), to: .metallbMetrics) { text in
      MetalLBMetrics(
        total: gauge("metallb_allocator_addresses_total", in: text),
        inUse: gauge("metallb_allocator_addresses_in_use_total", in: text),
        isStale: text.split(separator: "\n").contains { line in
          line.hasPrefix("metallb_k8s_client_config_stale_bool") && line.hasSuffix(" 1")
        })
    }
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

/// The two gauges the operator reads for pool `default` (MetalLB: internal/allocator/stats.go).
package struct MetalLBMetrics: Equatable, Sendable {
  package var total: Int?
  package var inUse: Int?
  /// MetalLB refused the present configuration and works by an older one.
  package var isStale: Bool

  package init(total: Int?, inUse: Int?, isStale: Bool = false) {
    self.total = total
    self.inUse = inUse
    self.isStale = isStale
  }
}
