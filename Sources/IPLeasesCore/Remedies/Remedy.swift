import Basics
import Cluster
import Execution

/// A plan that cures a finding. Both functions are pure.
package struct Remedy: Sendable {
  package var id: RemedyID
  package var title: String
  /// The findings it cures.
  package var helps: String
  /// Where it changes nothing, or makes it worse.
  package var helpsNot: String
  /// The step its plan is a run of; nil where it is none.
  package var step: StepID?
  package var needs: Set<FactName>
  /// Those among them without which nothing can be said: where one cannot be read, there is no plan.
  package var requires: Set<FactName>
  /// The plan for the cluster as it is; a refusal where it would do nothing.
  package var plan: @Sendable (ClusterSnapshot, ConsoleSettings) -> Result<Plan, UserMessage>

  init(
    _ id: RemedyID, _ title: String, helps: String, helpsNot: String, step: StepID? = nil,
    needs: Set<FactName>, requires: Set<FactName>,
    plan: @escaping @Sendable (ClusterSnapshot, ConsoleSettings) throws(UserMessage) -> Plan
  ) {
    self.id = id
    self.title = title
    self.helps = helps
    self.helpsNot = helpsNot
    self.step = step
    self.needs = needs.union(requires)
    self.requires = requires
    self.plan = { snapshot, settings in
      Result { () throws(UserMessage) in
        for name in FactName.allCases where requires.contains(name) {
          if case .unreadable(let problem) = snapshot.reading(of: name) { throw problem.untold }
        }
        var plan = try plan(snapshot, settings).namingLoss(snapshot)
          .waiting(atMost: settings.waitLimit)
        plan.note("It does not help when \(helpsNot).")
        return plan
      }
    }
  }
}

/// Every remedy. A new one is one file and one line here.
package enum AllRemedies {
  package static let inOrder: [Remedy] = [
    RestartRemedies.operator, RestartRemedies.provider, RestartRemedies.kubeProxy,
    ReleaseRemedies.rollBack, StepRemedies.metricsService, StepRemedies.labelNamespace,
    StepRemedies.advertisePool, ReleaseRemedies.lowerMetalLB, RestartRemedies.speakers,
    LeaseRemedies.deleteOrphans, StepRemedies.offerAttributes,
  ]

  package static func remedy(_ id: RemedyID) -> Remedy? { inOrder.first { $0.id == id } }
}
