import Addresses

/// One range of a pool and what of it is in use.
package struct RangeUse: Sendable {
  /// One cell of a strip.
  package enum Cell: Character, Hashable, Sendable {
    case free = "."
    case used = "#"
    /// Some of the addresses the cell stands for.
    case partlyUsed = "+"
    /// `avoidBuggyIPs` leaves it out.
    case avoided = "x"
  }

  package let range: AddressRange
  /// Who sits in it, upwards by address.
  package let seats: ArraySlice<PoolSeat>
  package let avoidsBuggyIPs: Bool
  /// False where the Services could not be read: then nothing is called free.
  package let isKnown: Bool
  /// Each address that is in use, once, upwards.
  private let held: [IPAddress]

  package init(
    _ range: AddressRange, seats: ArraySlice<PoolSeat>, avoidsBuggyIPs: Bool = false,
    isKnown: Bool = true
  ) {
    self.isKnown = isKnown
    self.range = range
    self.seats = seats
    self.avoidsBuggyIPs = avoidsBuggyIPs
    var held: [IPAddress] = []
    for place in seats.indices where seats[place].address != held.last {
      held.append(seats[place].address)
    }
    self.held = held
  }

  package var count: AddressCount { range.count }

  /// Distinct addresses that a Service holds.
  package var used: Int { held.count }

  package var free: AddressCount {
    range.interval.usableCount(avoidingBuggyIPs: avoidsBuggyIPs)
      .less(held.count { !isAvoided($0.value) })
  }

  /// The addresses MetalLB would take next, upwards.
  package func nextFree(_ count: Int) -> [IPAddress] {
    var result: [IPAddress] = []
    var taken = held[...]
    var value = range.interval.lower
    while isKnown, result.count < count {
      if taken.first?.value == value {
        taken = taken.dropFirst()
      } else if !isAvoided(value) {
        result.append(IPAddress(family: range.family, value: value))
      }
      if value == range.interval.upper { break }
      value += 1
    }
    return result
  }

  /// The range from its first to its last address in at most `cells` cells. Each stands for as many
  /// addresses as the others, the last one for what is left; so there may be fewer of them.
  package func strip(cells: Int) -> [Cell] {
    guard isKnown, cells > 0 else { return [] }
    let interval = range.interval
    let step = (interval.upper - interval.lower) / UInt128(cells) + 1
    var result: [Cell] = []
    var taken = held[...]
    var lower = interval.lower
    while true {
      let upper = interval.upper - lower < step ? interval.upper : lower + (step - 1)
      var end = taken.startIndex
      while end < taken.endIndex, taken[end].value <= upper { end += 1 }
      let part = AddressInterval(family: range.family, lower: lower, upper: upper)
      result.append(cell(part, taken[..<end]))
      taken = taken[end...]
      if upper == interval.upper { return result }
      lower = upper + 1
    }
  }

  private func cell(_ part: AddressInterval, _ held: ArraySlice<IPAddress>) -> Cell {
    let usable = part.usableCount(avoidingBuggyIPs: avoidsBuggyIPs)
    if held.isEmpty { return usable == 0 ? .avoided : .free }
    return usable.less(held.count { !isAvoided($0.value) }) == 0 ? .used : .partlyUsed
  }

  private func isAvoided(_ value: UInt128) -> Bool {
    avoidsBuggyIPs && range.family == .v4 && PoolSize.isBuggy(value)
  }
}
