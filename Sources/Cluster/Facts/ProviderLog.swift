extension FactName {
  /// The last lines of the provider's log that say something about waiting, oldest first.
  package static let providerLog = FactName("providerLog")
}

extension ClusterSnapshot {
  package var providerLog: Fact<[OperatorLogLine]> {
    get { self[.providerLog] }
    set { self[.providerLog] = newValue }
  }
}

extension FactDefinition {
  static let providerLog = FactDefinition.asked(
    .providerLog, near: [.akash, .providerStatus],
    [
      Question(after: [.akash]) { snapshot, _ in
        [log("akash-provider", ConsoleSettings.akashNamespace, snapshot)]
      },
      Question(after: [.providerLog, .releases]) { snapshot, _ in
        snapshot.unusualProvider.map { [log($0.fullName(of: "provider"), $0.namespace, snapshot)] }
          ?? []
      },
    ])

  private static let providerLines = 200

  private static func log(_ set: String, _ namespace: String, _ snapshot: ClusterSnapshot) -> Read {
    var log = WorkloadLog(
      kind: .statefulset, name: set, container: "provider", namespace: namespace,
      lines: providerLines)
    log.pod = snapshot.akash.value?.onlyPod(of: log)
    return .text(.log(log), to: .providerLog) { OperatorLogLine.parse($0, limit: providerLines) }
  }
}
