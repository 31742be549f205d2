import TestSupport
import Testing

@testable import Addresses
@testable import IPLeasesCore

struct AddressSetTests {
  private func set(_ entries: String...) throws -> AddressSet {
    AddressSet(try entries.map { try AddressRange(parsing: $0) })
  }

  @Test func touchingAndOverlappingPartsBecomeOne() throws {
    let parts = try set("10.0.0.4/30", "10.0.0.0/30", "10.0.0.6-10.0.0.9", "::2/127", "::/127")
    #expect(parts.intervals.map(\.description) == ["10.0.0.0-10.0.0.9", "::-::3"])
    #expect(parts.count.description == "14")
  }

  @Test func familiesNeverTouch() throws {
    let parts = try set("255.255.255.255/32", "::/128")
    #expect(parts.intervals.count == 2)
  }

  @Test func subtractingLeavesTheRest() throws {
    let rest = try set("10.0.0.0/29", "10.0.1.0/30", "::/126")
      .subtracting(set("10.0.0.0/32", "10.0.0.3-10.0.0.4", "10.0.0.7-10.0.1.2", "::3/128"))
    #expect(
      rest.intervals.map(\.description) == [
        "10.0.0.1-10.0.0.2", "10.0.0.5-10.0.0.6", "10.0.1.3",
        "::-::2",
      ])
    let nothing = try set("::/0").subtracting(set("::/0"))
    #expect(nothing.isEmpty)
  }

  @Test func intersectingKeepsWhatBothHave() throws {
    let both = try set("10.0.0.0/24", "10.0.2.0/24").intersection(set("10.0.0.200-10.0.2.3"))
    #expect(both.intervals.map(\.entry) == ["10.0.0.200-10.0.0.255", "10.0.2.0/30"])
  }

  @Test func membershipIsFoundInBothFamilies() throws {
    let parts = try set("10.0.0.2-10.0.0.4", "10.0.0.8/32", "::8/126")
    let inside = ["10.0.0.2", "10.0.0.4", "10.0.0.8", "::8", "::b"]
    let outside = ["10.0.0.1", "10.0.0.5", "10.0.0.9", "::7", "::c", "0.0.0.8"]
    for text in inside { #expect(parts.contains(try #require(IPAddress(parsing: text)))) }
    for text in outside { #expect(!parts.contains(try #require(IPAddress(parsing: text)))) }
  }

  @Test func theNextFreeBlockIsTheLowest() throws {
    let taken = try set("10.0.0.0/29", "10.0.0.12/32")
    let space = try AddressRange(parsing: "10.0.0.0/27").interval
    #expect(taken.nextFree(4, in: space)?.entry == "10.0.0.8/30")
    #expect(taken.nextFree(5, in: space)?.entry == "10.0.0.13-10.0.0.17")
    #expect(taken.nextFree(8, in: space, aligned: true)?.entry == "10.0.0.16/29")
    #expect(taken.nextFree(20, in: space) == nil)
    #expect(taken.nextFree(3, in: space, aligned: true) == nil)
    #expect(taken.nextFree(0, in: space) == nil)
  }

  @Test func overlapsAreNamedByPlaceInTheList() throws {
    let list = try ["10.0.0.0/24", "10.0.1.0/24", "10.0.0.7/32", "10.0.0.0/24", "10.0.0.9/32"]
      .map { try AddressRange(parsing: $0).interval }
    #expect(
      AddressSet.overlaps(in: list) == [
        AddressSet.Overlap(earlier: 0, later: 2), AddressSet.Overlap(earlier: 0, later: 3),
        AddressSet.Overlap(earlier: 0, later: 4),
      ])
    #expect(AddressSet.overlaps(in: [list[0], list[1]]).isEmpty)
  }

  @Test(.seeded) func overlapsAreThoseOfAComparisonOfAllPairs() {
    var random = SeededRandom(stream: 7)
    for _ in 0..<300 {
      let list = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        let lower = UInt128.random(in: 0...60, using: &random)
        let upper = lower + UInt128.random(in: 0...9, using: &random)
        return AddressInterval(
          family: Bool.random(using: &random) ? .v4 : .v6, lower: lower, upper: upper)
      }
      let found = AddressSet.overlaps(in: list)
      let pairs = list.indices.flatMap { a in list.indices.filter { $0 > a }.map { (a, $0) } }
      let isOverlapping = pairs.contains { list[$0.0].overlaps(list[$0.1]) }
      #expect(found.isEmpty != isOverlapping)
      #expect(found.allSatisfy { list[$0.earlier].overlaps(list[$0.later]) })
      let set = AddressSet(list)
      for number in UInt128(0)...70 {
        for family in [IPAddress.Family.v4, .v6] {
          let address = IPAddress(family: family, value: number)
          #expect(set.contains(address) == list.contains { $0.contains(address) })
        }
      }
    }
  }
}
