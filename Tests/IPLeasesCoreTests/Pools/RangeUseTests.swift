import TestSupport
import Testing

@testable import Addresses
@testable import Cluster
@testable import IPLeasesCore

struct RangeUseTests {
  private func holder(_ name: String, _ address: String, lease: Lease? = nil) -> AddressHolder {
    AddressHolder(
      namespace: "n", name: name, addresses: [IPAddress(parsing: address)!], ports: ["80/TCP"],
      lease: lease)
  }

  private func pool(
    _ entries: [PoolEntry], avoidBuggyIPs: Bool = false, _ holders: [AddressHolder] = []
  ) -> LivePool {
    LivePool(
      name: "default", entries: entries, context: PoolContext(avoidBuggyIPs: avoidBuggyIPs),
      holders: holders)
  }

  private func strip(_ use: RangeUse, _ cells: Int) -> String {
    String(use.strip(cells: cells).map(\.rawValue))
  }

  @Test func sharedAddressesCountOnce() throws {
    let pool = pool(
      ["10.0.0.0/29"], [holder("b", "10.0.0.1"), holder("a", "10.0.0.1"), holder("c", "10.0.0.3")])
    let use = try #require(pool.uses.first)
    #expect(use.seats.map(\.holder.name) == ["a", "b", "c"])
    #expect(use.used == 2)
    #expect(use.free == 6)
    #expect(strip(use, 8) == ".#.#....")
    #expect(strip(use, 2) == "+.")
    #expect(pool.used.count == 2)
    #expect(pool.free == 6)
  }

  @Test func theNextFreeAddressesGoByTheOrderWritten() {
    let pool = pool(["10.0.1.0/31", "10.0.0.0/31"], [holder("a", "10.0.1.0")])
    #expect(pool.nextFree(5).map(\.description) == ["10.0.1.1", "10.0.0.0", "10.0.0.1"])
  }

  @Test func buggyAddressesAreNotFree() {
    let pool = pool(["10.0.0.254-10.0.1.1"], avoidBuggyIPs: true)
    #expect(pool.free == 2)
    #expect(pool.nextFree(9).map(\.description) == ["10.0.0.254", "10.0.1.1"])
    #expect(strip(pool.uses[0], 9) == ".xx.")
  }

  @Test func buggyAddressesAreCountedAsIfByHand() {
    for (lower, upper) in [(0, 0), (0, 255), (1, 254), (255, 256), (256, 511), (300, 300)] {
      let interval = AddressInterval(family: .v4, lower: UInt128(lower), upper: UInt128(upper))
      let byHand = (lower...upper).count { $0 % 256 == 0 || $0 % 256 == 255 }
      #expect(interval.buggyCount.int == byHand, "\(lower)-\(upper)")
    }
  }

  @Test func anEndlessRangeHasAStripAndCounts() throws {
    let pool = pool(["::/0"], [holder("a", "ffff::1")])
    let use = try #require(pool.uses.first)
    #expect(use.free.description == "340282366920938463463374607431768211455")
    #expect(strip(use, 4) == "...+")
    #expect(use.nextFree(2).map(\.description) == ["::", "::1"])
  }

  @Test func whatTwoRangesShareCountsOnce() {
    let pool = pool(
      ["10.0.0.0/29", "10.0.0.0/30"], [holder("a", "10.0.0.6"), holder("b", "10.0.0.2")])
    #expect(pool.uses.map(\.used) == [2, 0])
    #expect(pool.free == 6)
    #expect(
      pool.nextFree(9).map(\.description) == [
        "10.0.0.0", "10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.7",
      ])
  }

  @Test func whereTheServicesWereNotReadNothingIsSaidOfUse() {
    let unknown = LivePool(name: "default", entries: ["10.0.0.0/30"], holders: nil)
    #expect(!unknown.isUseKnown)
    #expect(unknown.nextFree(1) == [])
    #expect(strip(unknown.uses[0], 8) == "")
    #expect(pool(["10.0.0.0/30"]).isUseKnown)
  }

  @Test func aPoolThatNobodyAnnouncesIsSilent() throws {
    let silent = pool(["10.0.0.0/30"])
    #expect(silent.allProblems.last == silent.silence)
    #expect(try #require(silent.silence).severity == .error)
    #expect(LivePool(name: "default", entries: ["10.0.0.0/30"], announcedBy: ["l2"]).silence == nil)
    #expect(LivePool(name: "default", exists: false, entries: []).silence == nil)
  }

  private static let first = UInt128(10 << 24 | 1)

  /// A Service on each of 5,000 addresses from 10.0.0.1 on.
  private static let seats = (0..<UInt128(5_000)).map { number in
    let address = IPAddress(family: .v4, value: first + number)
    return PoolSeat(
      address: address, holder: AddressHolder(namespace: "n", name: "s", addresses: [address]))
  }

  /// The range from 10.0.0.1 on.
  private func use(_ size: Int, _ seats: ArraySlice<PoolSeat>, avoids: Bool = false) throws
    -> RangeUse
  {
    let interval = AddressInterval(
      family: .v4, lower: Self.first, upper: Self.first + UInt128(size - 1))
    let range = try #require(AddressRange(valid: interval.entry))
    return RangeUse(range, seats: seats, avoidsBuggyIPs: avoids)
  }

  /// No cell stands for nothing, each but the last for as many addresses as the others, and a Service
  /// more or less shows in its own cell alone: for every size up to 300, and others up to 5,000.
  @Test(.seeded) func everyCellOfAStripStandsForAddresses() throws {
    var random = SeededRandom(stream: 1_907)
    let sizes = Array(1...300) + (0..<100).map { _ in .random(in: 301...5_000, using: &random) }
    for size in sizes {
      let full = try use(size, Self.seats.prefix(size))
      let empty = try use(size, [])
      let taken = Int.random(in: 0..<size, using: &random)
      let one = try use(size, Self.seats[taken...taken])
      for width in [16, .random(in: 10...200, using: &random)] {
        let places = full.strip(cells: width).count
        let step = (size + width - 1) / width
        #expect(places == (size + step - 1) / step, "\(size) addresses in \(width) cells")
        #expect(places <= width)
        let all = String(repeating: "#", count: places)
        #expect(strip(full, width) == all, "\(size) addresses in \(width) cells")
        #expect(strip(empty, width) == String(repeating: ".", count: places))
        let alone = min(step, size - taken / step * step) == 1 ? "#" : "+"
        let expected = (0..<places).map { $0 == taken / step ? alone : "." }.joined()
        #expect(strip(one, width) == expected, "\(taken) of \(size) in \(width) cells")
      }
    }
  }

  /// With `avoidBuggyIPs` a pool is full once all that can be handed out is taken.
  @Test func aFullPoolShowsNoFreeCellWhateverIsKeptBack() throws {
    for size in [1, 20, 254, 255, 256, 300, 512, 1_000, 5_000] {
      let handedOut = Self.seats.prefix(size).filter { !$0.address.isBuggy }
      let full = try use(size, handedOut[...], avoids: true)
      #expect(full.free == 0)
      for width in [10, 16, 32, 100, 200] {
        let cells = Set(full.strip(cells: width))
        #expect(cells.isSubset(of: [.used, .avoided]), "\(size) addresses in \(width) cells")
      }
    }
  }
}
