import TestSupport
import Testing

/// What `IP_LEASES_TEST_REWRITE=1` does to a file of tests.
struct LiteralScreenTests {
  private static let file = [
    "  @Test func a() {", "    expectScreen(", "      screen,", "      \"\"\"", "      old",
    "      \"\"\")", "    expectScreen(other, #\"\"\"", "      keep", "      \"\"\"#)", "  }",
  ]

  @Test func onlyTheTextOfTheCallIsReplacedWithItsBlanksAndItsBackslashes() {
    var lines = Self.file
    LiteralScreens.replace("a \\ b\n\nc", at: 2, in: &lines)
    #expect(lines[..<4] == Self.file[..<4])
    #expect(lines[4...6] == ["      a \\\\ b", "", "      c"])
    #expect(lines[7...] == Self.file[5...])
  }

  @Test func inARawTextABackslashStandsForItself() {
    var lines = Self.file
    LiteralScreens.replace("\\", at: 7, in: &lines)
    #expect(lines[7] == "      \\")
    #expect(lines[..<7] == Self.file[..<7])
  }

  @Test func aLineWithoutATextBehindItIsLeftAlone() {
    var lines = Self.file
    LiteralScreens.replace("x", at: 10, in: &lines)
    #expect(lines == Self.file)
  }
}
