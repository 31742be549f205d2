import Basics
import Cluster
import Execution

/// A newer version of one part of what leases addresses, asked for by its chart. Pure: the plan comes
/// from what was read, and the gate refuses what would break leases.
package struct Upgrade: Hashable, Sendable {
  /// What is brought to another version, as typed on the command line.
  package enum Part: String, Hashable, Sendable, Codable, CaseIterable {
    case metallb, `operator`, provider
  }

  package var part: Part
  /// The version of the chart; nil: the newest that fits.
  package var to: String?

  package init(part: Part, to: String? = nil) {
    self.part = part
    self.to = to
  }

  /// What is read before there can be a plan.
  package var needs: Set<FactName> {
    let common = PlanLoss.needs.union([.repositories])
    return switch part {
    case .metallb:
      common.union([
        .metallbCharts, .metallbValues, .metallbConfiguration, .metallbMetrics, .inventory,
        .playbook,
      ])
    case .operator, .provider:
      common.union([
        .akash, .providerValues, .providerStatus, .operatorCharts, .providerCharts, .operatorUsage,
      ])
    }
  }

  /// Empty where there is nothing to do; its notes say why then.
  ///
  /// - Throws: why the version asked for is refused, or that something it depends on is not known.
  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    let plan =
      switch part {
      case .metallb: try UpgradeOfMetalLB(self, snapshot, settings).plan()
      case .operator: try UpgradeOfOperator(self, snapshot, settings).plan()
      case .provider: try UpgradeOfProvider(self, snapshot, settings).plan()
      }
    return try plan.namingLoss(snapshot).waiting(atMost: settings.waitLimit)
  }
}

extension Upgrade.Part {
  /// What its way back is kept under.
  package var recordID: String { "upgrade-\(rawValue)" }

  package init?(recordID: String) {
    guard let part = Self.allCases.first(where: { $0.recordID == recordID }) else { return nil }
    self = part
  }

  /// The step whose release it changes: a run that is cut off is a run of it.
  package var step: StepID {
    switch self {
    case .metallb: .metallb
    case .operator: .ipOperator
    case .provider: .provider
    }
  }

  /// As it is spoken of.
  package var title: String {
    switch self {
    case .metallb: "MetalLB"
    case .operator: "the IP operator"
    case .provider: "the provider"
    }
  }

  /// Before the version of its chart, as in "MetalLB 0.14.8".
  package var chartTitle: String { self == .metallb ? title : "\(title)'s chart" }

  /// What its own release is made of.
  var chart: PublishedChart {
    switch self {
    case .metallb: .metallb
    case .operator: .ipOperator
    case .provider: .provider
    }
  }

  /// Its upgrade changes releases of this chart. Akash's operators go along with the provider.
  func changes(chart name: String) -> Bool {
    name == chart.chart || self == .provider && name.hasPrefix("akash-")
  }

  /// Seconds for which everything is kept after the last rollout before it is said to go on.
  package var hold: Int { self == .provider ? 600 : 300 }
}

extension Upgrade {
  /// A plan of this part that has nothing to do yet.
  func emptyPlan(_ title: String, notes: [Note] = []) -> Plan {
    Plan(id: part.step.rawValue, title: title, notes: notes, undoID: part.recordID)
  }
}
