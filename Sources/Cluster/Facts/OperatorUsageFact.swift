extension FactName {
  /// The operator's `/usage`; 503 while its barrier is locked.
  package static let operatorUsage = FactName("operatorUsage")
}

extension ClusterSnapshot {
  package var operatorUsage: Fact<OperatorUsage> {
    get { self[.operatorUsage] }
    set { self[.operatorUsage] = newValue }
  }
}

extension FactDefinition {
  static let operatorUsage = FactDefinition.asked(
    .operatorUsage, near: [.akash, .cluster, .pools],
    [
      Question { _, _ in [usage(of: .since9)] },
      Question(after: [.operatorUsage, .akash]) { snapshot, _ in
        guard snapshot.operatorUsage.isAbsent, snapshot.ipOperator?.generation == .before9 else {
          return []
        }
        return [usage(of: .before9)]
      },
    ])

  private static func usage(of generation: ChartGeneration) -> Read {
    let path = ClusterRead.proxyPath(
      generation.usageService, ConsoleSettings.akashNamespace, "usage")
    return Read(.endpoint(path, purpose: "ask the IP operator for its totals")) {
      snapshot, answer in
      if let said = answer.said, !said.exit.isSuccess,
        saysLocked(said.errorText + said.outputText)
      {
        snapshot.operatorUsage = .known(.locked, at: answer.at)
        return
      }
      snapshot.operatorUsage = answer.decoded(as: UsageAnswer.self) {
        .totals(available: $0.available, inUse: $0.inUse)
      }
    }
  }

  /// The operator answers 503 to everything while its barrier is locked
  /// (provider: operator/ip/operator.go); a Service without endpoints gives 503 too, in other words.
  private static func saysLocked(_ text: String) -> Bool {
    let is503 =
      text.contains("(ServiceUnavailable)") || text.contains("unable to handle the request")
    return is503 && !text.contains("no endpoints available")
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

/// What the operator's `/usage` says (provider: operator/ip/operator.go). `available` is the size of
/// the pool, not what is free.
package enum OperatorUsage: Equatable, Sendable {
  case totals(available: Int, inUse: Int)
  /// 503: the barrier is locked.
  case locked
}
