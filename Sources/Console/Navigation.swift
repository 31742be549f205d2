import IPLeasesCore

/// The ways from one pane to a thing of another. Panes know these ways only, never each other.
enum Navigation {
  static func go(to step: StepID, _ state: inout State) { StepsPane.go(to: step, &state) }

  /// What is known of the step, over whatever is shown.
  static func explain(_ step: StepID, _ state: inout State) { StepsPane.explain(step, &state) }

  /// Shows the check, with its group open.
  ///
  /// - Returns: false where no such check was made.
  @discardableResult
  static func go(toCheck code: String, _ state: inout State) -> Bool {
    VerifyPane.go(to: code, &state)
    return state.facts?.checks.results.contains { $0.code == code } ?? false
  }

  /// What the check found, over whatever is shown.
  static func explain(_ check: CheckResult, _ state: inout State) {
    VerifyPane.explain(check, &state)
  }

  /// - Returns: why no plan of the step can be shown now; nil when one can.
  static func reasonNoPlan(_ step: StepID?, _ state: State) -> String? {
    StepsPane.reasonNoPlan(step, state)
  }

  /// What stands in a pane before the first facts.
  static func linesBeforeFacts(_ state: State, columns: Int) -> [Line] {
    OverviewPane.lines(state, columns: columns)
  }
}
