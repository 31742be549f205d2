import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

/// A finding somebody knows of: it stays what it is and asks for no attention until its day.
struct FindingAsideTests {
  private let now = Date(timeIntervalSince1970: 1_795_444_800)
  private let folder = TemporaryFolder()

  private func aside(_ code: String = "IPL-0708", until: String = "2026-12-01") throws
    -> FindingAside
  {
    try FindingAside(
      code: code, reason: "the pool grows on Monday", until: #require(CalendarDay(until)),
      now: now)
  }

  private func report(_ asides: [FindingAside], _ kinds: [String: Verdict]) -> CheckReport {
    let results = kinds.sorted { $0.key < $1.key }.compactMap { code, verdict -> CheckResult? in
      guard let check = AllChecks.check(code) else { return nil }
      return CheckResult(
        code: code, id: check.id, group: check.group, title: check.title, want: check.want,
        why: check.why, hint: check.hint, remedies: [], verdict: verdict)
    }
    return CheckReport(
      results: results, context: "", duration: .zero, madeAt: now,
      aside: Dictionary(uniqueKeysWithValues: asides.map { ($0.code, $0) }))
  }

  @Test(arguments: [
    "2027-02-30", "2027-13-01", "2027-1-1", "27-01-01", "tomorrow", "", "2027-01-31x", "２027-01-31",
  ])
  func whatIsNoDayIsRefused(text: String) { #expect(CalendarDay(text) == nil) }

  @Test func aDamagedFileIsSaidAndNotOverwritten() throws {
    let damaged = Data("[{".utf8)
    let (findings, steps) = (
      FindingStore(folder: folder.state), SetAsideStore(folder: folder.state)
    )
    #expect(findings.asideProblem == nil && steps.problem == nil)
    for path in [folder.state.findingsAside, folder.state.stepsAside] {
      try AtomicFile.createFolder(folder.state.path)
      try AtomicFile.write(damaged, to: path)
    }
    let refusal = #expect(throws: UserMessage.self) { try findings.setAside(aside()) }
    #expect(refusal?.isUntold == true)
    #expect(throws: UserMessage.self) { try findings.takeBack("IPL-0708", at: now) }
    #expect(throws: UserMessage.self) { try steps.set(.pools, reason: "later") }
    #expect(findings.asideProblem?.reason == "it is damaged" && steps.problem != nil)
    #expect(findings.aside(at: now).isEmpty && steps.all().isEmpty)
    for path in [folder.state.findingsAside, folder.state.stepsAside] {
      #expect(try AtomicFile.read(path) == damaged)
    }
  }

  @Test func aDayKnowsItsFirstMoment() throws {
    let day = try #require(CalendarDay("2028-02-29"))
    #expect(day.start.formatted(.iso8601) == "2028-02-29T00:00:00Z")
    #expect(CalendarDay(now, addingDays: 30).text == "2026-12-23")
    #expect(CalendarDay(now, addingDays: 0).text == "2026-11-23")
  }

  @Test func aReasonAndADayToComeAreNeeded() throws {
    let today = CalendarDay(now, addingDays: 0)
    #expect(throws: UserMessage.self) {
      try FindingAside(code: "IPL-0708", reason: "later", until: today, now: now)
    }
    let day = CalendarDay(now, addingDays: 1)
    #expect(throws: UserMessage.self) {
      try FindingAside(code: "IPL-0708", reason: "  ", until: day, now: now)
    }
    #expect(throws: UserMessage.self) {
      try FindingAside(code: "IPL-9999", reason: "later", until: day, now: now)
    }
  }

  @Test func itEndsByItselfOnItsDay() throws {
    let store = FindingStore(folder: folder.state)
    try store.setAside(aside())
    let last = try #require(CalendarDay("2026-12-01")).start.addingTimeInterval(-1)
    #expect(store.aside(at: last).keys.sorted() == ["IPL-0708"])
    #expect(store.aside(at: last.addingTimeInterval(1)).isEmpty)
  }

  @Test func itIsTakenBack() throws {
    let store = FindingStore(folder: folder.state)
    try store.setAside(aside())
    try store.setAside(aside("IPL-0758"))
    #expect(try store.takeBack("IPL-0708", at: now))
    #expect(try !store.takeBack("IPL-0708", at: now))
    #expect(store.aside(at: now).keys.sorted() == ["IPL-0758"])
  }

  @Test func aDamagedFileIsEmpty() throws {
    let store = FindingStore(folder: folder.state)
    try folder.state.create()
    try AtomicFile.write(Data("{".utf8), to: "\(folder.state.path)/findings-aside.json")
    try AtomicFile.write(Data("no".utf8), to: "\(folder.state.path)/checks.json")
    #expect(store.aside(at: now).isEmpty)
    #expect(store.history == CheckHistory())
  }

  @Test func itDoesNotCountInTheExitCodeAndStaysInTheNumbers() throws {
    let broken: [String: Verdict] = ["IPL-0708": .fail(got: "12"), "IPL-0758": .warn(got: "0")]
    #expect(report([], broken).exitCode(failOn: .fail) == 1)
    let known = try report([aside()], broken)
    #expect(known.exitCode(failOn: .fail) == 0)
    #expect(known.exitCode(failOn: .warn) == 1)
    #expect(known.count(.fail) == 1)
    #expect(known.text().contains("\n0 pass, 1 warn, 1 fail, 0 not run\n1 set aside: "))
    #expect(known.text().contains("aside   until 2026-12-01: the pool grows on Monday"))
  }

  @Test func theDocumentKeepsTheVerdictAndSaysWho() throws {
    let known = try report([aside()], ["IPL-0708": .fail(got: "12"), "IPL-0001": .pass(got: "x")])
    let data = try JSONEncoder().encode(CheckDocument(known))
    let document = try #require(
      JSONSerialization.jsonObject(with: data) as? [String: Any])
    let summary = try #require(document["summary"] as? [String: Int])
    #expect(summary == ["pass": 1, "warn": 0, "fail": 1, "notRun": 0])
    #expect(document["setAside"] as? Int == 1)
    let checks = try #require(document["checks"] as? [[String: Any]])
    let row = try #require(checks.first { $0["code"] as? String == "IPL-0708" })
    #expect(row["verdict"] as? String == "fail")
    #expect(
      row["setAside"] as? [String: String] == [
        "reason": "the pool grows on Monday", "until": "2026-12-01",
      ])
  }

  @Test func aCheckThatHoldsAgainIsNotCalledSetAside() throws {
    let known = try report([aside()], ["IPL-0708": .pass(got: "13")])
    #expect(known.asideCount == 0)
    #expect(!known.text().contains("aside"))
  }
}
