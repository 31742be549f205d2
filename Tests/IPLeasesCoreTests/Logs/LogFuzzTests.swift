import Foundation
import TestSupport
import Testing

@testable import IPLeasesCore
@testable import Logs

/// Lines nobody wrote: random bytes, and good lines with something broken in them. Nothing of what
/// is shown may hold a byte that a terminal obeys.
@Suite(.inTurn)
struct LogFuzzTests {
  private static let lines = Amount(4_000, large: 100_000).count
  private static let parts = 8

  private static let splinters: [[UInt8]] = [
    Array("\u{1B}[31m".utf8), Array("\u{1B}]52;c;aGk=\u{07}".utf8), Array("\u{1B}c".utf8),
    Array("\u{202E}gpj.exe\u{2066}\u{061C}".utf8), Array("\u{9B}31m\u{85}".utf8), [0x9B, 0x33],
    [0xC3], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80], [0], [0x7F], [0x0D], [0x08, 0x08],
    Array("\\u001b[0m\\x1b\\n\\u009b".utf8), Array("\"".utf8), Array("={[".utf8), Array("}]".utf8),
    Array("\\".utf8), Array("   ".utf8), Array("=".utf8), Array("\u{2028}\u{FEFF}\t".utf8),
    Array("99999999999999999999".utf8), Array("2026-11-23T15:16:45.9Z ".utf8),
  ]

  private static func line(_ dice: inout SeededRandom) -> [UInt8] {
    var line: [UInt8]
    if dice.next() % 5 == 0 {
      line = (0..<Int(dice.next() % 200)).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 9) }
    } else {
      line = Array(LogSample.all[Int(dice.next() % UInt64(LogSample.all.count))].line.utf8)
      for _ in 0..<dice.next() % 4 { mutate(&line, &dice) }
    }
    // A line feed is what ends a line.
    return line.map { $0 == 0x0A ? 0x0B : $0 }
  }

  private static func mutate(_ line: inout [UInt8], _ dice: inout SeededRandom) {
    let place = Int(dice.next() % UInt64(line.count + 1))
    switch dice.next() % 6 {
    case 0: line.removeSubrange(place...)
    case 1: line.removeSubrange(..<place)
    case 2 where place < line.count: line[place] = UInt8(truncatingIfNeeded: dice.next() >> 7)
    case 3: line.insert(contentsOf: line, at: place)
    default:
      let splinter = splinters[Int(dice.next() % UInt64(splinters.count))]
      line.insert(contentsOf: splinter, at: place)
    }
  }

  /// What a terminal might obey, or what turns words around.
  private static func harm(in text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { scalar in
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  private static func texts(_ line: LogLine) -> [String] {
    [line.raw, line.message, line.text] + line.fields.flatMap { [$0.key, $0.value] }
  }

  @Test(.seeded, arguments: 0..<parts) func nothingHarmfulGetsThrough(part: Int) throws {
    var dice = SeededRandom(stream: UInt64(part))
    let store = LogStore(
      limits: LogLimits(lines: 500, bytes: 100_000), now: { LogTime(nanoseconds: 0) })
    let roles = LogRole.allCases
    let sources = roles.map { LogSource($0) }
    let bid = try #require(LogPattern(plain: "bid"))
    let stars = try LogPattern(regex: "(a*)*b|[^ ]+=$")
    for round in 0..<Self.lines / Self.parts {
      let line = Self.line(&dice)
      let source = sources[Int(dice.next() % UInt64(sources.count))]
      let alone = LogParser.line(line, from: source)
      let harm = Self.texts(alone).compactMap(Self.harm).first
      if harm != nil { Issue.record("\(line)") }
      store.take([LogEvent(source, .lines(line + [0x0A]))])
      guard round % 100 == 99 else { continue }
      let view = store.view()
      for index in 0..<view.rowCount {
        let id = view.row(at: index).id
        guard let shown = view.line(id) else { continue }
        #expect(Self.texts(shown).allSatisfy { Self.harm(in: $0) == nil })
      }
      #expect(view.count(of: bid) <= view.lineCount)
      _ = view.row(after: -1, with: .pattern(stars))
    }
    #expect(store.view().takenLines == Self.lines / Self.parts)
  }

  @Test func whatAHostileImageOrReasonIsCalledIsHarmless() {
    let bad = "\u{1B}]0;x\u{07}\u{202E}\n\u{9B}1m"
    let zero = Date(timeIntervalSince1970: 0)
    let notes: [LogNote] = [
      .containerStarted(restart: 1, image: bad), .streamEnded(reason: bad), .streamResumed,
      .gapFilled(from: zero, to: zero, lines: 3), .gapUnfilled(from: zero, to: zero),
      .linesDropped(count: 2),
    ]
    for note in notes { #expect(Self.harm(in: note.text) == nil) }
  }

  @Test func aHugeLineOfAnyKindIsTakenInAndShownInTime() throws {
    let store = LogStore(now: { LogTime(nanoseconds: 0) })
    let size = 10_000_000
    let unit = ["a=[ ", "\u{1B}[1m", "\\\"", "{\"a\":", "\"", "\u{1B}", "a=\"\\", "é", " "]
    for (index, text) in unit.enumerated() {
      for start in [
        "<nil> INF x ", "{\"level\":\"info\",\"a\":", "I1123 15:33:52.478691 1 a.go:1] ",
      ] {
        let count = size / text.utf8.count / 8
        let line = Array((start + String(repeating: text, count: count) + "\n").utf8)
        store.take([LogEvent(LogSource(LogRole.allCases[index % 6]), .lines(line))])
      }
    }
    let view = store.view()
    #expect(view.lineCount == unit.count * 3)
    #expect(view.keptBytes <= view.lineCount * (32_768 + 1))
    for index in 0..<view.rowCount {
      let line = try #require(view.line(view.row(at: index).id))
      #expect(Self.texts(line).allSatisfy { Self.harm(in: $0) == nil })
      #expect(line.cutBytes > 0 || line.raw.utf8.count <= 32_768)
    }
  }
}
