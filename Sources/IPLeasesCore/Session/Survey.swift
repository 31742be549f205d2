import Cluster
import Execution
import Synchronization

/// What was read at one moment, and what it means: for the checks and for the checklist. Each is made
/// when it is first asked for, and once.
package struct Survey: Sendable {
  package let snapshot: ClusterSnapshot
  private let checked: Later<[CheckResult]>
  private let assessed: Later<Checklist>

  init(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, setAside: [StepID: String]) {
    self.snapshot = snapshot
    let checked = Later { Checks.run(snapshot) }
    self.checked = checked
    assessed = Later {
      Checklist(snapshot, settings, setAside: setAside, checks: checked.value)
    }
  }

  /// Of every check.
  package var checks: [CheckResult] { checked.value }
  package var checklist: Checklist { assessed.value }
}

/// A value that costs something.
private final class Later<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
