import Basics
import Foundation

/// How each check came out over the last runs: what is new, what is gone, and since when. Kept so
/// that a run can be compared; it never decides how a check comes out.
package struct CheckHistory: Hashable, Sendable, Codable {
  /// The number of the last run, from 1; 0 before the first.
  @Counted package private(set) var runs = 0
  package private(set) var lastRun: Date?
  /// By code: the run before its last one in which the check was made. Runs may be of a few checks.
  private var before: [String: Mark]?
  /// By code, oldest first; the last of them is how the check came out last.
  private var spans: [String: [Span]] = [:]
  /// What was wrong, in one sentence, and the first run that said so.
  private var headline: Headline?

  /// Runs one after the other in which a check came out the same way.
  package struct Span: Hashable, Sendable, Codable {
    package var verdict: Verdict.Kind
    @Counted package var firstRun: Int
    @Counted package var lastRun: Int
    package var from: Date
    package var to: Date
    /// Runs that made this check: some are made of a few checks only.
    @Counted package var count: Int
  }

  /// One run.
  package struct Mark: Hashable, Sendable, Codable {
    @Counted package var run: Int
    package var time: Date
  }

  package struct Change: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case new, gone, changed
      /// It was a finding and was not made this time.
      case notRun = "not run"
    }

    package var code: String
    package var kind: Kind
    package var before: Verdict.Kind
    package var now: Verdict.Kind
  }

  private struct Headline: Hashable, Codable {
    var text: String
    var since: Date
  }

  /// Of one check, at most: older ones are let go.
  private static let spanLimit = 8

  package init() {}

  /// The first time there is in it.
  var oldest: Date? {
    (spans.values.joined().map(\.from) + [headline?.since].compactMap(\.self)).min()
  }

  /// Takes in a run. One that nobody asked for counts only where a check came out another way.
  ///
  /// - Returns: false where it did not count.
  @discardableResult
  package mutating func record(
    _ results: [CheckResult], at time: Date, isAsked: Bool = true
  ) -> Bool {
    // Whole seconds, as they are kept: what is read back is equal to what was written.
    let time = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
    let isSame = results.allSatisfy { spans[$0.code]?.last?.verdict == $0.verdict.kind }
    guard isAsked || !isSame else { return false }
    runs += 1
    lastRun = time
    for result in results {
      var own = spans[result.code] ?? []
      if let last = own.last {
        before = (before ?? [:]).merging(
          [result.code: Mark(run: last.lastRun, time: last.to)], uniquingKeysWith: { $1 })
      }
      // What could not be told in between does not end what was told before.
      if own.count > 1, own.last?.verdict == .notRun,
        own[own.count - 2].verdict == result.verdict.kind
      {
        own.removeLast()
      }
      if own.last?.verdict == result.verdict.kind {
        own[own.count - 1].lastRun = runs
        own[own.count - 1].to = time
        own[own.count - 1].count += 1
      } else {
        own.append(
          Span(
            verdict: result.verdict.kind, firstRun: runs, lastRun: runs, from: time, to: time,
            count: 1))
      }
      spans[result.code] = own.suffix(Self.spanLimit)
    }
    return true
  }

  /// - Returns: since when the console has been saying this; `time` where it is new.
  package mutating func noteHeadline(_ text: String, at time: Date) -> Date {
    if let headline, headline.text == text { return headline.since }
    headline = Headline(text: text, since: time)
    return time
  }

  package func spans(of code: String) -> [Span] { spans[code] ?? [] }

  /// The run the last one of a check is compared with; nil where it was its first.
  package func runBefore(of code: String) -> Mark? { before?[code] }

  /// What came out another way in the last run than the time before that check was made, in no
  /// order.
  package var changes: [Change] {
    spans.compactMap { code, spans -> Change? in
      guard let now = spans.last, now.firstRun == runs, spans.count > 1 else { return nil }
      let before = spans[spans.count - 2].verdict
      let kind: Change.Kind? =
        switch (before.isFinding, now.verdict.isFinding) {
        case (false, true): .new
        case (true, false): now.verdict == .notRun ? .notRun : .gone
        case (true, true): .changed
        case (false, false): nil
        }
      return kind.map { Change(code: code, kind: $0, before: before, now: now.verdict) }
    }
  }
}

extension Verdict.Kind {
  /// Something that needs attention.
  package var isFinding: Bool { self == .warn || self == .fail }
}
