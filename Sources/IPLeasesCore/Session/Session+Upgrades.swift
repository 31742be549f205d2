import Basics
import Cluster
import Execution

/// Upgrades and their ways back.
extension Session {
  package func upgrade(_ upgrade: Upgrade) -> ChangeFlow {
    ChangeFlow(self) { () throws(UserMessage) in
      try upgrade.plan(await survey(upgrade.needs).snapshot, settings)
    }
  }

  package func wayBack(ofUpgrade part: Upgrade.Part) -> ChangeFlow {
    ChangeFlow(self, .wayBack) { () throws(UserMessage) in try await rollbackPlan(ofUpgrade: part) }
  }

  /// The way back that was saved before the latest upgrade of the part.
  package func rollbackPlan(ofUpgrade part: Upgrade.Part) async throws(UserMessage) -> Plan {
    var plan = try await rollbackPlan(
      recordedAs: part.recordID, of: "change", "upgrade of \(part.chartTitle)")
    let touches =
      switch part {
      case .metallb: UpgradeOfMetalLB.touches
      case .operator: [OperatorMove.touches]
      case .provider: [ProviderRestart.touches]
      }
    plan.touches = touches + plan.touches
    return plan
  }

  /// The step whose run made this record, where it has another name.
  static func stepRun(by recordID: String) -> StepID? {
    recordID == RemedyID.lowerMetalLB.rawValue
      ? .metallb : Upgrade.Part(recordID: recordID)?.step
  }
}

extension UndoRecord {
  /// An upgrade leaves the values of its release as they are, and its way back is refused where the
  /// release was changed since.
  var keepsValues: Bool { Upgrade.Part(recordID: id) != nil && isOfSeveralRuns != true }
}
