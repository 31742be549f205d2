import Addresses
import Algorithms
import Basics

/// Other addresses for public ones, by whole blocks: what lies in one range lies in one range again,
/// as many addresses apart, and blocks stay in order.
struct AddressPseudonyms: Sendable {
  /// By /24, and by /64.
  private static let shifts: [IPAddress.Family: UInt128] = [.v4: 8, .v6: 64]
  /// More than a /8, or a /16, is no range that somebody was given.
  private static let largest: [IPAddress.Family: UInt128] = [.v4: 16, .v6: 48]
  /// Networks that are never announced on the Internet: those of a ministry, and what RFC 9637 keeps
  /// for documents.
  private static let targets: [UInt128] = [11, 21, 22, 26, 28, 29, 30, 33, 55]
  private static let target6: UInt128 = 0x3FFF << 112

  private struct Block: Hashable, Sendable {
    var lower: UInt128
    var upper: UInt128
    /// By how much each address is moved.
    var start: UInt128
  }

  private var blocks: [IPAddress.Family: [Block]] = [:]

  /// - Parameter intervals: every address and range that will be met.
  /// - Throws: where there are more of them than can be told apart.
  init(_ intervals: Set<AddressInterval>) throws(UserMessage) {
    for family in [IPAddress.Family.v4, .v6] {
      blocks[family] = try Self.blocks(intervals.filter { $0.family == family }, family)
    }
  }

  static func isPublic(_ interval: AddressInterval) -> Bool {
    !SpecialNetwork.all.contains { $0.overlaps(interval) }
  }

  func callAsFunction(_ address: IPAddress) -> IPAddress? {
    guard let blocks = blocks[address.family] else { return nil }
    let place = blocks.partitioningIndex { $0.upper >= address.value }
    guard place < blocks.count, blocks[place].lower <= address.value else { return nil }
    let block = blocks[place]
    return IPAddress(family: address.family, value: block.start + (address.value - block.lower))
  }

  var count: Int { blocks.values.reduce(0) { $0 + $1.count } }

  private static func blocks(
    _ intervals: [AddressInterval], _ family: IPAddress.Family
  ) throws(UserMessage) -> [Block] {
    let shift = shifts[family] ?? 0
    let most = largest[family] ?? 0
    var found: [(lower: UInt128, upper: UInt128)] = []
    for interval in intervals where isPublic(interval) {
      found.append((interval.lower >> shift, interval.upper >> shift))
    }
    // What touches becomes one run, and a run the smallest block around it.
    found = merged(found, gap: 1).flatMap { run -> [(lower: UInt128, upper: UInt128)] in
      guard let size = size(run), size <= most else {
        return [(run.lower, run.lower), (run.upper, run.upper)]
      }
      return [((run.lower >> size) << size, (((run.lower >> size) + 1) << size) - 1)]
    }
    found = merged(found, gap: 0)
    var next: UInt128 = 0
    var blocks: [Block] = []
    for run in found {
      let size = size(run) ?? 0
      next = ((next + (1 << size) - 1) >> size) << size
      guard let start = start(next, family) else {
        throw UserMessage("There are more networks of public addresses than can be renamed.")
      }
      blocks.append(
        Block(lower: run.lower << shift, upper: ((run.upper + 1) << shift) - 1, start: start))
      next += 1 << size
    }
    return blocks
  }

  private static func merged(
    _ runs: [(lower: UInt128, upper: UInt128)], gap: UInt128
  ) -> [(lower: UInt128, upper: UInt128)] {
    var result: [(lower: UInt128, upper: UInt128)] = []
    for run in runs.sorted(by: { ($0.lower, $0.upper) < ($1.lower, $1.upper) }) {
      if let last = result.last, run.lower <= last.upper + gap {
        result[result.count - 1].upper = max(last.upper, run.upper)
      } else {
        result.append(run)
      }
    }
    return result
  }

  /// The bits that differ within a run.
  private static func size(_ run: (lower: UInt128, upper: UInt128)) -> UInt128? {
    let difference = run.lower ^ run.upper
    return UInt128(128 - difference.leadingZeroBitCount)
  }

  private static func start(_ unit: UInt128, _ family: IPAddress.Family) -> UInt128? {
    switch family {
    case .v4:
      let network = Int(unit >> 16)
      return targets.indices.contains(network)
        ? (targets[network] << 24) | ((unit & 0xFFFF) << 8) : nil
    case .v6: return unit < 1 << 44 ? target6 | (unit << 64) : nil
    }
  }
}
