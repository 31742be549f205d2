import Foundation
import TestSupport
import Testing

@testable import IPLeasesCore
@testable import Logs

struct LogJointTests {
  private static func line(_ nanoseconds: Int64, _ text: String) -> String {
    "\(LogTime(nanoseconds: 1_795_444_000_000_000_000 + nanoseconds).rfc3339) \(text)\n"
  }

  private static func text(_ contents: [LogEvent.Content]) -> String {
    contents.map { content in
      if case .lines(let bytes) = content { String(decoding: bytes, as: UTF8.self) } else { "" }
    }.joined()
  }

  private static func notes(_ contents: [LogEvent.Content]) -> [LogNote] {
    contents.compactMap { if case .note(let note, _) = $0 { note } else { nil } }
  }

  /// The streams one after another, each in pieces of so many bytes.
  private func joined(_ streams: [String], pieces: Int = 7) -> [LogEvent.Content] {
    var joint = LogJoint()
    var contents: [LogEvent.Content] = []
    for (number, stream) in streams.enumerated() {
      if number > 0 { joint.resume(lost: .distantPast, at: .zero) }
      var rest = Array(stream.utf8)[...]
      while !rest.isEmpty {
        contents += joint.take(Array(rest.prefix(pieces)), at: .zero)
        rest = rest.dropFirst(pieces)
      }
      contents += joint.end(isLast: number == streams.count - 1, .distantPast)
    }
    return contents
  }

  /// A log in which several lines share a moment and some stand out of order, cut anywhere and asked
  /// for again from where the joint says.
  @Test(.seeded) func aLogCutAnywhereComesWholeAndOnce() {
    var generator = SeededRandom(stream: 7)
    for round in 0..<300 {
      var time: Int64 = 0
      let lines = (0..<40).map { number in
        time += [0, 0, 1000, 300_000_000, 2_000_000_000].randomElement(using: &generator) ?? 0
        let late = Int64([0, 0, 0, 50_000].randomElement(using: &generator) ?? 0)
        return (time: time - late, text: Self.line(time - late, "line \(number)"))
      }
      let whole = Array(lines.map(\.text).joined().utf8)
      var joint = LogJoint()
      var contents: [LogEvent.Content] = []
      for part in 0..<6 {
        let resumeTime = joint.resumeTime
        if part > 0 { joint.resume(lost: .distantPast, at: .zero) }
        let start = resumeTime.map { LogTime($0).nanoseconds - 1_795_444_000_000_000_000 }
        let stream = Array(
          lines.filter { line in start.map { line.time >= $0 } ?? true }.map(\.text).joined().utf8)
        let end = part == 5 ? stream.count : Int.random(in: 0...stream.count, using: &generator)
        contents += joint.take(Array(stream[..<end]), at: .zero)
        contents += joint.end(isLast: part == 5, .distantPast)
      }
      #expect(Self.text(contents) == String(decoding: whole, as: UTF8.self), "round \(round)")
    }
  }

  @Test func aLogThatDoesNotHoldTheLastLineAnyMoreLeavesAGap() {
    let contents = joined([
      Self.line(0, "a") + Self.line(5_000_000_000, "b"), Self.line(60_000_000_000, "z"),
    ])
    #expect(Self.text(contents).hasSuffix("z\n"))
    guard case .gapUnfilled(let from, let to) = Self.notes(contents).first else {
      Issue.record("\(contents)")
      return
    }
    #expect(to.timeIntervalSince(from) == 55)
  }

  @Test func aLogThatIsDatedAnewIsKnownByItsText() {
    let first = (1...30).map { Self.line(Int64($0 / 10) * 1_000_000, "number \($0)") }.joined()
    let again = (1...33).map { Self.line(700_000_000, "number \($0)") }.joined()
    let contents = joined([first, again])
    #expect(
      Self.text(contents)
        == first + (31...33).map { Self.line(700_000_000, "number \($0)") }.joined())
    guard case .gapFilled(_, _, let lines) = Self.notes(contents).first else {
      Issue.record("\(contents)")
      return
    }
    #expect(lines == 3)
    // Asked once more, with the date the joint now knows.
    let thrice = joined([first, again, again])
    #expect(Self.text(thrice) == Self.text(contents))
  }

  @Test func linesThatRepeatThemselvesAreNotTakenForAReplay() {
    let first = (0..<20).map { Self.line(Int64($0) * 2_000_000_000, "barrier is locked") }
    let next = (18..<40).map { Self.line(Int64($0) * 2_000_000_000, "barrier is locked") }
    let contents = joined([first.joined(), next.joined()])
    #expect(Self.text(contents).split(separator: "\n").count == 40)
  }

  @Test func aLineOfTenMegabytesIsCutAndTheNextIsWhole() {
    let long = String(repeating: "x", count: 10 << 20)
    let contents = joined([Self.line(0, long) + Self.line(1, "next")], pieces: 60_000)
    let lines = Self.text(contents).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first.map { $0.utf8.count < (1 << 20) + 100_000 } == true)
    #expect(lines.first?.hasSuffix("bytes left out") == true)
    #expect(lines.last?.hasSuffix(" next") == true)
  }

  @Test func aSilentStreamIsSaidToBeTakenUpOnceAndStillJoins() {
    var joint = LogJoint()
    _ = joint.take(Array(Self.line(0, "a").utf8), at: .zero)
    joint.resume(lost: .distantPast, at: .zero)
    #expect(joint.settle(at: .seconds(1), .distantPast).isEmpty)
    #expect(Self.notes(joint.settle(at: .seconds(2), .distantPast)) == [.streamResumed])
    #expect(joint.settle(at: .seconds(9), .distantPast).isEmpty)
    let late = Self.line(0, "a") + Self.line(1, "b")
    var contents = joint.take(Array(late.utf8), at: .seconds(9))
    contents += joint.settle(at: .seconds(10), .distantPast)
    #expect(Self.text(contents) == Self.line(1, "b"))
  }
}
