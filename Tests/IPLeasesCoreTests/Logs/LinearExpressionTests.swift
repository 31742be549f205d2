import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Logs

/// A search that costs what the line costs, and finds what the C library finds.
struct LinearExpressionTests {
  private func finds(_ pattern: String, in line: String) throws -> Bool {
    let compiled = try CompiledPattern(LogPattern(regex: pattern))
    var bytes = Array(line.utf8)
    return bytes.withUnsafeMutableBytes { compiled.matches(LineBytes(UnsafeRawBufferPointer($0))) }
  }

  private static let atoms = [
    "a", "b", "c", ".", "[ab]", "[^a]", "[[:alpha:]]", "[b-c1]", "(a|b)", "(ab)", "(a*)", "\\w",
    "\\s", "\\d", "1", " ", "x", "(^a)", "(b$)", "\\b", "[]a]", "[^]b]", "(a|)", "é", "\\.",
    "[é-ü]",
  ]
  private static let ends = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}"]

  /// The expressions that both read alike, on lines of their letters.
  @Test(.seeded) func itFindsWhatTheLibraryFinds() throws {
    var random = SeededRandom(stream: 21_301)
    for _ in 0..<Amount(1_500, large: 200_000).count {
      var pattern = random.below(6) == 0 ? "^" : ""
      for _ in 0...random.below(4) {
        pattern +=
          Self.atoms[random.below(Self.atoms.count)] + Self.ends[random.below(Self.ends.count)]
        if random.below(8) == 0 { pattern += "|" + Self.atoms[random.below(Self.atoms.count)] }
      }
      if random.below(6) == 0 { pattern += "$" }
      let letters = Array("aabbc1 x.éü")
      let line = String((0..<random.below(12)).map { _ in letters[random.below(letters.count)] })
      var library = regex_t()
      let translated = pattern.replacing("\\d", with: "[0-9]")
      let before = uselocale(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
      defer { uselocale(before) }
      guard regcomp(&library, translated, REG_EXTENDED | REG_NOSUB) == 0 else { continue }
      defer { regfree(&library) }
      let want = regexec(&library, line, 0, nil, 0) == 0
      #expect(try finds(pattern, in: line) == want, "\(pattern) in \(line)")
    }
  }

  @Test(arguments: [
    ("[ab]*a[ab]{100}c", String(repeating: "ab", count: 2_000)),
    ("(a*)*(a*)*(a|aa)*b", String(repeating: "a", count: 4_000)),
    ("([a-z]+)*[0-9]{50}$", String(repeating: "a1", count: 2_000)),
    ("(x|[ab]{1,200}){1,40}y", String(repeating: "ab", count: 2_000)),
  ])
  func noPatternTakesAllTimeOrMemory(pattern: String, line: String) throws {
    let compiled = try CompiledPattern(LogPattern(regex: pattern))
    let before = residentMemory()
    let took = processorTime {
      var bytes = Array(line.utf8)
      for _ in 0..<5 {
        let isFound = bytes.withUnsafeMutableBytes {
          compiled.matches(LineBytes(UnsafeRawBufferPointer($0)))
        }
        #expect(!isFound)
      }
    }
    #expect(took < .seconds(100))
    #expect(residentMemory() - before < 100 << 20)
  }

  private func residentMemory() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
  }

  @Test func smallLettersFindCapitalsAndCapitalsOnlyThemselves() throws {
    #expect(try finds("err[o-p]r", in: "an ERROR"))
    #expect(try finds("é+", in: "É"))
    #expect(try !finds("Err", in: "an ERROR"))
  }
}
