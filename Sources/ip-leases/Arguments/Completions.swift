import ArgumentParser
import IPLeasesCore
import Rehearsal

/// Values that completion offers.
enum Completions {
  static let contexts = CompletionKind.shellCommand(
    "kubectl config get-contexts -o name 2>/dev/null")

  /// Scenarios, and behind a plus sign the faults.
  static let scenarios = CompletionKind.list(
    RehearsalScenario.allCases.map(\.rawValue)
      + StartingFaults.all.map { "\(RehearsalScenario.enabled.rawValue)+\($0.word)" })

  static let checks = CompletionKind.list(
    CheckGroup.allCases.map(\.rawValue) + AllChecks.inOrder.map(\.code)
      + AllChecks.inOrder.map(\.id))

  static let remedies = CompletionKind.list(["list"] + AllRemedies.inOrder.map(\.id.rawValue))

  static let sources = CompletionKind.list(LogSourceName.allCases.map(\.rawValue))
}
