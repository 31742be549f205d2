import Foundation

/// One round of checks, with what follows from it.
package struct CheckReport: Hashable, Sendable {
  package enum Threshold: String, Hashable, Sendable, CaseIterable {
    case warn, fail
  }

  package var results: [CheckResult]
  /// Which cluster, by kubectl's name for it.
  package var context: String
  /// How long the round took.
  package var duration: Duration
  package var madeAt: Date
  /// Findings somebody set aside, by code; their verdicts stay what they are.
  package var aside: [String: FindingAside]
  /// With this round in it.
  package var history: CheckHistory

  package init(
    results: [CheckResult], context: String, duration: Duration, madeAt: Date = Date(),
    aside: [String: FindingAside] = [:], history: CheckHistory = CheckHistory()
  ) {
    self.results = results
    self.context = context
    self.duration = duration
    self.madeAt = madeAt
    self.aside = aside
    self.history = history
  }

  package func count(_ kind: Verdict.Kind) -> Int { results.count { $0.verdict.kind == kind } }

  /// Without those set aside.
  package func openCount(_ kind: Verdict.Kind) -> Int {
    results.count { $0.verdict.kind == kind && aside($0) == nil }
  }

  /// Something a check looks at could not be read.
  package var isIncomplete: Bool {
    results.contains { result in
      if case .notRun(.unreadable) = result.verdict { true } else { false }
    }
  }

  /// nil where the check is no finding, or nobody set it aside.
  package func aside(_ result: CheckResult) -> FindingAside? {
    result.verdict.kind.isFinding ? aside[result.code] : nil
  }

  package var asideCount: Int { results.count { aside($0) != nil } }

  /// 1 if something fails (or warns, if that is the threshold) and is not set aside; else 2 if
  /// something could not be read; else 0.
  package func exitCode(failOn threshold: Threshold) -> Int32 {
    let isBad = results.contains { result in
      let kind = result.verdict.kind
      return aside(result) == nil && (kind == .fail || (threshold == .warn && kind == .warn))
    }
    return isBad ? 1 : isIncomplete ? 2 : 0
  }

  /// Since when a finding stands: by what the cluster tells, else by the runs that saw it.
  package func since(_ result: CheckResult) -> Date? {
    guard result.verdict.kind.isFinding else { return nil }
    return result.since ?? history.spans(of: result.code).last?.from
  }

  /// The runs its checks are compared with, the oldest first; several where the last ones were of a
  /// few checks.
  package var runsBefore: [CheckHistory.Mark] {
    Set(results.compactMap { history.runBefore(of: $0.code) }).sorted { $0.run < $1.run }
  }

  /// What came out another way than before, in the order of the checks.
  package var changes: [CheckHistory.Change] {
    let changes = Dictionary(history.changes.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
    return results.compactMap { changes[$0.code] }
  }

  /// Findings that stood there the time before.
  package var lasting: [CheckResult] {
    let changed = Set(history.changes.map(\.code))
    return results.filter { result in
      result.verdict.kind.isFinding && !changed.contains(result.code)
        && history.spans(of: result.code).last.map { $0.count > 1 } ?? false
    }
  }

  /// The groups that have results, each with its own.
  package var groups: [(group: CheckGroup, results: [CheckResult])] {
    CheckGroup.allCases.compactMap { group in
      let own = results.filter { $0.group == group }
      return own.isEmpty ? nil : (group, own)
    }
  }
}
