import Execution

extension FactName {
  /// Whether the operator's account may list ProviderLeasedIPs.
  package static let operatorRights = FactName("operatorRights")
}

extension ClusterSnapshot {
  package var operatorRights: Fact<Bool> {
    get { self[.operatorRights] }
    set { self[.operatorRights] = newValue }
  }
}

extension FactDefinition {
  static let operatorRights: FactDefinition = {
    var definition = asked(
      .operatorRights, near: [.operatorUsage],
      [Question(after: [.operatorUsage, .akash]) { snapshot, _ in rights(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// Only a locked operator's rights are worth a command: an open barrier proves them.
  private static func rights(_ snapshot: ClusterSnapshot) -> [Read] {
    if case .totals? = snapshot.operatorUsage.value { return [] }
    guard let found = snapshot.ipOperator else { return [] }
    let account = "\(ConsoleSettings.akashNamespace):\(found.generation.operatorName)"
    let command = Kubectl(snapshot.connection).may(
      "list", "providerleasedips.akash.network", namespace: "lease", account: account)
    return [
      Read(.tool(command)) { snapshot, answer in
        // kubectl answers "no" with exit code 1; other lines are warnings.
        switch answer.said?.outputText.split(whereSeparator: \.isNewline).last {
        case "yes": snapshot.operatorRights = .known(true, at: answer.at)
        case "no": snapshot.operatorRights = .known(false, at: answer.at)
        default: snapshot.operatorRights = answer.failed()
        }
      }
    ]
  }
}
