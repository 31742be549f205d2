import Foundation
import TestSupport
import Testing

@testable import IPLeasesCore

/// What is kept of earlier rounds: what is new, what is gone, since when.
struct CheckHistoryTests {
  private let start = Date(timeIntervalSince1970: 1_795_444_800)

  private func result(_ code: String, _ kind: Verdict.Kind) -> CheckResult {
    let verdict: Verdict =
      switch kind {
      case .pass: .pass(got: "as it should be")
      case .warn: .warn(got: "odd")
      case .fail: .fail(got: "broken")
      case .notRun: .notRun(.waitsFor(["IPL-0001"]))
      }
    return CheckResult(
      code: code, id: code, group: .tools, title: "title of \(code)", want: "w", why: "y",
      hint: "h", remedies: [], verdict: verdict)
  }

  private func history(_ rounds: [[String: Verdict.Kind]]) -> CheckHistory {
    var history = CheckHistory()
    for (number, round) in rounds.enumerated() {
      history.record(
        round.sorted { $0.key < $1.key }.map { result($0.key, $0.value) },
        at: start.addingTimeInterval(Double(number) * 60))
    }
    return history
  }

  private func changes(_ history: CheckHistory) -> [String] {
    history.changes.map { "\($0.code) \($0.kind.rawValue)" }.sorted()
  }

  /// Whatever a file says, it can be counted on.
  @Test(arguments: [Int.max, Int.min, -1]) func countsThatNobodyCountedStopNothing(number: Int)
    throws
  {
    var history = history([["a": .fail], ["a": .pass]])
    let bytes = try JSONEncoder().encode(history)
    var text = String(decoding: bytes, as: UTF8.self)
    for key in ["runs", "count", "firstRun", "lastRun", "run"] {
      text = text.replacing(try Regex("\"\(key)\":[0-9]+"), with: "\"\(key)\":\(number)")
    }
    #expect(text.contains("\(number)"))
    history = try JSONDecoder().decode(CheckHistory.self, from: Data(text.utf8))
    history.record([result("a", .pass), result("b", .fail)], at: start.addingTimeInterval(600))
    #expect(history.spans(of: "b").count == 1)
    _ = history.changes
  }

  @Test func theFirstRoundHasNothingToCompareWith() {
    #expect(changes(history([["a": .fail]])) == [])
  }

  @Test func aRoundSaysWhatIsNewGoneChangedAndNotMade() {
    let history = history([
      ["a": .pass, "b": .fail, "c": .warn, "d": .fail, "e": .fail],
      ["a": .fail, "b": .pass, "c": .fail, "d": .notRun, "e": .fail],
    ])
    #expect(changes(history) == ["a new", "b gone", "c changed", "d not run"])
    #expect(history.runs == 2)
  }

  @Test func aFindingKnowsSinceWhenAndHowOften() {
    let history = history([["a": .pass], ["a": .fail], ["a": .fail], ["a": .fail]])
    let span = history.spans(of: "a").last
    #expect(span?.from == start.addingTimeInterval(60))
    #expect(span?.to == start.addingTimeInterval(180))
    #expect(span?.count == 3)
    #expect(history.spans(of: "a").map(\.verdict) == [.pass, .fail])
  }

  @Test func aRoundOfAFewChecksLeavesTheOthersAsTheyWere() {
    let history = history([["a": .fail, "b": .pass], ["b": .pass], ["a": .fail, "b": .pass]])
    #expect(history.spans(of: "a").map(\.count) == [2])
    #expect(changes(history) == [])
  }

  @Test func eachCheckIsComparedWithTheLastRunThatHeldIt() {
    let history = history([
      ["a": .pass, "b": .fail], ["b": .fail], ["b": .fail], ["a": .fail, "b": .fail],
    ])
    #expect(history.runBefore(of: "a")?.run == 1)
    #expect(history.runBefore(of: "b")?.run == 3)
    let whole = CheckReport(
      results: [result("a", .fail), result("b", .fail)], context: "", duration: .zero,
      history: history)
    #expect(
      whole.comparison(inFull: false).first
        == "Each against its last run (1 to 3, since 2026-11-23T14:40:00Z): 1 new, 1 still there")
    let part = CheckReport(
      results: [result("b", .fail)], context: "", duration: .zero, history: history)
    #expect(
      part.comparison(inFull: false) == ["Since run 3, 2026-11-23T14:42:00Z: 1 still there"])
    let first = CheckReport(
      results: [result("c", .fail)], context: "", duration: .zero, history: history)
    #expect(first.comparison(inFull: false) == [])
  }

  /// Two consoles, or a console and a command, write at the same time.
  @Test func noRunOfTwoProcessesIsLost() async throws {
    let folder = TemporaryFolder()
    let store = FindingStore(folder: folder.state)
    let results = (0..<20).map { [result("check\($0)", .fail)] }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, own) in results.enumerated() {
        group.addTask {
          _ = try store.change { $0.record(own, at: Date(timeIntervalSince1970: Double(number))) }
        }
      }
      try await group.waitForAll()
    }
    #expect(store.history.runs == 20)
    #expect((0..<20).allSatisfy { store.history.spans(of: "check\($0)").count == 1 })
  }

  @Test func aRoundNobodyAskedForCountsOnlyWhereSomethingCameOutAnotherWay() {
    var history = history([["a": .pass]])
    let later = start.addingTimeInterval(600)
    let counted = [Verdict.Kind.pass, .fail, .fail].map { kind in
      history.record([result("a", kind)], at: later, isAsked: false)
    }
    #expect(counted == [false, true, false])
    #expect(history.runs == 2)
    #expect(changes(history) == ["a new"])
  }

  @Test func itDoesNotGrowForEver() throws {
    let rounds = (0..<400).map { ["a": $0.isMultiple(of: 2) ? Verdict.Kind.pass : .fail] }
    let history = history(rounds)
    #expect(history.spans(of: "a").count == 8)
    #expect(try JSONEncoder().encode(history).count < 2_000)
  }

  @Test func theTextNamesWhatChangedInEightyColumns() {
    let rounds: [[String: Verdict.Kind]] = [["a": .pass, "b": .fail], ["a": .fail, "b": .fail]]
    let history = history(rounds)
    let report = CheckReport(
      results: [result("a", .fail), result("b", .fail)], context: "", duration: .zero,
      history: history)
    #expect(
      report.comparison(inFull: true) == [
        "Since run 1, 2026-11-23T14:40:00Z: 1 new, 1 still there",
        "  new     a  FAIL    title of a, was OK",
        "  still   b  FAIL    title of b, since 2026-11-23T14:40:00Z, 2 runs",
      ])
    #expect(report.comparison(inFull: false).count == 2)
  }

  @Test func whatStandsIsToldFromTheClusterFirst() {
    var broken = result("a", .fail)
    let history = history([["a": .fail], ["a": .fail]])
    let report = CheckReport(results: [broken], context: "", duration: .zero, history: history)
    #expect(report.since(broken) == start)
    broken.since = start.addingTimeInterval(-900)
    #expect(report.since(broken) == start.addingTimeInterval(-900))
    #expect(report.since(result("a", .pass)) == nil)
  }

  @Test func theHeadlineKeepsTheTimeOfTheRunThatSawItFirst() {
    var history = CheckHistory()
    let later = start.addingTimeInterval(300)
    #expect(history.noteHeadline("locked", at: start) == start)
    #expect(history.noteHeadline("locked", at: later) == start)
    #expect(history.noteHeadline("something else", at: later) == later)
  }
}
