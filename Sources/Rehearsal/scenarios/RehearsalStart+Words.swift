import Basics

/// Where a rehearsal begins, in words.
extension RehearsalStart {
  /// - Throws: `UserMessage`; `list` tells what there is.
  package init(parsing text: String) throws(UserMessage) {
    let words = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    guard let scenario = words.first.flatMap(RehearsalScenario.init) else {
      throw UserMessage("There is no scenario \"\(SafeText.line(words.first ?? "", limit: 40))\".")
    }
    self.scenario = scenario
    faults = []
    for word in words.dropFirst() {
      guard let (fault, after) = StartingFaults.called(word) else {
        throw UserMessage("There is no fault \"\(SafeText.line(word, limit: 40))\".")
      }
      let name = fault.word + (after.map { "@\(Int($0))" } ?? "")
      if !faults.contains(name) { faults.append(name) }
    }
  }

  /// Every scenario and every fault, a line each.
  package static var list: String {
    let scenarios = RehearsalScenario.allCases.map(\.rawValue).joined(separator: ", ")
    let faults = StartingFaults.all.map { fault in
      "  \(fault.word.padded(to: 24)) \(fault.code ?? "        ")  \(fault.title)"
    }
    return "Scenarios: \(scenarios).\n"
      + "Faults, by word or by the check that finds them (enabled+metallb-0.16); with @SECONDS so long\n"
      + "after the beginning (enabled+metrics-refused@30):\n"
      + faults.joined(separator: "\n")
  }
}
