import Terminal

/// How much has been sent to the terminal of late. Frames made by data wait where a line of little
/// bandwidth, or one that many look at, would be filled by them.
struct FrameBudget {
  /// On the long run.
  private static let bytesPerSecond = 15_000.0
  /// Sent without a wait after a time of rest.
  private static let burst = 5_000.0

  private var debt = 0.0
  private var asOf: ContinuousClock.Instant?

  /// A frame was shown.
  mutating func spend(_ bytes: Int, at now: ContinuousClock.Instant) {
    debt = owed(at: now) + Double(bytes)
    asOf = now
  }

  /// How long the next frame made by data waits; a key's frame never does.
  func wait(at now: ContinuousClock.Instant) -> Duration {
    .seconds(max(0, owed(at: now) - Self.burst) / Self.bytesPerSecond)
  }

  private func owed(at now: ContinuousClock.Instant) -> Double {
    guard let asOf else { return 0 }
    // Keys draw at once: what they cost holds frames of data up, but not for ever.
    return min(
      2 * Self.burst, max(0, debt - asOf.duration(to: now) / .seconds(1) * Self.bytesPerSecond))
  }

  /// What a terminal gets for the change from one frame to the next, roughly: each changed stretch
  /// with the way there, and the changes of style in it.
  static func bytes(from old: Canvas?, to new: Canvas) -> Int {
    guard let old, old.size == new.size else { return new.cells.count }
    let columns = new.size.columns
    var bytes = 0
    for row in 0..<new.size.rows {
      let places = row * columns..<(row + 1) * columns
      guard old.cells[places] != new.cells[places] else { continue }
      bytes += stretches(old, new, places)
    }
    return bytes
  }

  private static let wayBytes = 6
  private static let styleBytes = 8

  private static func stretches(_ old: Canvas, _ new: Canvas, _ places: Range<Int>) -> Int {
    var bytes = 0
    var last = places.lowerBound - 100
    var style = Style.plain
    for place in places where old.cells[place] != new.cells[place] {
      // Fewer equal cells than this are written again: that is shorter than the way around them.
      bytes += place - last > wayBytes ? wayBytes : place - last - 1
      let cell = new.cells[place]
      bytes += cell.text?.utf8.count ?? 0
      if cell.style != style { bytes += styleBytes }
      style = cell.style
      last = place
    }
    return bytes
  }
}
