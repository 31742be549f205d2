/// Every step, in order. A new step is one file and one line here.
package enum AllSteps {
  package static let inOrder: [any Step] = []

  package static func step(_ id: StepID) -> (any Step)? { inOrder.first { $0.id == id } }
}
