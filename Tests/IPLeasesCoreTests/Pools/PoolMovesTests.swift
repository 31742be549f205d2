import TestSupport
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

struct PoolMovesTests {
  @Test(.seeded, arguments: [Version(0, 13, 12), Version(0, 14, 8)])
  func thousandRandomEditsMoveWhomTheAllocatorMoves(version: Version) {
    var random = SeededRandom(stream: 20_261_123)
    var counts = (moved: 0, stuck: 0, still: 0)
    for round in 0..<1_000 {
      var model = MetalLBModel(refuses: version < Version(0, 14, 0))
      var pools = Self.pools(using: &random)
      _ = model.setPools(pools, using: &random)
      for number in 0..<Int.random(in: 0...14, using: &random) {
        model.add(Self.service(number, pools, using: &random), using: &random)
      }
      for number in 0..<4 where Bool.random(using: &random) { model.remove("t/s\(number)") }
      // A second edit meets what the first one left: a stuck one is in the API server all the same.
      for _ in 0..<2 {
        let before = pools
        let services = model.services
        pools = Self.edited(pools, using: &random)
        let moves = PoolMoves(
          from: before.map(Self.shape), to: pools.map(Self.shape),
          holders: services.map(Self.holder), metallb: version)
        let against = model.setPools(pools, using: &random)
        #expect(Set(moves.blocking.map(\.title)) == against, "round \(round)")
        let changed = zip(services, model.services).filter { old, new in
          old.address != nil && old.address != new.address
        }.map(\.0.key)
        #expect(Set(moves.moved.map(\.title)) == Set(changed), "round \(round)")
        counts.moved += changed.isEmpty ? 0 : 1
        counts.stuck += against.isEmpty ? 0 : 1
        counts.still += changed.isEmpty && against.isEmpty ? 1 : 0
      }
    }
    // The rounds are worth something only if all of it happens.
    #expect(counts.still > 200)
    #expect(version < Version(0, 14, 0) ? counts.stuck > 200 : counts.moved > 200)
  }

  /// MetalLB 0.14.0 is the first that moves Services.
  @Test func theRuleChangesWithMetalLB014() {
    func rule(_ version: Version?) -> PoolMoves.Rule {
      PoolMoves(from: [], to: [], holders: [], metallb: version).rule
    }
    #expect(rule(Version(0, 13, 12)) == .refusesConfiguration)
    #expect(rule(Version(0, 14, 0)) == .movesServices)
    #expect(rule(nil) == .movesServices)
  }

  @Test func anAddressThatMovedServicesShareIsNeededOnce() {
    let holders = ["a", "b"].map {
      AddressHolder(namespace: $0, name: "s", addresses: [Self.address("10.0.0.1")])
    }
    let moves = PoolMoves(
      from: [PoolShape(entries: ["10.0.0.0/30"])], to: [PoolShape(entries: ["10.0.1.0/32"])],
      holders: holders, metallb: Version(0, 14, 8))
    #expect(moves.moved.count == 2)
    #expect(moves.needed == 1)
    #expect(!moves.hasTooFew)
  }

  @Test func aServiceOutsideOfEveryPoolBeforeIsNotMovedByTheEdit() {
    let stray = AddressHolder(
      namespace: "a", name: "b", addresses: [Self.address("192.0.2.1")])
    let moves = PoolMoves(
      from: [PoolShape(entries: ["10.0.0.0/30"])], to: [PoolShape(entries: ["10.0.0.0/31"])],
      holders: [stray], metallb: Version(0, 14, 8))
    #expect(moves.moved.isEmpty)
  }

  @Test func eachMovedServiceIsToldWithItsOldAndItsNewAddress() {
    func holder(_ number: Int, _ addresses: [String], lease: Lease? = nil) -> AddressHolder {
      AddressHolder(
        namespace: "a", name: "s\(number)", addresses: addresses.map(Self.address), lease: lease)
    }
    let lease = Lease(owner: "akash1abc", sequence: "7")
    let moved =
      [holder(1, ["10.0.0.1"], lease: lease)]
      + (2...12).map { holder($0, ["10.0.0.\($0)"]) }
    let now = [
      holder(1, ["10.0.1.1"], lease: lease), holder(2, []), holder(3, ["10.0.0.3"]),
      holder(4, ["10.0.1.4", "10.0.1.5"]),
    ]
    let services = moved.map(MovedService.init)
    let lines = MovedService.lines(services, now: now)
    #expect(
      lines.prefix(5) == [
        "lease akash1abc/7, Service a/s1: 10.0.0.1 -> 10.0.1.1",
        "Service a/s2: 10.0.0.2 -> without an address", "Service a/s3: 10.0.0.3 still",
        "Service a/s4: 10.0.0.4 -> 10.0.1.4, 10.0.1.5",
        "Service a/s5: 10.0.0.5 -> the Service is gone",
      ])
    #expect(lines.count == 11)
    #expect(lines.last == "and 2 more")
    #expect(services.map { $0.isUnderWay(now) }.prefix(5) == [false, true, true, false, false])
  }

  @Test func leavingOutBuggyAddressesMovesWhoHasOne() {
    let holders = ["10.0.0.0", "10.0.0.1"].map {
      AddressHolder(namespace: "a", name: $0, addresses: [Self.address($0)])
    }
    let moves = PoolMoves(
      from: [PoolShape(entries: ["10.0.0.0/30"])],
      to: [PoolShape(entries: ["10.0.0.0/30"], avoidBuggyIPs: true)], holders: holders,
      metallb: Version(0, 14, 8))
    #expect(moves.moved.map(\.name) == ["10.0.0.0"])
    #expect(moves.needed == 1)
    #expect(moves.free == 2)
  }

  @Test func aVersionThatIsNotKnownIsTakenForOneThatMoves() {
    let holder = AddressHolder(
      namespace: "a", name: "b", addresses: [Self.address("10.0.0.3")])
    let moves = PoolMoves(
      from: [PoolShape(entries: ["10.0.0.0/30"])], to: [PoolShape(entries: ["10.0.0.0/31"])],
      holders: [holder], metallb: nil)
    #expect(moves.moved == [holder])
    #expect(!moves.hasTooFew)
  }

  // MARK: Random worlds

  private static func address(_ text: String) -> IPAddress { IPAddress(parsing: text)! }

  /// Chunks of 64 addresses keep the pools apart; the last octet reaches 0 and 255 in some.
  private static func block(
    in chunk: Int, using random: inout SeededRandom
  ) -> ClosedRange<UInt32> {
    let base = 0x0A00_0000 + UInt32(chunk) * 64
    let first = base + UInt32.random(in: 0...60, using: &random)
    return first...min(base + 63, first + UInt32.random(in: 0...4, using: &random))
  }

  private static func pools(using random: inout SeededRandom) -> [MetalLBModel.Pool] {
    var chunk = 0
    return ["default", "second", "third"].prefix(Int.random(in: 1...3, using: &random)).map {
      name in
      let blocks = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        chunk += 1
        return block(in: chunk, using: &random)
      }
      return MetalLBModel.Pool(
        name: name, blocks: blocks,
        autoAssign: name == "default" || Bool.random(using: &random),
        avoidBuggyIPs: Int.random(in: 0..<4, using: &random) == 0)
    }
  }

  private static func service(
    _ number: Int, _ pools: [MetalLBModel.Pool], using random: inout SeededRandom
  ) -> MetalLBModel.Service {
    let isSharing = Int.random(in: 0..<3, using: &random) == 0
    let asks = Int.random(in: 0..<4, using: &random) == 0
    return MetalLBModel.Service(
      key: "t/s\(number)", ports: [Int.random(in: 80...83, using: &random)],
      sharingKey: isSharing ? "key\(Int.random(in: 0...1, using: &random))" : nil,
      requestedPool: asks ? pools.randomElement(using: &random)?.name : nil)
  }

  private static func edited(
    _ pools: [MetalLBModel.Pool], using random: inout SeededRandom
  ) -> [MetalLBModel.Pool] {
    var pools = pools
    let target = Int.random(in: 0..<pools.count, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0 where pools[target].blocks.count > 1:
      pools[target].blocks.remove(
        at: Int.random(in: 0..<pools[target].blocks.count, using: &random))
    case 1:
      let chunk = Int.random(in: 20...40, using: &random)
      pools[target].blocks.append(block(in: chunk, using: &random))
      let all = pools.flatMap(\.blocks)
      let overlaps = all.enumerated().contains { index, one in
        all.dropFirst(index + 1).contains { $0.overlaps(one) }
      }
      if overlaps { pools[target].blocks.removeLast() }
    case 2: pools[target].avoidBuggyIPs.toggle()
    case 3 where pools.count > 1: pools.remove(at: target)
    case 4 where pools.count > 1:
      // A range goes over to another pool, with whoever sits in it.
      let other = (target + 1) % pools.count
      if pools[target].blocks.count > 1 {
        pools[other].blocks.append(pools[target].blocks.removeLast())
      }
    default:
      let index = Int.random(in: 0..<pools[target].blocks.count, using: &random)
      let block = pools[target].blocks[index]
      let first = UInt32.random(in: block, using: &random)
      pools[target].blocks[index] =
        first...UInt32.random(in: first...block.upperBound, using: &random)
    }
    return pools
  }

  // MARK: The same for the code under test

  private static func shape(_ pool: MetalLBModel.Pool) -> PoolShape {
    PoolShape(
      name: pool.name,
      entries: pool.blocks.map { "\(dotted($0.lowerBound))-\(dotted($0.upperBound))" },
      autoAssign: pool.autoAssign, avoidBuggyIPs: pool.avoidBuggyIPs)
  }

  private static func holder(_ service: MetalLBModel.Service) -> AddressHolder {
    AddressHolder(
      namespace: "t", name: String(service.key.dropFirst(2)),
      addresses: service.address.map { [address(dotted($0))] } ?? [],
      sharingKey: service.sharingKey, allocatedFrom: service.pool,
      requestedPool: service.requestedPool)
  }

  private static func dotted(_ value: UInt32) -> String {
    "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
  }
}
