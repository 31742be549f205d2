import Basics
import Cluster

/// Makes checks on a snapshot, in the order in which they build on each other. Pure.
package enum Checks {
  /// - Parameters:
  ///   - only: codes; nil means all.
  ///   - lookingBack: what they depend on is looked at too, though not reported.
  package static func run(
    _ snapshot: ClusterSnapshot, only codes: [String]? = nil, lookingBack: Bool = true
  ) -> [CheckResult] {
    let wanted = Set(codes ?? AllChecks.inOrder.map(\.code))
    var verdicts: [String: Verdict] = [:]
    var results: [CheckResult] = []
    let checks =
      lookingBack ? closure(of: wanted) : AllChecks.inOrder.filter { wanted.contains($0.code) }
    for check in checks {
      let verdict = verdict(of: check, snapshot, verdicts)
      verdicts[check.code] = verdict
      guard wanted.contains(check.code) else { continue }
      let needsCure = verdict.kind == .fail || verdict.kind == .warn
      let known = needsCure ? check.explain(snapshot) : nil
      results.append(
        CheckResult(
          code: check.code, id: check.id, group: check.group, title: check.title,
          want: check.want, why: known?.why ?? check.why, hint: check.hint,
          remedies: needsCure ? known?.remedies ?? check.remedies : [],
          step: needsCure ? known?.step ?? check.step : nil, verdict: verdict,
          since: needsCure ? check.since(snapshot) : nil))
    }
    return results
  }

  /// The facts that the checks, and those they depend on, look at.
  package static func needs(of codes: [String]? = nil) -> Set<FactName> {
    let wanted = Set(codes ?? AllChecks.inOrder.map(\.code))
    return Set(closure(of: wanted).flatMap { $0.needs.union($0.judges) })
  }

  /// The codes of all checks that these build on, at whatever depth, and their own.
  static func buildsOn(_ codes: [String]) -> Set<String> {
    Set(closure(of: Set(codes)).map(\.code))
  }

  /// The codes meant by words: a code with or without "IPL-", an id, a group.
  ///
  /// - Throws: `UserMessage` for a word that names nothing.
  package static func codes(named words: [String]) throws(UserMessage) -> [String] {
    var codes: Set<String> = []
    for word in words {
      let name = word.lowercased()
      let found = AllChecks.inOrder.filter { check in
        let code = check.code.lowercased()
        return code == name || code == "ipl-\(name)" || check.id == name
          || check.group.rawValue == name || check.group.title == name
      }
      guard !found.isEmpty else {
        let groups = CheckGroup.allCases.filter { group in
          AllChecks.inOrder.contains { $0.group == group }
        }.map(\.rawValue).joined(separator: ", ")
        throw UserMessage(
          "There is no check and no group \"\(SafeText.line(word, limit: 40))\".",
          advice: "Give a code (IPL-0704), an id (barrier-open) or a group: \(groups).")
      }
      codes.formUnion(found.map(\.code))
    }
    return AllChecks.inOrder.map(\.code).filter(codes.contains)
  }

  // MARK: Helpers

  /// It is read only where others make it worth a command.
  private static func isOnDemand(_ name: FactName) -> Bool {
    AllFacts.definition(name)?.isOnDemand ?? false
  }

  private static func closure(of wanted: Set<String>) -> [Check] {
    var codes = wanted
    // Dependencies stand before what depends on them, so one way back through the list is enough.
    for check in AllChecks.inOrder.reversed() where codes.contains(check.code) {
      codes.formUnion(check.dependsOn)
    }
    return AllChecks.inOrder.filter { codes.contains($0.code) }
  }

  private static func verdict(
    of check: Check, _ snapshot: ClusterSnapshot, _ verdicts: [String: Verdict]
  ) -> Verdict {
    let missing = check.dependsOn.filter { code in
      switch verdicts[code] {
      case .fail, .notRun(.unreadable), .notRun(.waitsFor): true
      case .pass, .warn, .notRun(.nothingToTest), .notRun(.onRequest), nil: false
      }
    }
    if !missing.isEmpty { return .notRun(.waitsFor(missing)) }
    for name in FactName.allCases where check.needs.contains(name) {
      switch snapshot.reading(of: name) {
      case .unreadable(let problem): return .notRun(.unreadable(problem.reason ?? problem.what))
      case .notRead where isOnDemand(name): continue
      case .notRead: return .notRun(.unreadable("\(name.rawValue) was not read"))
      case .done: continue
      }
    }
    for name in FactName.allCases where check.judges.contains(name) {
      // What this user may not ask says nothing about whether it would answer.
      if case .unreadable(let problem) = snapshot.reading(of: name), problem.isAboutRights {
        return .notRun(.unreadable(problem.reason ?? problem.what))
      }
      if case .notRead = snapshot.reading(of: name), !isOnDemand(name) {
        return .notRun(.unreadable("\(name.rawValue) was not read"))
      }
    }
    return check.evaluate(snapshot)
  }
}
