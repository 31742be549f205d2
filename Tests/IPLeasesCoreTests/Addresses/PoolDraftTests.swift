import TestSupport
import Testing

@testable import Addresses
@testable import Cluster
@testable import IPLeasesCore

struct PoolDraftTests {
  private let live: [PoolEntry] = ["203.0.113.192/28", "192.0.2.217/32", "192.0.2.219-192.0.2.222"]

  private func row(_ index: Int, _ draft: PoolDraft) -> PoolDraft.Row {
    draft.rows(over: live)[index]
  }

  @Test func anEmptyDraftWantsThePoolAsItIs() {
    let draft = PoolDraft()
    #expect(draft.isEmpty)
    #expect(draft.entries(over: live) == live)
    #expect(draft.rows(over: live).map(\.kind) == [.unchanged, .unchanged, .unchanged])
  }

  @Test func editsStayInPlaceAndAdditionsComeLast() {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/30"])
    draft.write(["192.0.2.218/32"], insteadOf: row(1, draft))
    draft.remove([row(0, draft)])
    #expect(
      draft.rows(over: live).map(\.kind) == [
        .removed, .edited(from: "192.0.2.217/32"), .unchanged, .added,
      ])
    #expect(
      draft.entries(over: live) == [
        "192.0.2.218/32", "192.0.2.219-192.0.2.222", "198.51.100.0/30",
      ])
  }

  @Test func anEditBackToWhatIsThereIsNoEdit() {
    var draft = PoolDraft()
    draft.write(["192.0.2.218/32"], insteadOf: row(1, draft))
    draft.write(["192.0.2.217/32"], insteadOf: row(1, draft))
    #expect(draft.isEmpty)
    #expect(draft.undoDepth == 2)
  }

  @Test func removingWhatWasAddedLeavesNothingBehind() {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/30"])
    draft.remove([row(3, draft)])
    #expect(draft.isEmpty)
  }

  @Test func removingAnEditedRowRemovesTheRangeItStandsFor() {
    var draft = PoolDraft()
    draft.write(["192.0.2.218/32"], insteadOf: row(1, draft))
    draft.remove([row(1, draft)])
    #expect(draft.removed == ["192.0.2.217/32"])
    #expect(draft.edited == [])
  }

  @Test func everyStepCanBeTakenBackAndDoneAgain() {
    var draft = PoolDraft()
    var seen = [draft.entries(over: live)]
    draft.write(["198.51.100.0/30"])
    seen.append(draft.entries(over: live))
    draft.remove([row(0, draft)])
    seen.append(draft.entries(over: live))
    draft.write(["192.0.2.0/30"], insteadOf: row(3, draft))
    seen.append(draft.entries(over: live))
    for wanted in seen.dropLast().reversed() {
      draft.undo()
      #expect(draft.entries(over: live) == wanted)
    }
    draft.undo()
    #expect(draft.undoDepth == 0)
    for wanted in seen.dropFirst() {
      draft.redo()
      #expect(draft.entries(over: live) == wanted)
    }
    #expect(draft.redoDepth == 0)
  }

  @Test func aChangeAfterAnUndoForgetsWhatWasTakenBack() {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/30"])
    draft.undo()
    draft.write(["198.51.100.4/30"])
    #expect(draft.redoDepth == 0)
    #expect(draft.added == ["198.51.100.4/30"])
  }

  @Test func whatTheClusterHasTakenOverLeavesTheDraft() {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/30"])
    draft.write(["192.0.2.218/32"], insteadOf: row(1, draft))
    draft.remove([row(0, draft)])
    let applied = draft.rebased(onto: draft.entries(over: live))
    #expect(applied == PoolDraft())
    #expect(draft.rebased(onto: live) == draft)
  }

  @Test func whatTheClusterHasTakenOverInPartStaysInPart() {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/30", "198.51.100.4/30"])
    draft.remove([row(0, draft)])
    let half = draft.rebased(onto: live + ["198.51.100.0/30"])
    #expect(half.added == ["198.51.100.4/30"])
    #expect(half.removed == ["203.0.113.192/28"])
  }

  @Test func anEditOfARangeThatIsGoneBecomesAnAddition() {
    var draft = PoolDraft()
    draft.write(["192.0.2.218/32"], insteadOf: row(1, draft))
    let others: [PoolEntry] = ["203.0.113.192/28"]
    #expect(draft.entries(over: others) == ["203.0.113.192/28", "192.0.2.218/32"])
    #expect(draft.rebased(onto: others).added == ["192.0.2.218/32"])
    let both = live + ["192.0.2.218/32"]
    #expect(draft.rebased(onto: both).removed == ["192.0.2.217/32"])
  }

  @Test func aRangeThatIsRemovedAndAddedAgainStays() {
    var draft = PoolDraft()
    draft.remove([row(0, draft)])
    draft.write(["203.0.113.192/28"])
    let rebased = draft.rebased(onto: live)
    #expect(rebased.isEmpty)
    #expect(rebased.entries(over: live) == live)
  }

  @Test(.seeded) func aRebasedDraftIsTheSameIntent() {
    var generator = SeededRandom(stream: 127)
    let names: [PoolEntry] = (0..<12).map { "198.51.100.\($0)/32" }
    for _ in 0..<300 {
      let live = Array(names.shuffled(using: &generator).prefix(5))
      var draft = PoolDraft()
      for _ in 0..<6 {
        let rows = draft.rows(over: live)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: draft.write([names.randomElement(using: &generator) ?? ""])
        case 1:
          draft.write(
            [names.randomElement(using: &generator) ?? ""],
            insteadOf: rows.randomElement(using: &generator))
        case 2: draft.remove(rows.randomElement(using: &generator).map { [$0] } ?? [])
        case 3: draft.undo()
        default: draft.redo()
        }
      }
      let wanted = Set(draft.entries(over: live))
      let rebased = draft.rebased(onto: live)
      #expect(Set(rebased.entries(over: live)) == wanted)
      #expect(rebased.rebased(onto: live) == rebased)
    }
  }

  @Test func rangesAreReadFromPlainLines() {
    let text = """
      # my addresses
      203.0.113.192/28
        - "192.0.2.219-192.0.2.222"   # office

      '192.0.2.217/32'\r\n10.0.0.5
      """
    #expect(
      RangeList.entries(in: text) == [
        "203.0.113.192/28", "192.0.2.219-192.0.2.222", "192.0.2.217/32", "10.0.0.5",
      ])
  }

  @Test func aSeatIsAnAddressOfALoadBalancerOfMetalLB() throws {
    func service(
      _ name: String, _ type: String, _ addresses: [String], of balancer: String? = nil
    ) -> Service {
      Service(
        metadata: ObjectMeta(
          name: name, namespace: "lease",
          labels: [
            "akash.network/lease.id.owner": "akash1q7", "akash.network/lease.id.dseq": "172039",
          ]),
        spec: .init(
          type: type, loadBalancerClass: balancer,
          ports: [.init(port: 443), .init(port: 53, protocol: "UDP")]),
        status: .init(loadBalancer: .init(ingress: addresses.map { .init(ip: $0) })))
    }
    let services = [
      service("b", "LoadBalancer", ["192.0.2.9", "oops"]), service("c", "ClusterIP", []),
      service("a", "LoadBalancer", ["192.0.2.8"]), service("d", "LoadBalancer", []),
      service("e", "LoadBalancer", ["192.0.2.7"], of: "example.org/other"),
    ]
    let seats = [PoolSeat](services.compactMap(AddressHolder.init))
    #expect(seats.map(\.holder.name) == ["a", "b"])
    #expect(seats[1].holder.ports == ["443/TCP", "53/UDP"])
    #expect(seats[1].holder.lease == Lease(owner: "akash1q7", sequence: "172039"))
  }
}
