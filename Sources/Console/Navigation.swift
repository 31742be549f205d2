import ConsoleKit
import Execution
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
    guard let step, let report = state.report(step) else { return "no step is known yet" }
    if state.isRunning { return nil }
    switch report.state {
    case .todo, .failed: return nil
    case .done: return "this step is done"
    case .notNeeded: return "this step is not needed here"
    case .setAside: return "this step is set aside, x takes it back"
    case .unknown: return "this step could not be read, i says why"
    case .blocked:
      let names = report.blockedBy.compactMap { state.number(of: $0) }.map(String.init)
      return "it waits for step \(names.joined(separator: ", "))"
    }
  }

  /// What stands in a pane before the first facts.
  static func linesBeforeFacts(_ state: State, columns: Int) -> [Line] {
    OverviewPane.lines(state, columns: columns)
  }
}
