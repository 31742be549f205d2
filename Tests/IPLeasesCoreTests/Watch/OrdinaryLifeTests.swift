import Foundation
import TestSupport
import Testing

@testable import IPLeasesCore

/// A day without a mishap, by chance: nothing is broken, and a harm at its end is.
struct OrdinaryLifeTests {
  private static let day = 86_400 / OrdinaryLife.step
  private static let days = Amount(1, large: 20)

  @Test(.seeded, arguments: 0..<days.count)
  func aDayInWhichNothingGoesWrongBreaksNothing(_ number: Int) throws {
    var life = OrdinaryLife(UInt64(number) &+ 0x11FE)
    var first: Observation?
    while first == nil { first = life.next() }
    var run = WatchRun(
      WatchBaseline(
        cluster: "c", context: "prod", part: nil, observation: try #require(first)))
    var quiet = 0
    var last = try #require(first)
    for _ in 0..<Self.day {
      guard let now = life.next() else { continue }
      last = now
      _ = run.feed(now)
      for track in run.tracks where track.state.kind == .broken {
        Issue.record("\(now.time): \(track.id) \(track.state)")
        return
      }
      if run.verdict.kind == .goOn { quiet += 1 }
    }
    // It is no day in which nothing could be told.
    #expect(quiet > 100, "\(quiet)")
    #expect(life.gaps > 0)
    #expect(run.timeline.events.count == 500)
    last.time += 10
    last.pools = .absent
    _ = run.feed(last)
    #expect(run.verdict.kind == .goBack)
  }
}
