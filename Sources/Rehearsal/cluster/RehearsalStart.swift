/// Where a rehearsal begins: a scenario, and what is broken in it, as in `enabled+operator-locked-c`,
/// or what breaks later, as in `enabled+metrics-refused@30`.
package struct RehearsalStart: Hashable, Sendable, Codable {
  package var scenario: RehearsalScenario
  /// Words of starting faults, in the order given.
  package var faults: [String]

  package init(_ scenario: RehearsalScenario, faults: [String] = []) {
    self.scenario = scenario
    self.faults = faults
  }

  /// The name of its folder and of its context.
  package var name: String { ([scenario.rawValue] + faults).joined(separator: "+") }
}
