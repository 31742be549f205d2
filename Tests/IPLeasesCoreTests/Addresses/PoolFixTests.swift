import Addresses
import TestSupport
import Testing

@testable import IPLeasesCore

struct PoolFixTests {
  /// The fixes of `entry`, added to a pool of these entries.
  private func fixes(
    _ entry: PoolEntry, over entries: [PoolEntry] = [], context: PoolContext = PoolContext()
  ) -> [PoolFix] {
    let live = LivePool(name: "default", entries: entries, context: context)
    var draft = PoolDraft()
    draft.write([entry])
    let rows = draft.rows(over: entries)
    return PoolFix.offers(for: rows.count - 1, in: rows, over: live)
  }

  private static let meant: [(PoolEntry, [PoolEntry])] = [
    ("192.0.2.217", ["192.0.2.217/32"]), ("192.0.2.5-7", ["192.0.2.5-192.0.2.7"]),
    ("192.0.2.9-192.0.2.1", ["192.0.2.1-192.0.2.9"]),
    ("192.0.2.1/32, 192.0.2.2/32", ["192.0.2.1/32", "192.0.2.2/32"]),
  ]

  @Test(arguments: meant)
  func whatWasMeantIsOffered(typed: PoolEntry, meant: [PoolEntry]) {
    #expect(fixes(typed).first?.instead == meant)
  }

  @Test func whatCannotBeGuessedCanOnlyLeave() {
    #expect(fixes("office").map(\.title) == ["remove this row"])
  }

  @Test func theRowsInsideOrTheFreePartCanBeTaken() {
    let found = fixes("192.0.2.208/28", over: ["192.0.2.217/32", "192.0.2.219-192.0.2.222"])
    #expect(
      found.map(\.title) == [
        "remove 192.0.2.217/32 and 192.0.2.219-192.0.2.222, this range contains them",
        "use 192.0.2.208-192.0.2.216 and 192.0.2.218/32 and 192.0.2.223/32: 11 free",
      ])
    #expect(found[0].removed.map(\.text) == ["192.0.2.217/32", "192.0.2.219-192.0.2.222"])
  }

  @Test func aRowInsideAnotherLeaves() {
    #expect(
      fixes("192.0.2.209/32", over: ["192.0.2.208/28"]).map(\.title) == [
        "remove this row, 192.0.2.208/28 contains it"
      ])
    #expect(
      fixes("192.0.2.208/28", over: ["192.0.2.208/28"]).map(\.title) == [
        "remove this row, the same stands elsewhere"
      ])
  }

  @Test func nodesAndOtherPoolsAreLeftOut() throws {
    let context = PoolContext(
      nodes: [try #require(PoolContext.KnownAddress("192.0.2.211", owner: "node 1"))],
      otherPools: [PoolShape(name: "lan", entries: ["192.0.2.212/30"])])
    let found = fixes("192.0.2.208/28", context: context)
    #expect(found.map(\.title) == ["use 192.0.2.208-192.0.2.210 and 192.0.2.216/29: 11 free"])
    let all = PoolContext(
      otherPools: [PoolShape(name: "lan", entries: ["192.0.2.0/24"])])
    #expect(fixes("192.0.2.208/28", context: all).map(\.title) == ["remove this row"])
  }

  @Test func aBlockThatBeginsInTheMiddleIsWrittenWholeOrFromThere() {
    #expect(
      fixes("192.0.2.217/29").map(\.instead) == [
        ["192.0.2.216/29"], ["192.0.2.217-192.0.2.223"],
      ])
  }

  @Test func aTakenFixIsOneStepBack() throws {
    let entries: [PoolEntry] = ["192.0.2.217/32", "192.0.2.219-192.0.2.222"]
    let fix = try #require(fixes("192.0.2.208/28", over: entries).first)
    var draft = PoolDraft()
    draft.take(fix, for: nil, typed: "192.0.2.208/28")
    #expect(draft.entries(over: entries) == ["192.0.2.208/28"])
    let live = LivePool(name: "default", entries: entries)
    #expect(draft.problems(over: live) == [])
    draft.undo()
    #expect(draft.isEmpty)
  }

  /// What is offered against an overlap leaves none.
  @Test(.seeded) func everyFixOfAnOverlapMendsIt() {
    var generator = SeededRandom(stream: 83)
    for _ in 0..<200 {
      func range() -> PoolEntry {
        let first = Int.random(in: 0...200, using: &generator)
        let last = first + Int.random(in: 0...20, using: &generator)
        return "198.51.100.\(first)-198.51.100.\(last)"
      }
      var entries: [PoolEntry] = []
      for _ in 0..<6 {
        let entry = range()
        let problems = PoolProblems.find(in: entries + [entry])
        if !problems.contains(where: { $0.severity == .error }) { entries.append(entry) }
      }
      let typed = range()
      let live = LivePool(name: "default", entries: entries)
      for fix in fixes(typed, over: entries) {
        var draft = PoolDraft()
        draft.take(fix, for: nil, typed: typed)
        #expect(draft.problems(over: live).allSatisfy { $0.severity == .warning }, "\(fix.title)")
      }
    }
  }

  /// In a large pool only what changed is looked at anew, and the verdict on it is the same.
  @Test func aLargePoolGetsTheSameVerdicts() {
    let entries: [PoolEntry] = (0..<1_000).map { "10.\($0 / 250).\($0 % 250).0/30" }
    let lan = PoolShape(name: "lan", entries: ["11.0.0.0/24"])
    let context = PoolContext(otherPools: [lan])
    let live = LivePool(name: "default", entries: entries, context: context)
    let all: [PoolEntry] = [
      "10.0.7.2/32", "11.0.0.5/32", "12.0.0.1/31", "10.0.0.0/16", "oops", "12.0.0.0/30",
    ]
    for typed in all {
      var draft = PoolDraft()
      draft.write([typed])
      let whole = PoolProblems.find(in: entries + [typed], context: context)
      #expect(
        Set(draft.problems(over: live).filter { $0.severity == .error })
          == Set(whole.filter { $0.severity == .error }), "\(typed.text)")
    }
  }
}
