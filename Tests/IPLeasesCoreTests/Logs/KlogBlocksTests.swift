import Foundation
import TestSupport
import Testing

@testable import Logs

/// Values that klog writes over several lines.
struct KlogBlocksTests {
  private static let head = "E1123 15:16:45.955898       1 reflector.go:147] \"it failed\" err=<"

  private func joined(_ pieces: [String]) -> String {
    var blocks = KlogBlocks()
    let bytes = pieces.flatMap { blocks.take(Array($0.utf8)) } + blocks.end()
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: ["\n", "\r\n"]) func aBlockBecomesOneLine(end: String) {
    let block = [Self.head, "\tone \"two\"", "\tthree\\four", " > node=\"n\""]
    let text = block.map { $0 + end }.joined()
    let whole =
      Self.head.dropLast() + "\"one \\\"two\\\"\\nthree\\\\four\" node=\"n\"\n"
    #expect(joined([text]) == whole)
    // However the stream is cut into pieces of whole lines.
    #expect(joined(block.map { $0 + end }) == whole)
  }

  @Test func kubectlsTimesStandBeforeEachLine() {
    let time = "2026-11-23T15:16:45.955898284Z "
    let text = [Self.head, "\tone", " >"].map { time + $0 + "\n" }.joined()
    #expect(joined([text]) == time + Self.head.dropLast() + "\"one\"\n")
    let line = LogParser.line(Array(joined([text]).utf8.dropLast()), from: LogSource(.kubeProxy))
    #expect(line.message == "it failed")
    #expect(line.fields.map { "\($0.key)=\($0.value)" } == ["err=one"])
    #expect(line.time != nil)
  }

  @Test func twoBlocksOfOneLineAreBothJoined() {
    let text = [Self.head, "\tone", " > out=<", "\ttwo", " >"].map { $0 + "\n" }.joined()
    #expect(joined([text]) == Self.head.dropLast() + "\"one\" out=\"two\"\n")
  }

  @Test(arguments: [
    "err=<\n\tno head before it\n >\n", "<nil> INF a=<\n\tx\n", "one\ntwo\n", "\n\n",
    head + "\n\tnever ended\n", head + "\n\tcut off\nI1123 15:16:45.955898       1 a.go:1] b\n",
    head + "\n" + String(repeating: "\tmuch\n", count: 2_000) + " >\n",
  ])
  func whatIsNotWholeGoesOutAsItCame(text: String) { #expect(joined([text]) == text) }

  @Test(.seeded) func noByteIsLostWhateverComes() {
    var random = SeededRandom(stream: 77)
    let pieces = [Self.head, "\tone", " >", " > a=1", "x", "", "\t", "I1123 15:16:45.95 1 a] m=<"]
    for _ in 0..<Amount(300, large: 20_000).count {
      let lines = (0..<(1 + random.below(12))).map { _ in pieces[random.below(pieces.count)] }
      let text = lines.map { $0 + "\n" }.joined()
      let made = joined([text])
      let words = { (text: String) in text.filter { $0.isLetter && $0 != "n" } }
      #expect(words(made) == words(text), "\(text.debugDescription)")
      #expect(joined([made]) == made)
    }
  }
}
