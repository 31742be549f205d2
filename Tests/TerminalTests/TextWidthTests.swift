import Glibc
import Terminal
import Testing

struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("plain text", 10), ("é", 1), ("e\u{301}", 1), ("界", 2), ("界é", 3), ("👍", 2),
    ("👍🏽", 2), ("❤️", 1), ("한글", 4), ("ｗ", 2), ("\u{1B}[31m", 4), ("a\tb\n", 2),
    ("a\u{200D}b", 2), ("\u{202E}abc\u{202C}", 3), ("a\u{AD}b", 2), ("\u{85}", 0),
    ("\u{E0041}", 0), ("…", 1), ("─", 1), ("\r\n", 0), ("🇩🇪", 2),
  ])
  func aTextTakesItsColumns(text: String, columns: Int) {
    #expect(TextWidth.columns(of: text) == columns)
    #expect(TextWidth.columns(of: Substring(text)) == columns)
    #expect(text.map { TextWidth.columns(of: $0) }.reduce(0, +) == columns)
  }

  /// ncurses counts with the C library's table; where both differ, a row would shift.
  @Test func theTableAgreesWithTheSystemOnEveryCharacterThatIsWritten() throws {
    let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    var different: [String] = []
    for value in UInt32(0x20)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let system = NcursesScreen.systemColumns(of: scalar)
      let ours = TextWidth.columns(of: scalar)
      // Dropped characters and those the system does not know are not its business.
      guard system >= 0, ours > 0, system != ours else { continue }
      different.append(String(value, radix: 16))
    }
    // A sign of Ahom that glibc 2.36 counts as a mark; it is drawn as "?".
    #expect(Set(different).subtracting(["1171e"]) == [])
  }
}
