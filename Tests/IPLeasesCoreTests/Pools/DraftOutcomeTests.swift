import TestSupport
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// What a draft makes of a pool, which the pane says before a plan is made.
struct DraftOutcomeTests {
  private func holder(_ number: UInt8, also others: [String] = []) -> AddressHolder {
    let texts = ["198.51.100.\(number)"] + others
    return AddressHolder(
      namespace: "n", name: "s\(number)", addresses: texts.compactMap { IPAddress(parsing: $0) },
      allocatedFrom: "default")
  }

  @Test func whoMustMoveTakesAFreeAddress() {
    let live = LivePool(
      name: "default", entries: ["198.51.100.0/30", "198.51.100.8/30"],
      holders: [holder(1), holder(8), holder(9)])
    var draft = PoolDraft()
    #expect(draft.free(over: live) == 5)
    draft.remove([draft.rows(over: live.entries)[1]])
    #expect(draft.moving(over: live).map(\.holder.name) == ["s8", "s9"])
    #expect(draft.free(over: live) == 1)
    draft.set { $0.avoidBuggyIPs = true }
    #expect(draft.free(over: live) == 0)
    draft.write(["198.51.100.1/32"], insteadOf: draft.rows(over: live.entries)[0])
    #expect(draft.free(over: live) == nil)
    #expect(draft.wish(over: live).name == "default")
    #expect(
      draft.shape(over: live) == PoolShape(entries: ["198.51.100.1/32"], avoidBuggyIPs: true))
  }

  /// The pane's sentence and the plan's list come of one rule each; they name the same Services.
  @Test(.seeded) func whomTheDraftMovesThePlanMoves() {
    var random = SeededRandom(stream: 2_207)
    let blocks: [PoolEntry] = (0..<16).map { "198.51.100.\($0 * 16)-198.51.100.\($0 * 16 + 15)" }
    for _ in 0..<300 {
      let entries = Array(blocks.shuffled(using: &random).prefix(6))
      let holders = (0..<40).map { _ in holder(.random(in: 0...255, using: &random)) }
      let distinct = Dictionary(holders.map { ($0.title, $0) }, uniquingKeysWith: { $1 })
      let live = LivePool(name: "default", entries: entries, holders: Array(distinct.values))
      var draft = PoolDraft()
      for _ in 0..<3 {
        let rows = draft.rows(over: entries)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: draft.remove(rows.randomElement(using: &random).map { [$0] } ?? [])
        case 1: draft.set { $0.avoidBuggyIPs = true }
        case 2: draft.write([blocks.randomElement(using: &random) ?? ""])
        default:
          let first = Int.random(in: 0...250, using: &random)
          draft.write(
            ["198.51.100.\(first)-198.51.100.\(first + 5)"],
            insteadOf: rows.randomElement(using: &random))
        }
      }
      let moves = PoolMoves(
        from: [live.shape], to: [draft.shape(over: live)], holders: Array(distinct.values),
        metallb: Version(0, 14, 8))
      #expect(
        Set(draft.moving(over: live).map(\.holder.title)) == Set(moves.moved.map(\.title)),
        "\(entries.texts) become \(draft.entries(over: entries).texts)")
    }
  }
}
