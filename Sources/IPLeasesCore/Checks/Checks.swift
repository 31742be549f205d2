import Basics
import Cluster

/// Makes checks on a snapshot, in the order in which they build on each other. Pure.
package enum Checks {
  /// - Parameter codes: what they depend on is looked at too, though not reported; nil means all.
  package static func run(_ snapshot: ClusterSnapshot, only codes: [String]? = nil)
    -> [CheckResult]
  {
    let wanted = Set(codes ?? AllChecks.inOrder.map(\.code))
    var verdicts: [String: Verdict] = [:]
    var results: [CheckResult] = []
    for check in closure(of: wanted) {
      let verdict = check.verdict(snapshot, verdicts)
      verdicts[check.code] = verdict
      if wanted.contains(check.code) { results.append(check.result(snapshot, verdict)) }
    }
    return results
  }

  /// The checks of the path of a lease, with nothing behind them looked at but each other.
  ///
  /// - Parameter results: of every check on the snapshot.
  static func path(_ snapshot: ClusterSnapshot, _ results: [CheckResult]) -> [CheckResult] {
    var verdicts: [String: Verdict] = [:]
    return results.filter { AllChecks.pathOfALease.contains($0.code) }.map { result in
      var result = result
      // With less behind it, only what waits can come out another way.
      if case .notRun(.waitsFor) = result.verdict, let check = AllChecks.check(result.code) {
        result = check.result(snapshot, check.verdict(snapshot, verdicts))
      }
      verdicts[result.code] = result.verdict
      return result
    }
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

  private static func closure(of wanted: Set<String>) -> [Check] {
    var codes = wanted
    // Dependencies stand before what depends on them, so one way back through the list is enough.
    for check in AllChecks.inOrder.reversed() where codes.contains(check.code) {
      codes.formUnion(check.dependsOn)
    }
    return AllChecks.inOrder.filter { codes.contains($0.code) }
  }
}
