import Cluster
import Execution

/// Every step, in order. A new step is one file and one line here.
package enum AllSteps {
  package static let inOrder: [any Step] = [
    PreflightStep(),
    NamespaceStep(),
    MetalLBStep(),
    MigrateStep(),
    MetricsServiceStep(),
    PoolsStep(),
    StrictARPStep(),
    IPOperatorStep(),
    CapacityStep(),
    ProviderStep(),
    VerificationStep(),
  ]

  package static func step(_ id: StepID) -> (any Step)? { inOrder.first { $0.id == id } }

  /// The facts of the whole checklist.
  package static let needs: Set<FactName> = Set(inOrder.flatMap(\.needs))
}
