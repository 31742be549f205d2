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

  /// Everything a step needs, at whatever depth.
  static func ground(of id: StepID) -> Set<StepID> {
    let direct = step(id)?.dependsOn ?? []
    return direct.reduce(into: Set(direct)) { $0.formUnion(ground(of: $1)) }
  }

  /// The facts of the whole checklist.
  package static let needs: Set<FactName> = Set(inOrder.flatMap(\.needs))
}

extension StepID {
  package static var allCases: [StepID] { AllSteps.inOrder.map(\.id) }

  /// nil where no step has that name.
  package init?(named name: String) {
    guard let id = Self.allCases.first(where: { $0.rawValue == name }) else { return nil }
    self = id
  }
}

extension StepReport {
  var step: (any Step)? { AllSteps.step(id) }
}
