import Algorithms

/// Any addresses of both families, kept as sorted intervals that neither overlap nor touch.
package struct AddressSet: Hashable, Sendable {
  package private(set) var intervals: [AddressInterval]

  package init() { intervals = [] }

  /// O(n log n).
  package init(_ parts: some Sequence<AddressInterval>) {
    var sorted = Array(parts)
    sorted.sort(by: Self.precedes)
    intervals = Self.merged(sorted)
  }

  package init(_ ranges: some Sequence<AddressRange>) { self.init(ranges.map(\.interval)) }

  package var isEmpty: Bool { intervals.isEmpty }

  package var count: AddressCount { intervals.reduce(0) { $0 + $1.count } }

  package func contains(_ address: IPAddress) -> Bool {
    firstOverlap(with: AddressInterval(address)) != nil
  }

  package func overlaps(_ interval: AddressInterval) -> Bool {
    firstOverlap(with: interval) != nil
  }

  /// The lowest interval of the set that shares an address with `interval`. O(log n).
  package func firstOverlap(with interval: AddressInterval) -> AddressInterval? {
    let index = firstIndex(endingAtOrAfter: interval.lower, interval.family)
    guard index < intervals.count, intervals[index].overlaps(interval) else { return nil }
    return intervals[index]
  }

  package func union(_ other: AddressSet) -> AddressSet {
    AddressSet(intervals + other.intervals)
  }

  package func subtracting(_ other: AddressSet) -> AddressSet {
    var result = AddressSet()
    var index = 0
    for interval in intervals {
      while index < other.intervals.count, Self.ends(other.intervals[index], before: interval) {
        index += 1
      }
      var start: UInt128? = interval.lower
      var next = index
      while let lower = start, next < other.intervals.count,
        other.intervals[next].overlaps(interval)
      {
        let hole = other.intervals[next]
        if hole.lower > lower {
          result.intervals.append(
            AddressInterval(family: interval.family, lower: lower, upper: hole.lower - 1))
        }
        start = hole.upper < interval.upper ? hole.upper + 1 : nil
        next += 1
      }
      if let lower = start {
        result.intervals.append(
          AddressInterval(family: interval.family, lower: lower, upper: interval.upper))
      }
    }
    return result
  }

  /// The parts of an interval that the set does not hold, upwards; nil where there are more than
  /// `most`. O(log n), and one step for each part.
  package func gaps(in interval: AddressInterval, most: Int) -> [AddressInterval]? {
    var gaps: [AddressInterval] = []
    var next = firstIndex(endingAtOrAfter: interval.lower, interval.family)
    var lower = interval.lower
    while next < intervals.count, intervals[next].overlaps(interval) {
      let hole = intervals[next]
      if hole.lower > lower {
        gaps.append(AddressInterval(family: interval.family, lower: lower, upper: hole.lower - 1))
        if gaps.count > most { return nil }
      }
      if hole.upper >= interval.upper { return gaps }
      lower = hole.upper + 1
      next += 1
    }
    gaps.append(AddressInterval(family: interval.family, lower: lower, upper: interval.upper))
    return gaps.count > most ? nil : gaps
  }

  package func intersection(_ other: AddressSet) -> AddressSet {
    subtracting(subtracting(other))
  }

  /// The lowest `size` addresses in a row inside `space` that are not in the set; nil where there
  /// are none. With `aligned` they are one CIDR block (`size` is then a power of two).
  package func nextFree(
    _ size: UInt128, in space: AddressInterval, aligned: Bool = false
  ) -> AddressInterval? {
    guard size > 0, !aligned || size.nonzeroBitCount == 1 else { return nil }
    for gap in AddressSet([space]).subtracting(self).intervals {
      var start = gap.lower
      if aligned, start & (size - 1) != 0 {
        let (up, overflow) = (start | (size - 1)).addingReportingOverflow(1)
        if overflow { continue }
        start = up
      }
      guard start <= gap.upper, gap.upper - start >= size - 1 else { continue }
      return AddressInterval(family: gap.family, lower: start, upper: start + (size - 1))
    }
    return nil
  }

  /// Two intervals of a list that share addresses, by their places in the list.
  package struct Overlap: Hashable, Sendable {
    package let earlier: Int
    package let later: Int
  }

  /// Every interval that overlaps one that begins before it is named once, with the one that
  /// reaches furthest: at most n - 1 pairs, O(n log n), and none exactly if nothing overlaps.
  package static func overlaps(in list: [AddressInterval]) -> [Overlap] {
    let order = list.enumerated().sorted { left, right in
      left.element == right.element
        ? left.offset < right.offset : precedes(left.element, right.element)
    }
    var result: [Overlap] = []
    guard var furthest = order.first else { return result }
    for part in order.dropFirst() {
      guard furthest.element.overlaps(part.element) else {
        furthest = part
        continue
      }
      result.append(
        Overlap(
          earlier: min(furthest.offset, part.offset), later: max(furthest.offset, part.offset)))
      if part.element.upper > furthest.element.upper { furthest = part }
    }
    return result.sorted { ($0.later, $0.earlier) < ($1.later, $1.earlier) }
  }

  private static func precedes(_ left: AddressInterval, _ right: AddressInterval) -> Bool {
    if left.family != right.family { return left.family < right.family }
    return left.lower == right.lower ? left.upper > right.upper : left.lower < right.lower
  }

  private static func ends(_ left: AddressInterval, before right: AddressInterval) -> Bool {
    left.family == right.family ? left.upper < right.lower : left.family < right.family
  }

  private static func merged(_ sorted: [AddressInterval]) -> [AddressInterval] {
    var result: [AddressInterval] = []
    result.reserveCapacity(sorted.count)
    for interval in sorted {
      guard let last = result.last, last.family == interval.family,
        interval.lower == 0 || interval.lower - 1 <= last.upper
      else {
        result.append(interval)
        continue
      }
      if interval.upper > last.upper {
        result[result.count - 1] = AddressInterval(
          family: last.family, lower: last.lower, upper: interval.upper)
      }
    }
    return result
  }

  private func firstIndex(endingAtOrAfter value: UInt128, _ family: IPAddress.Family) -> Int {
    intervals.partitioningIndex { interval in
      interval.family == family ? interval.upper >= value : interval.family > family
    }
  }
}
