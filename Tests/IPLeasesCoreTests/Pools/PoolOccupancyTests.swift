import Testing

@testable import Addresses
@testable import Cluster
@testable import IPLeasesCore

struct PoolOccupancyTests {
  private func holder(_ name: String, _ address: String, lease: Lease? = nil) -> AddressHolder {
    AddressHolder(
      namespace: "n", name: name, addresses: [IPAddress(parsing: address)!], ports: ["80/TCP"],
      lease: lease)
  }

  @Test func sharedAddressesCountOnce() throws {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["10.0.0.0/29"])],
      holders: [holder("b", "10.0.0.1"), holder("a", "10.0.0.1"), holder("c", "10.0.0.3")])
    let range = try #require(occupancy.pools[0].ranges.first)
    #expect(range.used.map { $0.holders.map(\.name) } == [["a", "b"], ["c"]])
    #expect(range.free == 6)
    #expect(range.strip(cells: 8) == [.free, .used, .free, .used, .free, .free, .free, .free])
    #expect(range.strip(cells: 2) == [.partlyUsed, .free])
  }

  @Test func theNextFreeAddressesGoByTheOrderWritten() {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["10.0.1.0/31", "10.0.0.0/31"])],
      holders: [holder("a", "10.0.1.0")])
    #expect(
      occupancy.pools[0].nextFree(5).map(\.description) == ["10.0.1.1", "10.0.0.0", "10.0.0.1"])
  }

  @Test func buggyAddressesAreNotFree() {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["10.0.0.254-10.0.1.1"], avoidBuggyIPs: true)], holders: [])
    let pool = occupancy.pools[0]
    #expect(pool.free == 2)
    #expect(pool.nextFree(9).map(\.description) == ["10.0.0.254", "10.0.1.1"])
    #expect(pool.ranges[0].strip(cells: 9) == [.free, .avoided, .avoided, .free])
  }

  @Test func buggyAddressesAreCountedAsIfByHand() {
    for (lower, upper) in [(0, 0), (0, 255), (1, 254), (255, 256), (256, 511), (300, 300)] {
      let interval = AddressInterval(family: .v4, lower: UInt128(lower), upper: UInt128(upper))
      let byHand = (lower...upper).count { $0 % 256 == 0 || $0 % 256 == 255 }
      #expect(interval.buggyCount.int == byHand, "\(lower)-\(upper)")
    }
  }

  @Test func anEndlessRangeHasAStripAndCounts() throws {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["::/0"])], holders: [holder("a", "ffff::1")])
    let range = try #require(occupancy.pools[0].ranges.first)
    #expect(range.free.description == "340282366920938463463374607431768211455")
    #expect(range.strip(cells: 4) == [.free, .free, .free, .partlyUsed])
    #expect(range.nextFree(2).map(\.description) == ["::", "::1"])
  }

  @Test func whoIsInNoPoolIsAStranger() {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["10.0.0.0/30"])],
      holders: [holder("a", "10.0.0.4"), holder("b", "10.0.0.3"), holder("c", "2001:db8::1")])
    #expect(occupancy.strangers.map(\.name) == ["a", "c"])
  }

  @Test func rangesThatOverlapInADraftCountAnAddressOnce() {
    let occupancy = PoolOccupancy(
      pools: [PoolShape(entries: ["10.0.0.0/24", "10.0.0.0/30"])],
      holders: [holder("a", "10.0.0.200"), holder("b", "10.0.0.2")])
    #expect(occupancy.pools[0].ranges.map(\.used.count) == [2, 0])
    #expect(occupancy.strangers.isEmpty)
  }
}
