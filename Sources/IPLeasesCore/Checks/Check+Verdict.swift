import Basics
import Cluster

extension Check {
  /// - Parameter verdicts: of those that were made before it, by code.
  func verdict(_ snapshot: ClusterSnapshot, _ verdicts: [String: Verdict]) -> Verdict {
    let missing = dependsOn.filter { code in
      switch verdicts[code] {
      case .fail, .notRun(.unreadable), .notRun(.waitsFor): true
      case .pass, .warn, .notRun(.nothingToTest), .notRun(.onRequest), nil: false
      }
    }
    if !missing.isEmpty { return .notRun(.waitsFor(missing)) }
    for name in FactName.allCases where needs.contains(name) {
      switch snapshot.reading(of: name) {
      case .unreadable(let problem): return .notRun(.unreadable(problem.reason ?? problem.what))
      case .notRead where Self.isOnDemand(name): continue
      case .notRead: return .notRun(.unreadable("\(name.rawValue) was not read"))
      case .done: continue
      }
    }
    for name in FactName.allCases where judges.contains(name) {
      // What this user may not ask says nothing about whether it would answer.
      if case .unreadable(let problem) = snapshot.reading(of: name), problem.obstacle == .rights {
        return .notRun(.unreadable(problem.reason ?? problem.what))
      }
      if case .notRead = snapshot.reading(of: name), !Self.isOnDemand(name) {
        return .notRun(.unreadable("\(name.rawValue) was not read"))
      }
    }
    return evaluate(snapshot)
  }

  func result(_ snapshot: ClusterSnapshot, _ verdict: Verdict) -> CheckResult {
    let needsCure = verdict.kind.isFinding
    let known = needsCure ? explain(snapshot) : nil
    return CheckResult(
      code: code, id: id, group: group, title: title, want: want, why: known?.why ?? why,
      hint: known?.hint ?? hint, remedies: needsCure ? known?.remedies ?? remedies : [],
      step: needsCure ? known?.step ?? step : nil, verdict: verdict,
      since: needsCure ? since(snapshot) : nil)
  }

  /// It is read only where others make it worth a command.
  private static func isOnDemand(_ name: FactName) -> Bool {
    AllFacts.definition(name)?.isOnDemand ?? false
  }
}
