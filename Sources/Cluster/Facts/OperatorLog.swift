extension FactName {
  /// The last lines of the IP operator's log that say something about waiting, oldest first.
  package static let operatorLog = FactName("operatorLog")
}

extension ClusterSnapshot {
  package var operatorLog: Fact<[OperatorLogLine]> {
    get { self[.operatorLog] }
    set { self[.operatorLog] = newValue }
  }
}

extension FactDefinition {
  static let operatorLog = FactDefinition.asked(
    .operatorLog, near: [.akash, .operatorUsage],
    [
      Question(after: [.akash]) { snapshot, _ in [log(.since9, snapshot)] },
      Question(after: [.operatorLog, .akash]) { snapshot, _ in
        snapshot.ipOperator?.generation == .before9 ? [log(.before9, snapshot)] : []
      },
    ])

  /// A locked operator writes two lines each three seconds: most of an hour of them.
  private static let lines = 2_000

  private static func log(_ generation: ChartGeneration, _ snapshot: ClusterSnapshot) -> Read {
    var log = WorkloadLog(
      kind: .deployment, name: generation.operatorName, container: nil,
      namespace: ConsoleSettings.akashNamespace, lines: lines)
    log.pod = snapshot.akash.value?.onlyPod(of: log)
    return .text(.log(log), to: .operatorLog) { OperatorLogLine.parse($0, limit: lines) }
  }
}
